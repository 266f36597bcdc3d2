"""Rubrics, rounds, who judges what, and the scores."""

from reviews.models.assignment import (
    Assignment,
    AssignmentEvent,
    AssignmentStatus,
    Pledge,
    Recusal,
    Score,
)
from reviews.models.round import Entry, Round, RoundEvent, RoundKind, RoundStatus
from reviews.models.rubric import Criterion, Rubric

__all__ = [
    "Assignment",
    "AssignmentEvent",
    "AssignmentStatus",
    "Criterion",
    "Entry",
    "Pledge",
    "Recusal",
    "Round",
    "RoundEvent",
    "RoundKind",
    "RoundStatus",
    "Rubric",
    "Score",
]
