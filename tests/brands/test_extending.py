"""An extension has who, why and until when; the nearest to the project holds (design.md 7)."""

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
    for target in (other, other.area, ready_project(over, other)):
        _grant(over, target, bureau)
    with pytest.raises(Conflict, match="截止"):
        perform(project, "submit", by=secretary)


def test_in_time_is_not_late(project, secretary):
    perform(project, "submit", by=secretary)
    assert not project.is_late


def test_the_nearest_holds_and_of_equals_the_newest(over, project, unit, bureau):
    _grant(over, unit.area, bureau, days=9)
    _grant(over, unit, bureau, days=5)
    _grant(over, unit, bureau, days=4)
    four = clock.end_of(clock.today() + timedelta(days=4))
    assert windows.ends_at(over, Stage.APPLY, unit) == four
    _grant(over, project, bureau, days=2)
    two = clock.end_of(clock.today() + timedelta(days=2))
    assert windows.ends_at(over, Stage.APPLY, unit) == two
    assert windows.ends_at(over, Stage.DISTRICT, unit) != two


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
        until = (clock.today() + timedelta(days=3)).isoformat()
        data = {"stage": "apply", "until": until, "why": "停电"}
        url = reverse("brands:batch-extend", args=[over.pk])
        for target in (
            {"organisation": unit.school.code},
            {"organisation": unit.name},
            {"area": unit.area.pk},
        ):
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
            ({}, "须填且只填一项"),
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
