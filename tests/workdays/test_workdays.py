"""Legal working days: the vectors of domain.md C2 and F-G 54–57."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from foundation import clock
from foundation.workdays import services
from foundation.workdays.deadlines import days_left, days_left_of
from foundation.workdays.models import CalendarDay
from foundation.workdays.services import Calendar, add_workdays, is_workday, workdays_until

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-03-31", 5, "2026-04-08"),
        ("2026-03-31", 10, "2026-04-15"),
        ("2026-06-30", 5, "2026-07-07"),
        ("2026-06-30", 10, "2026-07-14"),
        ("2026-09-30", 3, "2026-10-10"),
        ("2026-09-30", 5, "2026-10-13"),
        ("2026-09-30", 10, "2026-10-20"),
        ("2025-12-31", 3, "2026-01-06"),
        ("2025-12-31", 5, "2026-01-08"),
        ("2025-12-31", 10, "2026-01-15"),
        ("2026-09-24", 5, "2026-10-09"),
    ],
)
def test_add_workdays(start, days, end):
    found = add_workdays(date.fromisoformat(start), days)

    assert (str(found.date), found.provisional) == (end, False)
    assert workdays_until(date.fromisoformat(start), date.fromisoformat(end)) == days


def test_backwards_over_national_day():
    assert add_workdays(date(2026, 10, 9), -1).date == date(2026, 10, 8)
    assert add_workdays(date(2026, 10, 8), -1).date == date(2026, 9, 30)
    assert workdays_until(date(2026, 10, 9), date(2026, 9, 30)) == -2


def test_zero_days_is_the_day_itself():
    assert add_workdays(date(2026, 10, 3), 0).date == date(2026, 10, 3)


@pytest.mark.parametrize(
    "day", ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]
)
def test_make_up_weekends_are_working_days(day):
    assert is_workday(date.fromisoformat(day))


@pytest.mark.parametrize(
    "day", ["2026-01-01", "2026-02-23", "2026-06-19", "2026-09-25", "2026-10-07"]
)
def test_holidays_are_not(day):
    assert not is_workday(date.fromisoformat(day))


def test_unknown_year_is_provisional_never_an_error():
    found = add_workdays(date(2031, 12, 31), 10)

    assert (found.date, found.provisional) == (date(2032, 1, 14), True)


def test_counting_up_to_a_known_year_is_not_provisional():
    assert not add_workdays(date(2026, 12, 20), 5).provisional


def test_own_calendar_wins_and_ends_the_doubt():
    for day in range(1, 15):
        weekday = date(2032, 1, day).weekday() < 5
        kind = "off" if day == 2 or not weekday else "work"
        CalendarDay.objects.create(date=date(2032, 1, day), kind=kind, source="示例通知")
    CalendarDay.objects.create(date=date(2032, 1, 15), kind="work", source="示例通知")

    found = add_workdays(date(2031, 12, 31), 10)

    assert (found.date, found.provisional) == (date(2032, 1, 15), False)


def test_one_query_however_many_days(django_assert_num_queries):
    with django_assert_num_queries(1):
        add_workdays(date(2026, 1, 1), 200)
    with django_assert_num_queries(1):
        calendar = Calendar(date(2026, 1, 1), date(2026, 12, 31))
    with django_assert_num_queries(0):
        add_workdays(date(2026, 3, 31), 10, calendar)


def test_deadline_is_the_last_second_in_shanghai():
    assert clock.end_of(date(2026, 10, 20)) == timezone.make_aware(
        datetime(2026, 10, 20, 23, 59, 59)  # noqa: DTZ001
    )
    assert clock.end_of(date(2026, 10, 20)).utcoffset().total_seconds() == 8 * 3600


FRIDAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("now", "left"),
    [
        ("2026-11-18 09:00", 2),
        ("2026-11-20 23:59", 0),
        ("2026-11-21 00:01", -1),  # Saturday: late, though no working day has gone by.
        ("2026-11-22 12:00", -1),
        ("2026-11-23 09:00", -1),
        ("2026-11-24 09:00", -2),
    ],
)
def test_days_left_says_late_at_the_weekend_too(at, now, left):
    at(now)

    assert days_left(FRIDAY) == left
    assert days_left_of([FRIDAY, None]) == {FRIDAY: left, None: None}


def test_days_left_ends_a_moment_at_its_hour(at):
    noon = at("2026-11-20 12:00")

    at("2026-11-20 11:59")
    assert days_left(noon) == 0
    at("2026-11-20 12:01")
    assert days_left(noon) == -1


@pytest.mark.parametrize("count", [1, 3])
def test_days_left_of_many_asks_once(django_assert_num_queries, count):
    with django_assert_num_queries(1):
        days_left_of([FRIDAY.replace(day=20 + n) for n in range(count)])


@pytest.fixture
def no_library(monkeypatch):
    monkeypatch.setattr(services, "chinese_calendar", None)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-03-31", 10, "2026-04-15"),
        ("2026-06-30", 10, "2026-07-14"),
        ("2026-09-30", 3, "2026-10-10"),
        ("2026-09-30", 10, "2026-10-20"),
        ("2025-12-31", 10, "2026-01-15"),
        ("2026-09-24", 5, "2026-10-09"),
        ("2025-01-24", 3, "2025-02-05"),
    ],
)
def test_the_notices_shipped_need_no_library(no_library, start, days, end):
    found = add_workdays(date.fromisoformat(start), days)

    assert (str(found.date), found.provisional) == (end, False)


def test_what_is_shipped_is_what_the_library_says(monkeypatch):
    days = [date(2025, 1, 1) + timedelta(days=n) for n in range(730)]
    with_library = [services._published(day) for day in days]
    monkeypatch.setattr(services, "chinese_calendar", None)
    calendar = Calendar(days[0], days[-1])

    assert [calendar.look_up(day) for day in days] == [(work, False) for work in with_library]


def test_without_library_an_unknown_year_is_provisional_until_its_notice_is_entered(no_library):
    assert add_workdays(date(2027, 3, 1), 3).provisional
    CalendarDay.objects.create(date=date(2027, 1, 1), kind="off", source="示例通知")
    assert not services.is_published(2027)  # Half a notice is none.

    CalendarDay.objects.create(date=date(2027, 10, 1), kind="off", source="示例通知")

    assert not add_workdays(date(2027, 3, 1), 3).provisional
    assert services.is_published(2027)
