"""The quarterly check and the ledger of what it found."""

from checkups.models.checkup import (
    FILLABLE,
    Answer,
    Checkup,
    CheckupEvent,
    CheckupStatus,
    Colour,
    Cycle,
)
from checkups.models.rectification import (
    ProgressNote,
    Rectification,
    RectificationEvent,
    RectificationStatus,
    Serial,
)
from checkups.models.template import Grade, Group, Indicator, Kind, Template

__all__ = [
    "FILLABLE",
    "Answer",
    "Checkup",
    "CheckupEvent",
    "CheckupStatus",
    "Colour",
    "Cycle",
    "Grade",
    "Group",
    "Indicator",
    "Kind",
    "ProgressNote",
    "Rectification",
    "RectificationEvent",
    "RectificationStatus",
    "Serial",
    "Template",
]
