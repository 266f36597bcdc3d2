"""Is it a legal working day, and which day is N working days later?

Order of sources: `CalendarDay` → the published calendar of the library, where there is one →
weekdays, marked provisional, because next year's notice comes each November (F-G 54–55).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import DateField, QuerySet

from foundation.statements import Slot, composed_once
from foundation.workdays.models import CalendarDay, DayKind

try:
    import chinese_calendar
except ImportError:  # It only spares staff the typing of a year that it knows.
    chinese_calendar = None


@dataclass(frozen=True, slots=True)
class Workday:
    """`provisional` when any day counted lies in a year whose calendar is not yet known."""

    date: date
    provisional: bool


class Calendar:
    """The working calendar between two dates, read once: one query however many days are asked."""

    def __init__(self, start: date, end: date) -> None:
        rows = _days(first=date(start.year, 1, 1), last=date(end.year, 12, 31))
        self._own = {day: kind == DayKind.WORK for day, kind in rows}

    def look_up(self, day: date) -> tuple[bool, bool]:
        """(is a working day, is only provisional)."""
        if day in self._own:
            return self._own[day], False
        published = _published(day)
        if published is not None:
            return published, False
        return day.weekday() < 5, not self.knows(day.year)

    def knows(self, year: int) -> bool:
        """Has the notice of that year been entered, from its first holiday to its last?"""
        ends = (date(year, 1, 1), date(year, 10, 1))
        return all(self._own.get(day) is False for day in ends)

    def until(self, start: date, end: date) -> int:
        """Working days after `start` up to and with `end`; negative when `end` lies before."""
        if end < start:
            return -self.until(end, start)
        own = [day for day in self._own if start < day <= end]
        usual = _usual(start, end, with_library=chinese_calendar is not None)
        return usual + sum(self._own[day] - _is_usual(day) for day in own)


@composed_once
def _days() -> QuerySet[Any, tuple[Any, ...]]:
    found = CalendarDay.objects.filter(
        date__gte=Slot("first", DateField()), date__lte=Slot("last", DateField())
    )
    return found.order_by().values_list("date", "kind")


def _published(day: date) -> bool | None:
    """What the library says; None where it is not installed or does not know the year."""
    return None if chinese_calendar is None else _in_library(day)


@lru_cache(maxsize=4096)  # It looks for the ends of its own range anew for each day.
def _in_library(day: date) -> bool | None:
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None


def _is_usual(day: date) -> bool:
    """A working day, as far as no one has entered anything."""
    published = _published(day)
    return day.weekday() < 5 if published is None else published


@lru_cache(maxsize=1024)  # A deadline may lie a year ahead, and every page counts to it.
def _usual(start: date, end: date, *, with_library: bool) -> int:
    return sum(_is_usual(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def is_published(year: int) -> bool:
    first = date(year, 1, 1)
    return _published(first) is not None or Calendar(first, first).knows(year)


def _span(day: date, days: int) -> Calendar:
    reach = timedelta(days=abs(days) * 2 + 40)
    return Calendar(day - reach, day + reach)


def add_workdays(day: date, days: int, calendar: Calendar | None = None) -> Workday:
    """The day `days` working days after `day` (before it when negative); `day` itself not counted.

    A `calendar` already read saves the query; it must reach far enough.
    """
    calendar = calendar or _span(day, days)
    step = timedelta(days=1 if days >= 0 else -1)
    left, provisional = abs(days), False
    while left:
        day += step
        working, unsure = calendar.look_up(day)
        provisional = provisional or unsure
        left -= working
    return Workday(day, provisional)


def workdays_until(start: date, end: date) -> int:
    first, last = min(start, end), max(start, end)
    return Calendar(first, last).until(start, end)


def is_workday(day: date) -> bool:
    return Calendar(day, day).look_up(day)[0]
