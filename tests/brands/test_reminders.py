"""Reminders before a stage ends: which on which day, once; moved deadlines, outages, days off."""

from datetime import date, datetime, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from brands.forms.batch import BatchForm
from brands.models import BatchStage, Milestone, Programme, ProjectStatus, Stage
from brands.services import extending
from foundation import clock
from foundation.notifications.models import Notice, Reminded
from foundation.notifications.reminding import plan
from foundation.notifications.tasks import forget_old_marks
from foundation.outbox.models import Message
from foundation.outbox.services import drain
from foundation.workflow.engine import perform
from schools.models import Role
from tests.crowd import at_once
from tests.factories.brands import open_batch, ready_project
from tests.factories.people import person
from tests.factories.schools import AreaFactory, UnitFactory

S = ProjectStatus
ENDS = "2026-10-13T23:59:59"  # A Tuesday; 1 to 7 October are days off, 10 October is a working day.


@pytest.fixture(autouse=True)
def _autumn(at):
    at("2026-09-14 09:00")


@pytest.fixture
def batch(unit):
    """Every stage ends on 13 October."""
    batch = open_batch(quotas=[(unit.area, 2)])
    _until(batch, "2026-10-13")
    return batch


def _until(batch, day):
    ends = clock.end_of(date.fromisoformat(day))
    BatchStage.objects.filter(batch=batch).update(closes_at=ends)


def keys(kind="apply"):
    found = Message.objects.filter(kind="inbox", payload__subject_kind=kind)
    return {key.removeprefix("inbox:") for key in found.values_list("key", flat=True)}


def key(kind, subject, step, user, ends=ENDS):
    return f"{kind}:{getattr(subject, 'pk', subject)}:{step}:{ends}:{user.pk}"


def day_by_day(at, kinds, first="2026-09-14", last="2026-10-20"):
    """key → when it was planned, with a tick in the night, the morning, the day and the evening."""
    planned = {}
    day = datetime.fromisoformat(first)
    while day <= datetime.fromisoformat(last):
        for time in ("00:05", "09:05", "09:15", "15:00", "23:50"):
            at(f"{day:%Y-%m-%d} {time}")
            before = {kind: keys(kind) for kind in kinds}
            plan()
            plan()
            for kind in kinds:
                planned |= dict.fromkeys(keys(kind) - before[kind], f"{day:%m-%d} {time}")
        day += timedelta(days=1)
    return planned


def test_a_stage_day_by_day(at, project, secretary, staff):
    person(Role.SECRETARY, UnitFactory(parent=project.organisation.parent))  # Has no draft.

    assert day_by_day(at, ["apply"]) == {
        key("apply", project, "T-5", secretary): "09-30 09:15",
        key("apply", project, "T-1", secretary): "10-12 09:15",
        key("apply", project, "T0", secretary): "10-13 09:15",
    }


def test_the_offsets_are_the_batchs_own(at, project, secretary, batch):
    batch.remind_days = "3"
    batch.save(update_fields=["remind_days"])

    assert day_by_day(at, ["apply"]) == {key("apply", project, "T-3", secretary): "10-09 09:15"}


def test_a_deadline_on_a_day_off_is_told_on_the_last_working_day(at, project, secretary, batch):
    _until(batch, "2026-10-18")  # A Sunday.
    ends = "2026-10-18T23:59:59"

    planned = day_by_day(at, ["apply"], "2026-10-12", "2026-10-19")

    assert planned == {
        key("apply", project, "T-5", secretary, ends): "10-12 09:15",
        key("apply", project, "T0", secretary, ends): "10-16 09:15",  # T-1 would be the same day.
    }
    drain()
    assert "截止前已没有工作日" in Notice.objects.filter(subject__contains="即将截止").get().subject


def test_submitted_between_planning_and_sending_it_is_not_sent(at, project, secretary):
    at("2026-10-12 10:00")
    plan()
    assert len(keys()) == 1
    perform(project, "submit", by=secretary)

    drain()

    assert not Notice.objects.filter(subject__startswith="学校申报").exists()
    plan()
    assert len(keys()) == 1


def test_it_says_item_deadline_and_link_and_goes_by_mail_too(at, project, secretary):
    at("2026-10-12 10:00")
    plan()
    drain()

    notice = Notice.objects.get()
    assert notice.subject.startswith("学校申报还有1个工作日截止：")
    assert f"“{project}”还没有提交，截止时间 2026年10月13日 23:59" in notice.text
    assert notice.link == f"/brands/projects/{project.pk}/"
    assert [letter.subject for letter in mail.outbox] == [notice.subject]


@pytest.mark.parametrize("whom", ["area", "organisation", "project"])
def test_an_extension_cancels_and_renews(at, project, secretary, batch, bureau, whom):
    at("2026-10-12 10:00")
    plan()
    target = {
        "area": project.area, "organisation": project.organisation, "project": project,
    }[whom]  # fmt: skip
    extending.grant(
        batch, Stage.APPLY, target, until=date(2026, 10, 22), why="停电", by=bureau, via=None
    )

    drain()
    assert not Notice.objects.filter(subject__startswith="学校申报还有").exists()
    assert Notice.objects.filter(subject__startswith="学校申报延期").count() == 1
    later = "2026-10-22T23:59:59"
    assert day_by_day(at, ["apply"], "2026-10-13", "2026-10-23") == {
        key("apply", project, "T-5", secretary, later): "10-15 09:15",
        key("apply", project, "T-1", secretary, later): "10-21 09:15",
        key("apply", project, "T0", secretary, later): "10-22 09:15",
    }


def test_an_extension_of_another_changes_nothing(at, project, secretary, batch, bureau):
    at("2026-10-12 10:00")
    plan()
    extending.grant(
        batch, Stage.APPLY, AreaFactory(), until=date(2026, 10, 22), why="停电", by=bureau, via=None
    )

    drain()

    assert Notice.objects.filter(user=secretary, subject__startswith="学校申报还有").count() == 1


def test_after_an_outage_of_days_one_catches_up_and_says_what_is_left(at, project, secretary):
    at("2026-09-29 10:00")
    plan()
    assert keys() == set()

    at("2026-10-10 10:00")  # The step of 30 September was missed; two working days are left.
    plan()
    plan()
    drain()

    assert keys() == {key("apply", project, "T-5", secretary)}
    assert Notice.objects.get().subject.startswith("学校申报还有2个工作日截止：")


def test_once_it_is_over_nothing_is_made_up(at, project):
    at("2026-10-14 10:00")
    plan()

    assert keys() == set()


def test_a_draft_begun_late_is_not_told_what_fell_due_before(at, batch, unit, secretary):
    at("2026-10-09 10:00")
    project = ready_project(batch, unit)
    plan()
    assert keys() == set()

    at("2026-10-12 10:00")
    plan()
    assert keys() == {key("apply", project, "T-1", secretary)}


def test_nobody_is_told_of_a_closed_batch(at, project, batch, bureau):
    perform(batch, "close", by=bureau)
    at("2026-10-12 10:00")
    plan()

    assert keys() == set()


def test_the_district_hears_of_places_and_applications(at, project, batch, district, secretary):
    perform(project, "submit", by=secretary)
    name = f"{batch.pk}-{project.area_id}"

    assert list(day_by_day(at, ["district"], "2026-09-28")) == [
        key("district", name, step, district) for step in ("T-5", "T-1", "T0")
    ]
    text = Message.objects.filter(payload__subject_kind="district").first().payload["text"]
    assert "2 个推荐名额没有使用，1 项申报待审核" in text


def test_the_district_does_not_hear_when_all_is_done(at, project, batch, district, secretary):
    batch.quotas.update(places=1)
    batch.quotas.get().place_rows.filter(number=2).delete()
    perform(project, "submit", by=secretary)
    at("2026-10-12 10:00")
    plan()
    perform(project, "recommend", by=district)

    drain()

    assert not Notice.objects.filter(user=district, subject__startswith="区（市）推荐").exists()


def test_the_bureau_hears_of_what_is_unchecked(at, project, batch, bureau):
    project.status = S.FORMAL_CHECK
    project.save(update_fields=["status"])
    at("2026-10-12 10:00")

    plan()
    drain()

    notice = Notice.objects.get(user=bureau, text__contains="还有 1 项没有审查")
    assert notice.link.endswith(f"?batch={batch.pk}&stretch=check")


def test_a_correction_is_reminded_and_its_extension_renews(at, project, bureau, secretary):
    project.status = S.FORMAL_CHECK
    project.save(update_fields=["status"])
    at("2026-09-21 10:00")
    perform(project, "return", by=bureau, note="请补充")  # Three working days: 24 September.
    due = "2026-09-24T23:59:59"
    first = day_by_day(at, ["correction"], "2026-09-21", "2026-09-23")
    assert first == {key("correction", project, "T-1", secretary, due): "09-23 09:15"}
    perform(project, "extend", by=bureau, note="多给几天")
    drain()
    assert not Notice.objects.filter(subject__startswith="退回修改还有").exists()

    later = f"{timezone.localdate(project.return_due_at)}T23:59:59"
    second = day_by_day(at, ["correction"], "2026-09-24", "2026-10-09")
    assert {one.split(":", 3)[2] for one in second} == {"T-1", "T0"}
    assert all(later in one for one in second)


def test_a_milestone_is_reminded_until_it_is_done(at, unit, secretary):
    project = ready_project(open_batch(Programme.SECRETARY_PROJECT), unit, status=S.IN_PROGRESS)
    row = Milestone.objects.create(
        project=project, title="试点", owner="负责人", due_on=date(2026, 9, 22)
    )

    planned = day_by_day(at, ["milestone"], "2026-09-14", "2026-09-30")

    ends = "2026-09-22"
    assert planned == {
        key("milestone", row, "T-5", secretary, ends): "09-16 09:15",
        key("milestone", row, "T-1", secretary, ends): "09-21 09:15",
        key("milestone", row, "T0", secretary, ends): "09-22 09:15",
        key("milestone", row, "T+1", secretary, ends): "09-23 09:15",
    }
    row.done_on = date(2026, 9, 22)
    row.save(update_fields=["done_on"])
    drain()
    assert not Notice.objects.filter(subject__startswith="节点任务").exists()


@pytest.mark.parametrize("count", [1, 30])
def test_a_tick_asks_the_same_however_many(at, batch, unit, django_assert_max_num_queries, count):
    for _ in range(count):
        each = UnitFactory(parent=unit.parent)
        person(Role.SECRETARY, each)
        ready_project(batch, each)
    at("2026-10-12 10:00")

    with django_assert_max_num_queries(48):
        plan()
    with django_assert_max_num_queries(45):
        plan()

    assert len(keys()) == count


def test_marks_of_long_ago_are_cleared(at, project, secretary):
    at("2026-10-12 10:00")
    plan()
    assert forget_old_marks() == 0
    Reminded.objects.update(at=clock.wall_now() - timedelta(days=401))

    assert forget_old_marks() == 1


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("1、5，0", "5,1,0"), ("", ""), ("3 3", "3"), ("x", None), ("41", None), ("-1", None)],
)
def test_the_offsets_are_typed_as_people_do(batch, typed, stored):
    form = BatchForm({"remind_days": typed}, instance=batch)
    form.is_valid()

    assert form.cleaned_data.get("remind_days") == stored
    assert ("remind_days" in form.errors) == (stored is None)


@pytest.mark.django_db(transaction=True)
def test_four_schedulers_at_once_plan_each_letter_once(at, batch, unit):
    for _ in range(5):
        each = UnitFactory(parent=unit.parent)
        person(Role.SECRETARY, each)
        ready_project(batch, each)
    at("2026-10-12 10:00")

    assert at_once([plan] * 4) == [None] * 4
    assert at_once([drain] * 4) == [None] * 4

    assert len(keys()) == 5
    assert Notice.objects.filter(subject__startswith="学校申报").count() == 5
    assert len(mail.outbox) == 5
