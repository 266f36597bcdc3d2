"""What the lower apps ask of this one: filled when the program starts (design.md 3)."""

from typing import Any

from foundation.notifications.services import WANTED
from reviews.models import Assignment, RoundStatus


def _still_to_review(facts: dict[str, Any]) -> bool:
    """A reminder about a round is wanted while the reviewer has something left in it."""
    left = Assignment.objects.filter(
        entry__round=facts["round"], reviewer=facts["reviewer"], entry__round__status=RoundStatus.OPEN
    )
    return left.unfinished().exists()


def fill() -> None:
    WANTED["review"] = _still_to_review
