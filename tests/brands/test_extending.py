"""An extension has who, why and until when, and never takes time away (design.md 7)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from brands.models import BatchStage, Extension, ProjectStatus, Stage
from brands.services import extending, windows
from foundation import clock
from foundation.outbox.models import Message
from foundation.verdict import Conflict
from foundation.workflow.engine import perform
from schools.models import Role
from tests.crowd import at_once
from tests.factories.brands import ready_project
from tests.factories.people import person
from tests.factories.schools import UnitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def over(batch):
    """The time for applications ended a minute ago."""
    BatchStage.objects.filter(batch=batch, stage=Stage.APPLY).update(
        opens_at=clock.now() - timedelta(days=9), closes_at=clock.now() - timedelta(minutes=1)
    )
    return batch


def _grant(batch, target, bureau, days=3, stage=Stage.APPLY):
    until = clock.today() + timedelta(days=days)
    return extending.grant(batch, stage, target, until=until, why="会议冲突", by=bureau, via=None)


@pytest.mark.parametrize("target", ["area", "organisation", "parent", "project"])
def test_whoever_is_reached_may_still_submit_and_it_is_marked(
    over, project, unit, secretary, bureau, target
):
    with pytest.raises(Conflict, match="截止"):
        perform(project, "submit", by=secretary)
    targets = {"area": unit.area, "organisation": unit, "parent": unit.parent, "project": project}
    _grant(over, targets[target], bureau)

    perform(project, "submit", by=secretary)

    assert project.status == ProjectStatus.DISTRICT_REVIEW
    assert project.is_late


def test_others_gain_nothing(over, project, bureau, secretary):
    other = UnitFactory()
    for days, target in enumerate((other, other.area, ready_project(over, other)), 3):
        _grant(over, target, bureau, days=days)
    with pytest.raises(Conflict, match="截止"):
        perform(project, "submit", by=secretary)


def test_in_time_is_not_late(project, secretary):
    perform(project, "submit", by=secretary)
    assert not project.is_late


def test_a_page_drawn_before_the_extension_still_hands_in(over, project, secretary, bureau):
    """Read in the history, and yet no move: who was given time is not sent back to reload."""
    drawn = project.version
    _grant(over, project, bureau)

    perform(project, "submit", by=secretary, version=drawn)

    names = list(project.events.order_by("pk").values_list("name", flat=True))
    assert (project.version, names) == (drawn + 1, ["extension", "submit"])


def _end(days):
    return clock.end_of(clock.today() + timedelta(days=days))


def test_no_extension_takes_time_away(over, project, unit, bureau):
    _grant(over, unit.area, bureau, days=9)
    for target in (unit, unit.area, project):
        with pytest.raises(Conflict, match="延期应晚于"):
            _grant(over, target, bureau, days=4)
    assert windows.ends_at(over, Stage.APPLY, project) == _end(9)
    _grant(over, project, bureau, days=10)
    _grant(over, unit.area, bureau, days=12)
    over = type(over).objects.get(pk=over.pk)
    assert windows.ends_at(over, Stage.APPLY, project) == _end(12)
    assert windows.ends_at(over, Stage.DISTRICT, project) != _end(12)


def test_the_latest_holds_whoever_it_was_given_to(over, project, unit, bureau):
    """Rows of before, when a nearer one could be shorter, take nothing away now."""
    for target, days in (({"area": unit.area}, 9), ({"project": project}, 2)):
        Extension.objects.create(
            batch=over, stage=Stage.APPLY, until=_end(days), why="停电", by=bureau, **target
        )
    assert windows.ends_at(over, Stage.APPLY, project) == _end(9)


class TestPersons:
    """A unit puts forward several: what one is given is not the others'."""

    @pytest.fixture
    def two(self, over, unit):
        type(over).objects.filter(pk=over.pk).update(applicant="person")
        over.refresh_from_db()
        return [ready_project(over, unit, person=name, title=name) for name in ("甲一", "乙二")]

    def test_one_application_is_not_the_other(self, over, two, secretary, bureau):
        _grant(over, two[0], bureau)
        perform(two[0], "submit", by=secretary)
        with pytest.raises(Conflict, match="截止"):
            perform(two[1], "submit", by=secretary)

    def test_it_begins_no_new_one(self, over, two, unit, secretary, bureau):
        _grant(over, two[0], bureau)
        assert not windows.within(over, Stage.APPLY, unit)
        _grant(over, unit, bureau)
        over = type(over).objects.get(pk=over.pk)
        assert windows.within(over, Stage.APPLY, unit)
        perform(two[1], "submit", by=secretary)


def test_what_reaches_a_project_is_listed_newest_first(over, project, unit, bureau):
    other = UnitFactory()
    for days, target in enumerate((other, other.area, ready_project(over, other)), 3):
        _grant(over, target, bureau, days=days)
    given = [_grant(over, unit.area, bureau, days=2), _grant(over, unit.parent, bureau, days=3)]
    given += [_grant(over, unit, bureau, days=4), _grant(over, project, bureau, days=5)]
    assert list(Extension.objects.reaching(project)) == given[::-1]


def test_a_draft_is_named_by_whose_it_is(over, project, unit, bureau):
    project.title = "不外传的名称"
    project.save(update_fields=["title"])
    extension = Extension.objects.get(pk=_grant(over, project, bureau).pk)
    assert extension.whom == f"{unit}的申报草稿"


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_time_for_a_returned_project_while_its_school_hands_it_in_again(
    batch, project, secretary, bureau, district
):
    """Both lock the project, then the batch: no deadlock, however often."""
    BatchStage.objects.filter(batch=batch, stage=Stage.DISTRICT).update(
        closes_at=clock.now() + timedelta(days=1)
    )
    perform(project, "submit", by=secretary)
    for turn in range(12):
        perform(project, "district_return", by=district, note="请补充")
        raised = at_once(
            [
                lambda: perform(project, "submit", by=secretary),
                lambda days=turn + 3: _grant(
                    batch, project, bureau, days=days, stage=Stage.DISTRICT
                ),
            ]
        )
        assert raised == [None, None]
        project.refresh_from_db()


def test_the_last_second_counts_and_the_next_does_not(over, project, unit, secretary, bureau, at):
    ends = _grant(over, project, bureau).until
    at((ends + timedelta(seconds=1)).strftime("%Y-%m-%d %H:%M:%S"))
    assert not windows.within(over, Stage.APPLY, unit)
    at(ends.strftime("%Y-%m-%d %H:%M:%S"))


@pytest.mark.parametrize(
    ("days", "stage", "words"),
    [
        (-1, Stage.APPLY, "延期应晚于"),
        (5, Stage.REVIEW, "不能延期"),
        (5, Stage.DISTRICT, "延期应晚于"),
    ],
)
def test_what_is_no_gain_is_refused(batch, unit, bureau, days, stage, words):
    with pytest.raises(Conflict, match=words):
        _grant(batch, unit, bureau, days=days, stage=stage)
    assert not Extension.objects.exists()


def test_it_is_told_and_stands_in_the_history(over, project, secretary, bureau):
    extension = _grant(over, project, bureau)
    keys = set(Message.objects.values_list("key", flat=True))
    assert f"inbox:extension:{extension.pk}:{secretary.pk}" in keys
    event = project.events.get(name="extension")
    assert "会议冲突" in event.note


class TestPages:
    def test_staff_grant_by_code_name_area_or_project(self, client, over, project, unit, bureau):
        client.force_login(bureau)
        data = {"stage": "apply", "why": "停电"}
        url = reverse("brands:batch-extend", args=[over.pk])
        targets = (
            {"organisation": unit.school.code},
            {"organisation": unit.name},
            {"area": unit.area.pk},
        )
        for days, target in enumerate(targets, 3):
            data["until"] = (clock.today() + timedelta(days=days)).isoformat()
            assert client.post(url, data | target).status_code == 302
        page = client.get(reverse("brands:batch", args=[over.pk])).text
        assert page.count("停电") == 3

    def test_a_submitted_project_gains_time_at_its_district(
        self, client, batch, project, unit, secretary, bureau
    ):
        perform(project, "submit", by=secretary)
        client.force_login(bureau)
        assert "批准延期" in client.get(reverse("brands:project", args=[project.pk])).text
        until = clock.today() + timedelta(days=60)
        data = {"stage": "district", "until": until.isoformat(), "why": "停电"}
        url = reverse("brands:project-extend", args=[project.pk])
        assert client.post(url, data).status_code == 302
        assert windows.ends_at(batch, Stage.DISTRICT, unit) == clock.end_of(until)

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({}, "和草稿须填且只填一项"),
            ({"organisation": "没有这所学校"}, "没有找到这个单位"),
            ({"until": "2020-01-01"}, "延期应晚于"),
            ({"stage": "review"}, "stage"),
        ],
    )
    def test_bad_input_is_told(self, client, over, unit, bureau, changes, words):
        client.force_login(bureau)
        until = (clock.today() + timedelta(days=3)).isoformat()
        data = {"stage": "apply", "until": until, "why": "停电"}
        if "until" in changes or "stage" in changes:
            data["area"] = unit.area.pk
        answer = client.post(reverse("brands:batch-extend", args=[over.pk]), data | changes)
        assert answer.status_code == 200
        assert words in answer.text
        assert not Extension.objects.exists()

    def test_nobody_else_grants(self, client, over, root, secretary, district):
        url = reverse("brands:batch-extend", args=[over.pk])
        for user in (secretary, district, person(Role.LEADER, root)):
            client.force_login(user)
            assert client.post(url, {}).status_code == 403
