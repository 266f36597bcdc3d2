"""Fixtures every test may use. Time: `at("2026-04-01 09:00")` moves the product's clock."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from django.utils import timezone

from foundation import clock


@pytest.fixture(autouse=True)
def _own_clock() -> Iterator[None]:
    """Each test begins at the machine's time and leaves no shift behind."""
    clock.reset()
    yield
    clock.reset()


@pytest.fixture
def at() -> Callable[[str], datetime]:
    """Move business time to a local time in Asia/Shanghai; it goes on running from there."""

    def move(text: str) -> datetime:
        moment = timezone.make_aware(datetime.fromisoformat(text))
        clock.move_to(moment)
        return moment

    return move
