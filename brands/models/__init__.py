"""Batches, projects, publicity and honours."""

from brands.models.batch import (
    Batch,
    BatchEvent,
    BatchStage,
    BatchStatus,
    Programme,
    Quota,
    QuotaPlace,
    Stage,
)
from brands.models.honour import Honour
from brands.models.milestone import Milestone
from brands.models.project import (
    Attachment,
    Project,
    ProjectEvent,
    ProjectStatus,
    ProjectVersion,
)
from brands.models.publicity import (
    Objection,
    ObjectionEvent,
    ObjectionStatus,
    Publicity,
    PublicityEntry,
    PublicityEvent,
    PublicityStatus,
)

__all__ = [
    "Attachment",
    "Batch",
    "BatchEvent",
    "BatchStage",
    "BatchStatus",
    "Honour",
    "Milestone",
    "Objection",
    "ObjectionEvent",
    "ObjectionStatus",
    "Programme",
    "Project",
    "ProjectEvent",
    "ProjectStatus",
    "ProjectVersion",
    "Publicity",
    "PublicityEntry",
    "PublicityEvent",
    "PublicityStatus",
    "Quota",
    "QuotaPlace",
    "Stage",
]
