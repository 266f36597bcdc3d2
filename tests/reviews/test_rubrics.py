"""Rubrics made in the browser: whole before they are used, frozen once they were."""

import pytest
from django.db import transaction
from django.urls import reverse

from brands import rubrics
from brands.models import Programme
from brands.services import criteria
from foundation.audit.models import AuditEvent
from foundation.verdict import Conflict
from reviews import building, scoring
from reviews.models import Criterion, Round, Rubric
from reviews.services import open_round
from schools.models import Role
from tests.brands.keeping import named_brand, points_for, recheck_of
from tests.crowd import answers_of, outcomes_of
from tests.factories.people import person
from tests.factories.reviews import EligibleProjectFactory, RoundFactory, staff
from tests.factories.schools import RootFactory

pytestmark = pytest.mark.django_db
RULES = {"title": "领航项目评审", "halves": "on", "comment_required": "on"}


def url(name, *args):
    return reverse(f"reviews:{name}", args=args)


def criterion(**fields):
    return {"title": "政治引领", "weight": 60, "excellent": "方向鲜明", **fields}


@pytest.fixture
def bureau():
    return staff()


@pytest.fixture
def own(client, bureau):
    """The bureau's own rubric of two criteria, made on screen."""
    client.force_login(bureau)
    client.post(url("rubric-new"), RULES)
    rubric = Rubric.objects.get(title="领航项目评审")
    client.post(url("rubric-criterion", rubric.pk, 0), criterion())
    client.post(
        url("rubric-criterion", rubric.pk, 0), criterion(title="成效", weight=40, tie_order=1)
    )
    return rubric


def used(rubric):
    """A round opened with it."""
    round = RoundFactory(rubric=rubric)
    EligibleProjectFactory(batch=round.batch)
    open_round(round, by=staff())
    return round


def test_made_on_screen_it_can_be_chosen_and_opened_with(client, bureau, own):
    assert (own.code, own.full_marks) == ("Z1", 100)
    assert [one.code for one in own.criteria.all()] == ["Z1-1", "Z1-2"]
    assert ("Z1", "领航项目评审（Z1）") in rubrics.choices()
    page = client.get(url("rubric", own.pk)).text
    assert "方向鲜明" in page
    assert "应为100分" not in page
    assert "领航项目评审" in client.get(url("rubrics")).text
    used(own)
    own.refresh_from_db()
    assert own.frozen
    assert AuditEvent.objects.filter(action__startswith="rubric.").count() == 3


def test_one_that_does_not_add_up_says_so_and_opens_nothing(client, own):
    last = own.criteria.last()
    client.post(url("rubric-arrange", own.pk, last.pk), {"do": "delete"})
    assert "合计为60分，应为100分" in client.get(url("rubric", own.pk)).text
    round = RoundFactory(rubric=own)
    EligibleProjectFactory(batch=round.batch)
    with pytest.raises(Conflict, match="应为100分"):
        open_round(round, by=staff())
    own.refresh_from_db()
    assert not own.frozen


def test_a_frozen_one_refuses_every_change_and_a_new_version_leaves_it(client, bureau, own):
    round = used(own)
    first = own.criteria.first()
    asked = [
        ("rubric-edit", [own.pk], RULES | {"title": "改名"}),
        ("rubric-criterion", [own.pk, first.pk], criterion(weight=1)),
        ("rubric-criterion", [own.pk, 0], criterion()),
        ("rubric-arrange", [own.pk, first.pk], {"do": "delete"}),
    ]
    for name, args, data in asked:
        assert client.post(url(name, *args), data).status_code == 409
    with pytest.raises(Conflict):
        building.save_criterion(first, by=bureau, via=None)
    assert [one.weight for one in own.criteria.all()] == [60, 40]

    for _ in range(2):
        client.post(url("rubric-version", own.pk))
    new = Rubric.objects.get(code=own.code, version=2)
    assert [(one.title, one.weight, one.tie_order) for one in new.criteria.all()] == [
        ("政治引领", 60, None), ("成效", 40, 1),
    ]  # fmt: skip
    client.post(url("rubric-criterion", new.pk, new.criteria.first().pk), criterion(weight=50))
    assert new.full_marks == 90
    assert Round.objects.get(pk=round.pk).rubric.full_marks == 100
    assert ("Z1", "领航项目评审（Z1）") in rubrics.choices()
    assert len([code for code, _ in rubrics.choices() if code == "Z1"]) == 1


def test_criteria_move_within_their_bounds(client, own):
    first, second = own.criteria.all()
    client.post(url("rubric-arrange", own.pk, second.pk), {"do": "up"})
    client.post(url("rubric-arrange", own.pk, second.pk), {"do": "up"})
    assert list(own.criteria.all()) == [second, first]
    assert client.post(url("rubric-arrange", own.pk, first.pk), {"do": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"weight": 0}, "分值应为1至100"),
        ({"weight": 101}, "分值应为1至100"),
        ({"title": ""}, "title"),
        ({"tie_order": 1}, "已是第1个比较的指标"),
    ],
)
def test_bad_input_is_told_and_changes_nothing(client, own, changes, words):
    answer = client.post(url("rubric-criterion", own.pk, 0), criterion(**changes))
    assert answer.status_code == 200
    assert words in answer.text
    assert own.criteria.count() == 2


def test_whole_points_only_where_the_rubric_says_so(client, own):
    client.post(url("rubric-edit", own.pk), {"title": own.title})
    one = Criterion.objects.select_related("rubric").filter(rubric=own).first()
    assert scoring.value_fault(one, scoring.Decimal("1.5")) == "只能以1分为单位。"
    assert scoring.value_fault(one, scoring.Decimal(2)) == ""


def test_a_criterion_of_another_rubric_is_not_found_here(client, own):
    other = Rubric.objects.get(code="R6").criteria.first()
    assert client.post(url("rubric-criterion", own.pk, other.pk), criterion()).status_code == 404
    assert client.post(url("rubric-arrange", own.pk, other.pk), {"do": "delete"}).status_code == 404


@pytest.mark.parametrize(("role", "looks"), [(Role.LEADER, 200), (Role.REVIEWER, 404)])
def test_others_look_or_find_nothing_and_never_change(client, own, role, looks):
    client.force_login(person(role, RootFactory()))
    assert client.get(url("rubric", own.pk)).status_code == looks
    assert client.post(url("rubric-edit", own.pk), RULES).status_code in (403, 404)
    assert client.post(url("rubric-new"), RULES | {"title": "乙"}).status_code in (403, 404)
    assert not Rubric.objects.filter(title="乙").exists()


def test_an_acceptance_freezes_what_it_was_scored_by(bureau):
    with transaction.atomic():
        rubrics.freeze("R2")
    assert Rubric.objects.get(code="R2").frozen


def test_an_acceptance_is_not_scored_by_what_does_not_add_up(bureau):
    Criterion.objects.filter(rubric__code="R2").first().delete()
    with pytest.raises(Conflict, match="应为100分"), transaction.atomic():
        rubrics.freeze("R2")
    assert not Rubric.objects.get(code="R2").frozen


def test_a_programme_names_one_of_them(client, bureau, own):
    programme = Programme.objects.get(pk="organ_project")
    assert programme.rubrics == {"selection": "R5", "closing": "R6"}
    form = client.get(reverse("brands:programme", args=[programme.pk])).context["form"]
    assert ("Z1", "领航项目评审（Z1）") in form.fields["rubric_selection"].choices
    data = {name: v for name, v in form.initial.items() if v} | {"rubric_selection": "Z1"}
    client.post(reverse("brands:programme", args=[programme.pk]), data)
    programme.refresh_from_db()
    assert programme.rubrics == {"selection": "Z1", "closing": "R6"}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_opening_and_changing_at_once_never_freeze_what_does_not_add_up():
    """The one who waits sees what the other did: refused, or opened whole."""
    by, rubric = staff(), Rubric.objects.get(code="R6")
    round = RoundFactory(rubric=rubric)
    EligibleProjectFactory(batch=round.batch)
    one = rubric.criteria.first()
    one.weight += 5

    outcomes = outcomes_of(
        [
            lambda: open_round(round, by=by),
            lambda: building.save_criterion(one, by=by, via=None),
        ]
    )

    rubric.refresh_from_db()
    assert outcomes == {"done": 1, "conflict": 1}
    assert rubric.frozen == (rubric.full_marks == 100)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_an_acceptance_is_scored_by_what_stays():
    """Words changed at the same moment: scored by the new ones, or the change is refused."""
    by, acceptance = staff(), recheck_of(named_brand(), "acceptance", "submitted")
    one = Criterion.objects.filter(rubric__code="R2").first()
    points = points_for(80)
    for turn in range(10):
        Rubric.objects.filter(code="R2").update(frozen=False)
        one.title = f"任务完成{turn}"

        def score():
            with transaction.atomic():
                kept, _ = criteria.rated(acceptance, points)
            return kept[0]["label"]

        scored, _ = answers_of([score, lambda: building.save_criterion(one, by=by, via=None)])

        now = Criterion.objects.get(pk=one.pk).title
        assert scored == now
        assert Rubric.objects.get(code="R2").frozen
        Criterion.objects.filter(pk=one.pk).update(title="任务完成")
