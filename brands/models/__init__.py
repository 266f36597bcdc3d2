"""Batches, projects, publicity and honours."""

from brands.models.allotment import Allotment
from brands.models.attachment import Attachment, FilePart
from brands.models.batch import (
    Batch,
    BatchEvent,
    BatchStage,
    BatchStatus,
    DayUnit,
    Quota,
    QuotaPlace,
    Stage,
)
from brands.models.bulk import Bulk, BulkItem
from brands.models.change import ChangeEvent, ChangeKind, ChangeRequest, ChangeStatus
from brands.models.extension import Extension
from brands.models.honour import Honour, HonourEvent, HonourPrint, HonourStatus
from brands.models.honour_import import HonourImport
from brands.models.milestone import Milestone
from brands.models.negative import NegativeEvent, NegativeKind, NegativeMove, NegativeStatus
from brands.models.programme import Applicant, ApplicationForm, Judged, Programme, Track
from brands.models.project import (
    Project,
    ProjectEvent,
    ProjectStatus,
    ProjectVersion,
)
from brands.models.promotion import Promotion, PromotionEvent, PromotionStatus
from brands.models.publicity import (
    Objection,
    ObjectionEvent,
    ObjectionFile,
    ObjectionStatus,
    Publicity,
    PublicityEntry,
    PublicityEvent,
    PublicityStatus,
)
from brands.models.recheck import (
    Recheck,
    RecheckEvent,
    RecheckFile,
    RecheckKind,
    RecheckStatus,
)
from brands.models.remark import Remark
from brands.models.reporting import ClosingApplication, ClosingExplanation, MilestoneReport
from brands.models.retention import DraftNotice
from brands.models.source import SourceFile
from brands.models.stamped import PaperMiss, StampedScan
from brands.models.tracking import ProgressFile, ProgressNote
from brands.models.transfer import QuotaTransfer, QuotaTransferEvent, TransferStatus

__all__ = [
    "Allotment",
    "Applicant",
    "ApplicationForm",
    "Attachment",
    "Batch",
    "BatchEvent",
    "BatchStage",
    "BatchStatus",
    "Bulk",
    "BulkItem",
    "ChangeEvent",
    "ChangeKind",
    "ChangeRequest",
    "ChangeStatus",
    "ClosingApplication",
    "ClosingExplanation",
    "DayUnit",
    "DraftNotice",
    "Extension",
    "FilePart",
    "Honour",
    "HonourEvent",
    "HonourImport",
    "HonourPrint",
    "HonourStatus",
    "Judged",
    "Milestone",
    "MilestoneReport",
    "NegativeEvent",
    "NegativeKind",
    "NegativeMove",
    "NegativeStatus",
    "Objection",
    "ObjectionEvent",
    "ObjectionFile",
    "ObjectionStatus",
    "PaperMiss",
    "Programme",
    "ProgressFile",
    "ProgressNote",
    "Project",
    "ProjectEvent",
    "ProjectStatus",
    "ProjectVersion",
    "Promotion",
    "PromotionEvent",
    "PromotionStatus",
    "Publicity",
    "PublicityEntry",
    "PublicityEvent",
    "PublicityStatus",
    "Quota",
    "QuotaPlace",
    "QuotaTransfer",
    "QuotaTransferEvent",
    "Recheck",
    "RecheckEvent",
    "RecheckFile",
    "RecheckKind",
    "RecheckStatus",
    "Remark",
    "SourceFile",
    "Stage",
    "StampedScan",
    "Track",
    "TransferStatus",
]
