"""Holes in the pages of a batch that higher apps fill at start (design.md 3)."""

from collections.abc import Callable
from typing import Any

from brands.models import Batch

# callable(batch, user) → (label, url), or None where this user has nothing there.
BATCH_LINKS: list[Callable[[Batch, Any], tuple[str, str] | None]] = []


def links_of(batch: Batch, user: Any) -> list[tuple[str, str]]:
    return [link for fill in BATCH_LINKS if (link := fill(batch, user)) is not None]
