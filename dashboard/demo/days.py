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
    """Business time is `day` inside, and after what it was before."""
    before = clock.shift()
    clock.move_to(moment(day, hour))
    try:
        yield
    finally:
        clock.move_to(clock.wall_now() + before)


def ago(days: int) -> date:
    return clock.today() - timedelta(days=days)
