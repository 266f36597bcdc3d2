"""Limits of effort that hold on a slow or busy machine, too."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Of this process's own work: what others compute meanwhile does not count."""
    began = time.process_time()
    yield
    assert time.process_time() - began < seconds
