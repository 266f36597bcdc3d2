"""Quarters open by themselves, once, and late enough starts are left alone."""

from datetime import date, timedelta

import pytest

from checkups import cycles
from checkups.models import Checkup, Cycle, Template
from checkups.tasks import open_due_cycles
from foundation.audit.models import AuditEvent
from foundation.workdays.models import CalendarDay
from tests.crowd import at_once
from tests.factories.checkups import documented
from tests.factories.schools import AreaCommitteeFactory, RootFactory, UnitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _documented(db):
    documented()


@pytest.mark.parametrize(
    ("year", "quarter", "opens", "due"),
    [
        (2026, 1, "2026-03-20", "2026-04-15"),
        (2026, 2, "2026-06-20", "2026-07-14"),
        (2026, 3, "2026-09-20", "2026-10-20"),
        (2025, 4, "2025-12-20", "2026-01-15"),
    ],
)
def test_dates_of_each_quarter(year, quarter, opens, due):
    dates = cycles.dates_of(year, quarter)

    assert (str(dates.opens_on), str(dates.due_on), dates.provisional) == (opens, due, False)


def test_unknown_calendar_gives_a_provisional_date_and_is_computed_again(at):
    UnitFactory()
    at("2031-12-20 10:00")
    open_due_cycles()
    cycle = Cycle.objects.get()
    assert (cycle.code, cycle.provisional, str(cycle.due_on)) == ("2031Q4", True, "2032-01-14")

    for n in range(60):
        day = date(2031, 12, 20) + timedelta(days=n)
        off = day.weekday() >= 5 or day == date(2032, 1, 1)
        CalendarDay.objects.create(date=day, kind="off" if off else "work", source="示例")
    open_due_cycles()

    cycle.refresh_from_db()
    assert (cycle.provisional, str(cycle.due_on)) == (False, "2032-01-15")


@pytest.mark.parametrize(
    ("moment", "opened"),
    [
        ("2026-09-19 23:59", []),
        ("2026-09-20 00:00", ["2026Q3"]),
        ("2026-10-05 12:00", ["2026Q3"]),
        ("2026-10-20 23:59", ["2026Q3"]),
        ("2026-10-21 00:00", []),
        ("2026-01-10 09:00", ["2025Q4"]),
    ],
)
def test_opens_from_the_opening_day_to_the_deadline_never_the_past(at, moment, opened):
    UnitFactory()
    at(moment)

    open_due_cycles()

    assert [cycle.code for cycle in Cycle.objects.all()] == opened


def test_every_live_unit_gets_one_and_a_second_tick_adds_nothing(at):
    area = AreaCommitteeFactory()
    units = [UnitFactory(parent=area), UnitFactory(parent=area)]
    UnitFactory(parent=area, closed_on=date(2026, 1, 1))
    UnitFactory(parent=area, checked_from=date(2026, 10, 1))
    at("2026-09-20 08:00")

    open_due_cycles()
    open_due_cycles()

    assert sorted(Checkup.objects.values_list("organisation", flat=True)) == sorted(
        unit.pk for unit in units
    )
    assert Template.objects.get().frozen
    assert AuditEvent.objects.filter(action="cycle.open").count() == 1


def test_unit_added_later_gets_its_check_at_the_next_tick(at):
    UnitFactory()
    at("2026-09-20 08:00")
    open_due_cycles()
    late = UnitFactory()
    at("2026-10-09 08:00")

    open_due_cycles()

    assert Checkup.objects.filter(organisation=late).count() == 1


def test_queries_stay_flat(at, django_assert_max_num_queries):
    area = AreaCommitteeFactory(parent=RootFactory())
    at("2026-09-20 08:00")
    UnitFactory.create_batch(3, parent=area)
    with django_assert_max_num_queries(25):
        open_due_cycles()
    UnitFactory.create_batch(60, parent=area)
    with django_assert_max_num_queries(15):
        open_due_cycles()


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_make_one_of_each(at):
    for _ in range(3):
        UnitFactory()
    at("2026-09-20 08:00")

    assert at_once([open_due_cycles] * 4) == [None] * 4

    assert (Cycle.objects.count(), Checkup.objects.count()) == (1, 3)
