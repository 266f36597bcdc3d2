"""Which colour word goes with a status of a project, publicity, objection or recheck: one place."""

from brands.models import (
    ChangeStatus,
    ObjectionStatus,
    ProjectStatus,
    PromotionStatus,
    PublicityStatus,
    RecheckStatus,
)

S = ProjectStatus
_TONES: dict[str, str] = {
    S.DRAFT: "plain",
    S.WITHDRAWN: "plain",
    S.RETURNED: "warn",
    S.RECOMMENDED: "good",
    S.NOT_RECOMMENDED: "bad",
    S.ELIGIBLE: "good",
    S.REJECTED: "bad",
    S.APPROVED: "good",
    S.DECLINED: "bad",
    S.ON_HOLD: "warn",
    S.NAMED: "good",
    S.REVOKED: "bad",
    S.ESTABLISHED: "good",
    S.CLOSED_EXCELLENT: "good",
    S.CLOSED_GOOD: "good",
    S.CLOSED_PASS: "good",
    S.CLOSED_FAIL: "bad",
    S.TERMINATED: "bad",
    ChangeStatus.PENDING: "warn",
    ChangeStatus.APPROVED: "good",
    ChangeStatus.REFUSED: "bad",
    ChangeStatus.TAKEN_BACK: "plain",
    PublicityStatus.PUBLISHED: "good",
    PublicityStatus.ENDED: "plain",
    PublicityStatus.TAKEN_DOWN: "warn",
    ObjectionStatus.RECEIVED: "warn",
    ObjectionStatus.UPHELD: "bad",
    ObjectionStatus.DISMISSED: "good",
    ObjectionStatus.NOT_ACCEPTED: "plain",
    PromotionStatus.CONFIRMED: "good",
    PromotionStatus.VOID: "plain",
    RecheckStatus.PLANNED: "plain",
    RecheckStatus.FIXING: "warn",
    RecheckStatus.MISSED: "bad",
    RecheckStatus.ADVISED: "bad",
    RecheckStatus.FILED: "good",
    RecheckStatus.PASSED: "good",
    RecheckStatus.EXCELLENT: "good",
    RecheckStatus.EXTENDED: "warn",
    RecheckStatus.FAILED: "bad",
    RecheckStatus.ENDED: "plain",
}


def tone_of(status: str) -> str:
    """`wait` for everything on its way."""
    return _TONES.get(status, "wait")
