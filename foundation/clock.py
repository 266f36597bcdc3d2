"""The one source of business time. In the demo and in tests it may be shifted.

Every process reads the same shift from one small file, so a rehearsal can move web, worker and
scheduler together. `wall_now` is the machine's own time: leases and heartbeats use it, since they
speak of processes, not of the bureau's calendar.
"""

import os
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils import timezone


def wall_now() -> datetime:
    """The machine's time, never shifted."""
    return timezone.now()


def shift() -> timedelta:
    """How far business time is ahead of the machine's (zero outside demo and tests)."""
    if not settings.CLOCK_SHIFTABLE:
        return timedelta()
    try:
        with open(settings.CLOCK_SHIFT_FILE) as file:
            return timedelta(seconds=float(file.read() or 0))
    except (FileNotFoundError, ValueError):
        return timedelta()


def now() -> datetime:
    """Business time, aware, in UTC."""
    return wall_now() + shift()


def today() -> date:
    """Business date in Asia/Shanghai."""
    return timezone.localdate(now())


def move_to(moment: datetime) -> None:
    """Set business time to `moment` for all processes; it goes on running from there.

    Raises RuntimeError where the clock may not be shifted.
    """
    if not settings.CLOCK_SHIFTABLE:
        raise RuntimeError("The clock may be shifted in the demo and in tests only.")
    path = settings.CLOCK_SHIFT_FILE
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_text(str((moment - wall_now()).total_seconds()))
    os.replace(part, path)


def reset() -> None:
    """Business time is the machine's again."""
    settings.CLOCK_SHIFT_FILE.unlink(missing_ok=True)


def end_of(day: date) -> datetime:
    """The last second of `day` in Asia/Shanghai: when a deadline on that day passes (F-G 56)."""
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))


def start_of(day: date) -> datetime:
    """The first instant of `day` in Asia/Shanghai."""
    return timezone.make_aware(datetime.combine(day, time()))
