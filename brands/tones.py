"""Which colour word goes with a status of a project, a publicity or an objection."""

from brands import presenting
from brands.models import ObjectionStatus, PublicityStatus

_OWN: dict[str, str] = {
    PublicityStatus.PUBLISHED: "good",
    PublicityStatus.ENDED: "plain",
    ObjectionStatus.RECEIVED: "warn",
    ObjectionStatus.UPHELD: "bad",
    ObjectionStatus.DISMISSED: "good",
    ObjectionStatus.NOT_ACCEPTED: "plain",
}


def tone_of(status: str) -> str:
    """`wait` for everything on its way."""
    return _OWN.get(status) or presenting.tone_of(status)
