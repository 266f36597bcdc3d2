"""Rubrics, rounds, who judges what, and the scores."""

from reviews.models.assignment import (
    Assignment,
    AssignmentEvent,
    AssignmentStatus,
    Pledge,
    Recusal,
    Score,
)
from reviews.models.combined import Combined, CombinedLine, CombinedVote
from reviews.models.inviting import (
    TAKING_PART,
    Invitation,
    InvitationEvent,
    InvitationStatus,
    Lots,
    LotsEvent,
    LotsStatus,
)
from reviews.models.masking import CopyState, Decision, Mask, Masking, ReviewerCopy
from reviews.models.offline import ScoreUpload
from reviews.models.plan import AssignmentPlan, PlanEvent, PlanStatus
from reviews.models.pool import Reviewer, ReviewerKind, Tie, TieKind
from reviews.models.pool_import import PoolImport
from reviews.models.result import EarlierScore, Explanation, Result, TieVote
from reviews.models.round import (
    Correction,
    Entry,
    Mode,
    Round,
    RoundEvent,
    RoundKind,
    RoundStatus,
    Scoring,
)
from reviews.models.rubric import Criterion, Rubric
from reviews.models.wish import AvoidWish, WishEvent, WishStatus

__all__ = [
    "TAKING_PART",
    "Assignment",
    "AssignmentEvent",
    "AssignmentPlan",
    "AssignmentStatus",
    "AvoidWish",
    "Combined",
    "CombinedLine",
    "CombinedVote",
    "CopyState",
    "Correction",
    "Criterion",
    "Decision",
    "EarlierScore",
    "Entry",
    "Explanation",
    "Invitation",
    "InvitationEvent",
    "InvitationStatus",
    "Lots",
    "LotsEvent",
    "LotsStatus",
    "Mask",
    "Masking",
    "Mode",
    "PlanEvent",
    "PlanStatus",
    "Pledge",
    "PoolImport",
    "Recusal",
    "Result",
    "Reviewer",
    "ReviewerCopy",
    "ReviewerKind",
    "Round",
    "RoundEvent",
    "RoundKind",
    "RoundStatus",
    "Rubric",
    "Score",
    "ScoreUpload",
    "Scoring",
    "Tie",
    "TieKind",
    "TieVote",
    "WishEvent",
    "WishStatus",
]
