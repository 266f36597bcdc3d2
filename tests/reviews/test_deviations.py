"""Reviews far from the others: who learns what, who may ask, and what is kept."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from foundation.outbox.models import Message
from foundation.verdict import Conflict
from reviews.models import EarlierScore, Explanation
from reviews.results import deviating
from reviews.services import freeze_round, reopen_review, submit_review
from schools.models import Role
from tests.factories.people import person
from tests.factories.reviews import AssignmentFactory, EntryFactory, reviewer, staff, submitted
from tests.factories.schools import RootFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def far():
    """The review that gave 50 where the others gave 90 and 95, all in."""
    entry = EntryFactory()
    submitted(entry, 0.9)
    submitted(entry, 0.95)
    return submitted(entry, 0.5, by=reviewer(name="评审人员远"))


def get(client, user, name, pk):
    client.force_login(user)
    return client.get(reverse(f"reviews:{name}", args=[pk]))


def test_it_is_found_once_every_review_of_the_entry_is_in(far):
    assert [one.assignment for one in deviating.deviations(far.entry.round)] == [far]
    AssignmentFactory(entry=far.entry)
    assert deviating.deviations(far.entry.round) == []


def test_staff_see_which_review_it_is_and_no_figure_before_the_lock(client, far):
    response = get(client, staff(), "deviations", far.entry.round_id)
    text = response.content.decode()
    assert "评审人员远" in text
    for figure in (far.total, deviating.deviations(far.entry.round)[0].median):
        assert str(figure) not in text
    supervision = person(Role.SUPERVISION, RootFactory())
    assert (
        str(far.total)
        in get(client, supervision, "deviations", far.entry.round_id).content.decode()
    )


def test_the_reviewer_is_asked_without_learning_any_figure(client, far):
    client.force_login(staff())
    client.post(reverse("reviews:review-ask", args=[far.pk]))
    letter = Message.objects.get(key__startswith="inbox:review-explain:")
    page = get(client, far.reviewer, "review-explain", far.pk).content.decode()
    assert "说明评分理由" in get(client, far.reviewer, "review", far.pk).content.decode()
    for words in (str(letter.payload), page):
        assert "相差较大" in words
        assert not any(figure in words for figure in ("90.00", "95.00", "偏低", "偏高", "15分"))


def test_the_answer_is_for_those_who_see_scores(client, far):
    deviating.ask(far, by=staff())
    client.force_login(far.reviewer)
    client.post(reverse("reviews:review-explain", args=[far.pk]), {"reason": "材料与事实不符"})
    assert Explanation.objects.get().text == "材料与事实不符"
    before = get(client, staff(), "deviations", far.entry.round_id).content.decode()
    assert ("已说明" in before, "材料与事实不符" in before) == (True, False)
    freeze_round(far.entry.round, by=staff())
    after = get(client, staff(), "deviations", far.entry.round_id).content.decode()
    assert "材料与事实不符" in after


def test_only_staff_ask_only_of_such_a_review_and_once(far):
    near = far.entry.assignments.exclude(pk=far.pk).first()
    with pytest.raises(PermissionDenied):
        deviating.ask(far, by=person(Role.SUPERVISION, RootFactory()))
    with pytest.raises(Conflict, match="不属于偏差较大"):
        deviating.ask(near, by=staff())
    deviating.ask(far, by=staff())
    with pytest.raises(Conflict, match="正在等待答复"):
        deviating.ask(far, by=staff())


def test_only_the_reviewer_who_was_asked_explains_and_until_the_lock(far):
    with pytest.raises(Conflict, match="没有等待您说明"):
        deviating.explain(far, "理由", by=far.reviewer)
    deviating.ask(far, by=staff())
    with pytest.raises(PermissionDenied):
        deviating.explain(far, "理由", by=reviewer())
    freeze_round(far.entry.round, by=staff())
    with pytest.raises(Conflict, match="已经锁定"):
        deviating.explain(far, "理由", by=far.reviewer)
    with pytest.raises(Conflict, match="已经锁定"):
        deviating.ask(far, by=staff())


def test_the_lock_says_how_many_have_no_reason(client, far):
    assert (
        "还有1份偏差较大"
        in get(client, staff(), "round-freeze", far.entry.round_id).content.decode()
    )
    deviating.ask(far, by=staff())
    assert deviating.unexplained(far.entry.round) == 1
    deviating.explain(far, "材料与事实不符", by=far.reviewer)
    assert deviating.unexplained(far.entry.round) == 0


def test_a_review_sent_back_keeps_its_old_value_and_needs_no_reason_any_more(client, far):
    deviating.ask(far, by=staff())
    reopen_review(far, "漏看附件", by=staff())
    assert not far.explanations.exists()
    submit_review(far, by=far.reviewer)
    kept = EarlierScore.objects.get()
    assert (kept.total, kept.reason) == (50, "漏看附件")
    assert EarlierScore.objects.visible_to(staff()).count() == 0
    freeze_round(far.entry.round, by=staff())
    assert "漏看附件" in get(client, staff(), "deviations", far.entry.round_id).content.decode()
