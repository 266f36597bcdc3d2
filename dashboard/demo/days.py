"""Go to a day of the demo's past and do things there."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from foundation import clock


def moment(day: date, hour: int = 10) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


@contextmanager
def on(day: date, hour: int = 10) -> Iterator[None]:
    """Business time is `day` inside, and after what it was before. Never a time still to come."""
    before = clock.shift()
    clock.move_to(min(moment(day, hour), clock.now()))
    try:
        yield
    finally:
        clock.move_to(clock.wall_now() + before)


def ago(days: int) -> date:
    return clock.today() - timedelta(days=days)
