"""The mid-term check of a 书记项目: planned at its start, by the machinery of named brands (B2)."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from brands.models import BatchStage, Milestone, Programme, Recheck, RecheckStatus, Stage
from brands.services import keeping
from brands.tasks import keep_rechecks
from brands.timeline import timeline
from foundation import clock
from foundation.verdict import Conflict
from foundation.workflow.engine import perform
from schools.models import Role
from tests.brands.after import city, ranked, secretary_of
from tests.brands.keeping import named_brand
from tests.crowd import at_once
from tests.factories.people import person
from tests.factories.schools import UnitFactory
from tests.moving import drawn

pytestmark = pytest.mark.django_db
R = RecheckStatus


@pytest.fixture
def people():
    return city()


@pytest.fixture
def project(at):
    at("2026-03-30 09:00")
    fields = {"programme_id": Programme.SECRETARY_PROJECT, "year": 2026}
    project = ranked(1, status="established", **fields)[1][0]
    for number in range(2):
        Milestone.objects.create(
            project=project, title=f"节点{number}", owner="甲", due_on=dt.date(2026, 10, 1)
        )
    return project


@pytest.fixture
def secretary(project):
    return secretary_of(project)


@pytest.fixture
def check(project, secretary, at):
    """Open: it is June."""
    perform(project, "start", by=secretary)
    at("2026-06-02 09:00")
    keep_rechecks()
    return project.rechecks.get()


def days(count):
    return clock.today() + dt.timedelta(days=count)


def test_the_start_plans_it_for_the_middle_of_the_year(project, secretary):
    perform(project, "start", by=secretary)

    check = project.rechecks.get()

    assert (check.kind, check.due_on, check.opens_on, check.status) == (
        "midterm", dt.date(2026, 7, 31), dt.date(2026, 6, 1), R.PLANNED,
    )  # fmt: skip


def test_a_programme_may_say_so_many_months_instead(project, secretary):
    Programme.objects.filter(pk=Programme.SECRETARY_PROJECT).update(midterm_months=5)

    perform(project, "start", by=secretary)

    assert project.rechecks.get().due_on == dt.date(2026, 8, 30)


@pytest.mark.parametrize(
    ("start", "closing", "due"),
    [
        ("2026-07-17", None, "2026-07-31"),
        ("2026-07-20", None, "2026-10-10"),  # Half-way to the end of the year.
        ("2026-07-20", "2026-11-20", "2026-09-19"),
        ("2026-07-21", "2026-11-20", None),  # Less than four months.
        ("2026-09-01", None, None),
        ("2027-01-10", None, None),
    ],
)
def test_one_that_starts_late_is_looked_at_half_way_if_it_is_worth_its_while(
    project, secretary, at, start, closing, due
):
    at(f"{start} 09:00")
    if closing:
        _closing(project, closing)

    perform(project, "start", by=secretary)

    found = project.rechecks.first()
    assert str(found and found.due_on) == str(due)


def test_months_that_reach_past_the_closing_plan_nothing(project, secretary):
    Programme.objects.filter(pk=Programme.SECRETARY_PROJECT).update(midterm_months=9)
    _closing(project, "2026-12-10")

    perform(project, "start", by=secretary)

    assert not project.rechecks.exists()


def _closing(project, day):
    end = clock.end_of(dt.date.fromisoformat(day))
    BatchStage.objects.create(
        batch=project.batch, stage=Stage.CLOSING, opens_at=clock.now(), closes_at=end
    )


def test_reported_corrected_within_sixty_days_and_looked_at_by_a_second_person(
    client, check, secretary, people
):
    client.force_login(secretary)
    page = reverse("brands:recheck", args=[check.pk])
    move = reverse("brands:recheck-move", args=[check.pk, "report"])
    assert check.title in client.get(page).text
    assert client.post(move, drawn(check, **{"report-text": "过半任务完成"})).status_code == 302
    check.refresh_from_db()
    with pytest.raises(Conflict, match="最晚"):
        perform(check, "demand", by=people.bureau, note="补数据", due_on=days(61))
    perform(check, "demand", by=people.bureau, note="补数据", due_on=days(60))
    perform(check, "report_fix", by=secretary, text="已补")

    with pytest.raises(PermissionDenied):
        perform(check, "clear", by=people.bureau, note="好")
    perform(check, "clear", by=people.second, note="数据已补齐")

    assert check.status == R.PASSED
    labels = [line["label"] for line in timeline(check.project, people.bureau)]
    assert "中期检查：复查通过" in labels


def test_what_is_judged_is_judged_in_words(client, check, secretary, people):
    perform(check, "report", by=secretary, text="过半任务完成")
    client.force_login(people.bureau)
    move = reverse("brands:recheck-move", args=[check.pk, "pass"])

    assert client.post(move, {"pass-note": ""}).status_code == 200
    with pytest.raises(Conflict, match="意见"):
        perform(check, "pass", by=people.bureau)
    check.refresh_from_db()
    assert check.status == R.SUBMITTED
    assert client.post(move, drawn(check, **{"pass-note": "进度正常"})).status_code == 302


def test_one_not_mended_in_time_does_not_pass_and_no_name_is_at_stake(check, secretary, people, at):
    perform(check, "report", by=secretary, text="还没有开始")
    with pytest.raises(Conflict):
        perform(check, "fail", by=people.second, note="x")
    perform(check, "demand", by=people.bureau, note="请开始", due_on=days(30))
    with pytest.raises(Conflict, match="整改期限"):
        perform(check, "fail", by=people.second, note="x")
    at("2026-08-20 09:00")
    with pytest.raises(Conflict, match="没有命名"):
        perform(check, "advise", by=people.second, note="x")
    with pytest.raises(PermissionDenied):
        perform(check, "fail", by=secretary, note="x")

    perform(check, "fail", by=people.second, note="没有整改")

    assert check.status == R.FAILED


def test_a_named_brand_cannot_fail_it(people):
    row = keeping.plan_one(named_brand(), "midterm", days(30))
    Recheck.objects.filter(pk=row.pk).update(status=R.MISSED)
    row.refresh_from_db()

    with pytest.raises(Conflict, match="建议撤销"):
        perform(row, "fail", by=people.second, note="x")


def test_a_project_that_has_ended_has_no_mid_term_any_more(check, people):
    check.project.status = "terminated"
    check.project.save()

    keep_rechecks()

    check.refresh_from_db()
    assert check.status == R.ENDED


def test_it_is_seen_by_its_school_its_district_and_the_city(client, check, secretary, people):
    district = person(Role.DISTRICT, check.organisation.parent)
    stranger = person(Role.SECRETARY, UnitFactory())
    page = reverse("brands:recheck", args=[check.pk])
    answers = {}
    for who, user in [
        ("own", secretary), ("district", district), ("bureau", people.bureau), ("other", stranger),
    ]:  # fmt: skip
        client.force_login(user)
        answers[who] = client.get(page).status_code
        if who != "other":
            assert check.title in client.get(reverse("brands:rechecks")).text

    assert answers == {"own": 200, "district": 200, "bureau": 200, "other": 404}


def test_a_check_is_of_a_brand_or_of_a_project(check):
    for fields in ({"project": None}, {"honour": named_brand()}, {"kind": "renewal"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Recheck.objects.filter(pk=check.pk).update(**fields)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_start_at_once_plan_one(project, secretary):
    refused = at_once([lambda: perform(project, "start", by=secretary)] * 3)

    assert sum(error is None for error in refused) == 1
    assert project.rechecks.count() == 1
