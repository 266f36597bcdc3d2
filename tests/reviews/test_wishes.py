"""Whom an applicant asks not to be judged by."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from brands.models import ProjectStatus
from foundation.verdict import Conflict
from reviews import wishing
from reviews.conflicts import reviewer_pool
from reviews.drawing import eligible_reviewers
from reviews.models import Assignment, AvoidWish, Tie, TieKind
from schools.models import Role
from tests.factories.people import person
from tests.factories.reviews import (
    AssignmentFactory,
    EligibleProjectFactory,
    EntryFactory,
    reviewer,
    staff,
)
from tests.reviews.test_inviting import letters

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return staff()


@pytest.fixture
def project():
    return EligibleProjectFactory()


@pytest.fixture
def teacher(project):
    return person(Role.STAFF, project.organisation)


def wish(project, teacher, name="李某", **facts):
    facts = {"unit": "教科院", "reason": "与我校有公开争议。", **facts}
    wishing.ask(AvoidWish(project=project, name=name, **facts), by=teacher)
    return AvoidWish.objects.latest("pk")


def test_an_applicant_types_a_name_and_never_sees_the_pool(client, project, teacher):
    hidden = reviewer(name="库中某人")
    client.force_login(teacher)
    address = reverse("reviews:wishes", args=[project.pk])
    assert hidden.name not in client.get(address).content.decode()

    without = client.post(address, {"name": "李某", "unit": "教科院", "reason": ""})
    client.post(address, {"name": "李某", "unit": "教科院", "reason": "有公开争议。"})

    assert "请写明理由" in without.content.decode()
    found = AvoidWish.objects.get()
    assert (found.name, found.status, found.asked_by) == ("李某", "waiting", teacher)
    assert (
        "申请专家回避" in client.get(reverse("brands:project", args=[project.pk])).content.decode()
    )


def test_the_wish_counts_once_the_staff_say_who_is_meant(client, clerk, project, teacher):
    expert, namesake = reviewer(name="李某"), reviewer(name="李某")
    found = wish(project, teacher)
    entry = EntryFactory(project=project, round__batch=project.batch)
    free = eligible_reviewers(entry, reviewer_pool(), set())
    assert set(free) == {expert.pk, namesake.pk}
    client.force_login(clerk)
    address = reverse("reviews:wish", args=[found.pk])
    assert "核对" in client.get(reverse("reviews:pool")).content.decode()

    assert client.post(address, {"version": 0}).status_code == 200
    client.post(address, {"person": expert.pk, "version": found.version})

    found.refresh_from_db()
    assert (found.status, found.tie.user, found.tie.kind) == ("granted", expert, TieKind.AVOID)
    assert eligible_reviewers(entry, reviewer_pool(), set()) == [namesake.pk]
    (letter,) = letters(teacher, "avoid-wish:")
    assert "已采纳" in letter["text"]


def test_nobody_of_the_pool_looks_the_same_to_the_applicant(client, clerk, project, teacher):
    found = wish(project, teacher)
    client.force_login(clerk)

    client.post(
        reverse("reviews:wish", args=[found.pk]), {"person": "none", "version": found.version}
    )

    found.refresh_from_db()
    assert (found.status, found.tie) == ("granted", None)
    assert not Tie.objects.exists()
    (letter,) = letters(teacher, "avoid-wish:")
    assert letter["text"].endswith("已采纳。分配专家时将予以回避。")


def test_a_refusal_has_its_reason_and_counts(client, clerk, project, teacher):
    found = wish(project, teacher)
    client.force_login(clerk)
    address = reverse("reviews:wish-refuse", args=[found.pk])
    assert client.post(address, {"version": found.version}).status_code == 409

    client.post(address, {"version": found.version, "note": "所述情况不影响公正。"})

    client.force_login(teacher)
    page = client.get(reverse("reviews:wishes", args=[project.pk])).content.decode()
    assert "所述情况不影响公正" in page
    assert "还可以申请2位" in page


def test_three_persons_at_most_and_what_was_taken_back_is_free(client, project, teacher):
    first = wish(project, teacher)
    with pytest.raises(Conflict, match="已经申请过"):
        wish(project, teacher)
    wish(project, teacher, "王某")
    wish(project, teacher, "赵某")
    with pytest.raises(Conflict, match="最多申请3位"):
        wish(project, teacher, "钱某")
    client.force_login(teacher)

    client.post(reverse("reviews:wish-take-back", args=[first.pk]), {"version": first.version})

    assert wish(project, teacher, "钱某").name == "钱某"


@pytest.mark.parametrize("status", [ProjectStatus.SCORED, ProjectStatus.ESTABLISHED, "declined"])
def test_later_it_is_too_late_and_every_state_says_the_same(client, project, teacher, status):
    type(project).objects.filter(pk=project.pk).update(status=status)
    project.refresh_from_db()

    with pytest.raises(Conflict, match="专家已经分配，或项目不再评审"):
        wish(project, teacher)
    client.force_login(teacher)
    address = reverse("reviews:wishes", args=[project.pk])
    assert client.post(address, {"name": "李某"}).status_code == 409
    assert client.get(address).status_code == 200


def test_in_review_it_is_possible_until_somebody_was_given_the_entry(clerk):
    entry = EntryFactory()
    teacher = person(Role.STAFF, entry.project.organisation)
    wish(entry.project, teacher)

    AssignmentFactory(entry=entry)

    with pytest.raises(Conflict):
        wish(entry.project, teacher, "王某")


def test_a_wish_granted_late_takes_the_review_away(clerk):
    entry = EntryFactory()
    teacher = person(Role.STAFF, entry.project.organisation)
    found = wish(entry.project, teacher)
    assignment = AssignmentFactory(entry=entry)

    assert wishing.grant(found, assignment.reviewer, by=clerk, version=found.version) == 1

    assert Assignment.objects.get().status == "recused"


def test_others_neither_ask_nor_see_nor_answer(client, clerk, project, teacher):
    found = wish(project, teacher)
    other = person(Role.SECRETARY, EligibleProjectFactory().organisation)
    district = person(Role.DISTRICT, project.organisation.parent)
    address = reverse("reviews:wishes", args=[project.pk])
    answers = {}
    for who in (other, district, reviewer(), clerk):
        client.force_login(who)
        answers[who] = (
            client.get(address).status_code,
            client.post(reverse("reviews:wish-take-back", args=[found.pk])).status_code,
            client.get(reverse("reviews:wish", args=[found.pk])).status_code,
        )
    assert list(answers.values()) == [
        (404, 404, 404), (403, 404, 404), (404, 404, 404), (200, 403, 200),
    ]  # fmt: skip
    client.force_login(teacher)
    assert client.get(reverse("reviews:wish", args=[found.pk])).status_code == 403
    with pytest.raises(PermissionDenied):
        wish(project, clerk, "王某")


def test_the_city_does_not_see_the_wish_of_a_draft(clerk, project, teacher):
    type(project).objects.filter(pk=project.pk).update(status=ProjectStatus.DRAFT)
    found = wish(type(project).objects.get(pk=project.pk), teacher)

    assert not AvoidWish.objects.visible_to(clerk).exists()
    assert AvoidWish.objects.visible_to(teacher).get() == found
