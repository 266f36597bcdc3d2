"""What was counted before the year's calendar was known is counted again once it is (F-G 55)."""

from datetime import date

import pytest
from django.utils import timezone

from brands.models import Publicity, PublicityStatus
from brands.services import naming
from brands.tasks import close_due_publicity
from foundation import clock
from foundation.audit.models import AuditEvent
from foundation.outbox.models import Message
from foundation.workdays.models import CalendarDay, DayKind
from foundation.workflow.engine import perform
from tests.brands import after

pytestmark = pytest.mark.django_db


def _new_year_is_known():
    """January, invented: the 1st, the 4th and the 5th are off."""
    for number in range(1, 32):
        day = date(2027, 1, number)
        is_off = number in (1, 4, 5) or day.weekday() > 4
        kind = DayKind.OFF if is_off else DayKind.WORK
        CalendarDay.objects.update_or_create(date=day, defaults={"kind": kind})


def _last_day(publicity):
    return timezone.localdate(Publicity.objects.get(pk=publicity.pk).closes_at)


@pytest.fixture
def notice(at):
    """Out on Tuesday, 29 December 2026, with five working days."""
    CalendarDay.objects.filter(date__year=2027).delete()
    at("2026-12-29 09:00")
    publicity, projects = after.published(after.city())
    return publicity, projects


def test_a_publicity_is_settled_once_and_nobody_is_told_again(notice):
    publicity, _ = notice
    assert publicity.provisional
    before, told = _last_day(publicity), Message.objects.count()
    close_due_publicity()
    assert Publicity.objects.get(pk=publicity.pk).provisional
    _new_year_is_known()

    for _ in range(2):
        close_due_publicity()

    publicity = Publicity.objects.get(pk=publicity.pk)
    assert not publicity.provisional
    assert _last_day(publicity) > before
    assert publicity.snapshot["closes_on"] == before.isoformat()
    assert Message.objects.count() == told
    assert AuditEvent.objects.filter(action="publicity.dates").count() == 1


def test_it_neither_ends_nor_names_by_the_old_date(notice, at):
    publicity, (project, _) = notice
    before = _last_day(publicity)
    _new_year_is_known()
    at(f"{before.replace(day=before.day + 1).isoformat()} 09:00")
    assert "尚未届满" in naming.obstacles([project.pk])[project.pk]  # Before any tick.
    assert close_due_publicity() == 0
    assert Publicity.objects.get(pk=publicity.pk).status == PublicityStatus.PUBLISHED
    at("2027-01-20 09:00")
    assert close_due_publicity() == 1
    assert not naming.obstacles([project.pk])


def test_a_correction_is_settled_too_and_never_becomes_earlier(
    project, secretary, district, bureau, at
):
    CalendarDay.objects.filter(date__year=2027).delete()
    project.batch.stages.update(closes_at=clock.end_of(date(2027, 3, 1)))
    at("2026-12-30 09:00")
    perform(project, "submit", by=secretary)
    perform(project, "district_return", by=district, note="请补充")
    assert project.return_provisional
    before = project.return_due_at
    _new_year_is_known()

    close_due_publicity()

    project.refresh_from_db()
    assert project.return_due_at > before
    assert not project.return_provisional
    settled = project.return_due_at
    close_due_publicity()
    project.refresh_from_db()
    assert project.return_due_at == settled
    assert AuditEvent.objects.filter(action="project.dates").count() == 1
