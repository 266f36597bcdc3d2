"""Is it a legal working day, and which day is N working days later?

Order of sources: `CalendarDay` → the published calendar (chinesecalendar) → weekdays, marked
provisional, because next year's notice comes each November (domain.md F-G 54–55).
"""

from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar

from foundation.workdays.models import CalendarDay, DayKind


@dataclass(frozen=True, slots=True)
class Workday:
    """`provisional` when any day counted lies in a year whose calendar is not yet known."""

    date: date
    provisional: bool


class Calendar:
    """The working calendar between two dates, read once: one query however many days are asked."""

    def __init__(self, start: date, end: date) -> None:
        rows = CalendarDay.objects.filter(date__range=(start, end))
        self._own = {row.date: row.kind == DayKind.WORK for row in rows}

    def look_up(self, day: date) -> tuple[bool, bool]:
        """(is a working day, is only provisional)."""
        if day in self._own:
            return self._own[day], False
        try:
            return chinese_calendar.is_workday(day), False
        except NotImplementedError:
            return day.weekday() < 5, True

    def until(self, start: date, end: date) -> int:
        """Working days after `start` up to and with `end`; negative when `end` lies before."""
        if end < start:
            return -self.until(end, start)
        days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
        return sum(self.look_up(day)[0] for day in days)


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
