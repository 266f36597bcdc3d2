"""Which colour word goes with a status, one place for every page."""

from brands.models import ObjectionStatus, ProjectStatus, PublicityStatus

S = ProjectStatus

_TONES: dict[str, str] = {
    S.RETURNED: "warn",
    S.REJECTED: "bad",
    S.NOT_RECOMMENDED: "bad",
    S.APPROVED: "good",
    S.DECLINED: "bad",
    S.PUBLICITY: "good",
    S.ON_HOLD: "warn",
    S.NAMED: "good",
    S.ESTABLISHED: "good",
    S.CLOSED_EXCELLENT: "good",
    S.CLOSED_GOOD: "good",
    S.CLOSED_PASS: "good",
    S.CLOSED_FAIL: "bad",
    S.DRAFT: "plain",
    S.WITHDRAWN: "plain",
    PublicityStatus.PUBLISHED: "good",
    PublicityStatus.ENDED: "plain",
    ObjectionStatus.RECEIVED: "warn",
    ObjectionStatus.UPHELD: "bad",
    ObjectionStatus.DISMISSED: "good",
    ObjectionStatus.NOT_ACCEPTED: "plain",
}


def tone_of(status: str) -> str:
    """`wait` for everything on its way."""
    return _TONES.get(status, "wait")
