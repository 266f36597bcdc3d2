"""Reminders of reports owed, requests and transfers that wait: once, and never when it is done."""

import datetime as dt

import pytest

from brands.models import (
    ChangeKind,
    ChangeRequest,
    Programme,
    QuotaTransfer,
    Recheck,
    RecheckStatus,
)
from foundation import clock
from foundation.notifications.models import Notice
from foundation.notifications.reminding import plan
from foundation.outbox.models import Message
from foundation.outbox.services import drain
from foundation.workflow.engine import perform
from schools.models import Role
from tests.brands.after import city, ranked, secretary_of
from tests.brands.keeping import named_brand, recheck_of
from tests.factories.brands import open_batch
from tests.factories.people import person
from tests.factories.schools import AreaFactory

pytestmark = pytest.mark.django_db
R = RecheckStatus


@pytest.fixture(autouse=True)
def _september(at):
    at("2026-09-01 10:00")  # A Tuesday without a holiday near.


@pytest.fixture
def people():
    return city()


@pytest.fixture
def owed():
    """A report due on 22 September."""
    brand = named_brand()
    row = recheck_of(brand, days=21)
    return row, secretary_of(row)


def told(kind):
    found = Message.objects.filter(kind="inbox", payload__subject_kind=kind)
    return sorted((m.key.split(":")[3], m.payload["user"]) for m in found)


def day_by_day(at, kind, first, last):
    """When which step was planned for whom, with two ticks a day."""
    found, day = {}, dt.date.fromisoformat(first)
    while day <= dt.date.fromisoformat(last):
        at(f"{day} 09:15")
        before = told(kind)
        plan()
        plan()
        for letter in told(kind):
            if letter not in before:
                found[letter] = f"{day:%m-%d}"
        day += dt.timedelta(days=1)
    return found


def test_a_report_is_reminded_of_seven_days_and_one_before(at, owed, people):
    _, secretary = owed

    assert day_by_day(at, "recheck", "2026-09-01", "2026-10-10") == {
        ("T-7", secretary.pk): "09-14",  # The 20th is a Sunday on which one works.
        ("T-1", secretary.pk): "09-21",
    }


def test_a_missed_report_goes_to_school_and_bureau_after_three_days(at, owed, people):
    row, secretary = owed
    Recheck.objects.filter(pk=row.pk).update(status=R.MISSED, due_on=dt.date(2026, 9, 4))

    planned = day_by_day(at, "recheck", "2026-09-05", "2026-09-30")

    assert planned == {
        ("T+3", user.pk): "09-09" for user in (secretary, people.bureau, people.second)
    }


def test_a_correction_has_its_own_deadline(at, owed, people):
    row, secretary = owed
    Recheck.objects.filter(pk=row.pk).update(status=R.FIXING, fix_due_on=dt.date(2026, 9, 11))

    planned = day_by_day(at, "recheck", "2026-09-01", "2026-09-30")

    assert planned == {
        ("T-7", secretary.pk): "09-02",
        ("T-1", secretary.pk): "09-10",
    } | {("T+1", user.pk): "09-14" for user in (secretary, people.bureau, people.second)}


def test_a_report_handed_in_meanwhile_takes_the_letter_back(at, owed):
    row, secretary = owed
    at("2026-09-21 09:15")
    assert plan("recheck") == 1
    perform(row, "report", by=secretary, text="报告")

    drain()

    assert not Notice.objects.filter(subject__contains="截止").exists()
    assert plan("recheck") == 0


@pytest.fixture
def change():
    fields = {"programme_id": Programme.SECRETARY_PROJECT, "year": 2026}
    _, (project,) = ranked(1, status="in_progress", **fields)
    return ChangeRequest.objects.create(
        project=project, kind=ChangeKind.END, reason="停办", asked_by=secretary_of(project)
    )


def test_a_request_is_put_before_all_staff(at, change, people):
    staff = [people.bureau.pk, people.second.pk]

    planned = day_by_day(at, "change", "2026-09-01", "2026-09-30")

    assert planned == {
        (step, user): day
        for step, day in (("T-2", "09-04"), ("T0", "09-08"), ("T+3", "09-11"))
        for user in staff
    }


def test_a_request_that_is_taken_back_is_no_matter(at, change, people):
    at("2026-09-08 09:15")
    assert plan("change") == 2
    perform(change, "take_back", by=change.asked_by)

    drain()

    assert not Notice.objects.filter(subject__startswith="变更申请待审批").exists()


def test_whoever_asked_for_places_is_not_asked_to_approve_them(at, people):
    batch = open_batch()
    transfer = QuotaTransfer.objects.create(
        batch=batch, source=AreaFactory(), target=AreaFactory(), places=1, why="用不完",
        by=people.bureau,
    )  # fmt: skip
    at("2026-09-08 09:15")

    assert plan("transfer") == 1
    assert told("transfer") == [("T0", people.second.pk)]
    assert plan("transfer") == 0

    QuotaTransfer.objects.filter(pk=transfer.pk).update(status="refused")
    drain()
    assert not Notice.objects.filter(subject__startswith="名额调剂待审批").exists()


def test_what_has_been_forgotten_for_long_writes_no_more(change, people):
    old = clock.now() - dt.timedelta(days=90)
    ChangeRequest.objects.filter(pk=change.pk).update(asked_at=old)

    assert plan("change") == 0


def test_a_secretary_of_the_unit_and_no_other_hears(at, owed):
    row, secretary = owed
    person(Role.STAFF, row.organisation)
    at("2026-09-21 09:15")
    plan("recheck")

    assert [user for _, user in told("recheck")] == [secretary.pk]
