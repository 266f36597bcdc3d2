"""How many working days are left to a deadline."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from foundation import clock
from foundation.workdays.services import Calendar


def days_left(deadline: date | datetime, calendar: Calendar | None = None) -> int:
    """Working days from today up to and with the deadline's; negative once it is past.

    Late is late, also when only days off have gone by since. A `calendar` already read saves the
    query.
    """
    today, day = clock.today(), _day(deadline)
    calendar = calendar or Calendar(min(today, day), max(today, day))
    count = calendar.until(today, day)
    is_past = clock.now() > deadline if isinstance(deadline, datetime) else today > day
    return min(count, -1) if is_past else count


def days_left_of(deadlines: Iterable[date | datetime | None]) -> Mapping[Any, int | None]:
    """Each deadline → its days left, in one query; no deadline has none."""
    wanted = {deadline for deadline in deadlines if deadline is not None}
    if not wanted:
        return {None: None}
    days = {clock.today(), *map(_day, wanted)}
    calendar = Calendar(min(days), max(days))
    return {None: None} | {deadline: days_left(deadline, calendar) for deadline in wanted}


def _day(deadline: date | datetime) -> date:
    return timezone.localdate(deadline) if isinstance(deadline, datetime) else deadline
