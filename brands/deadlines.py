"""Working days left for a page of deadlines, in one query."""

from collections.abc import Iterable
from datetime import date

from foundation import clock
from foundation.workdays.services import Calendar


def days_left(dates: Iterable[date | None]) -> dict[date | None, int | None]:
    """Each deadline → working days until it, negative when late; no deadline has none."""
    wanted = {day for day in dates if day is not None}
    left: dict[date | None, int | None] = {None: None}
    if wanted:
        today = clock.today()
        calendar = Calendar(min(wanted | {today}), max(wanted | {today}))
        left.update({day: _between(calendar, today, day) for day in wanted})
    return left


def _between(calendar: Calendar, today: date, day: date) -> int:
    count = calendar.until(today, day)
    return count if day >= today else min(count, -1)  # late is late, also over a weekend
