"""The bureau's formal check, and what comes back from the reviews."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from brands.models import Project, ProjectStatus
from brands.services.remarks import pin
from foundation import clock
from foundation.verdict import ALLOWED, Conflict, Verdict, not_now
from foundation.workdays.services import add_workdays


def may_be_returned(user: Any, project: Project) -> Verdict:
    if project.bureau_returns:
        return not_now("审查只能退回一次，该项目此前已退回过。请选择通过或不予通过。")
    return ALLOWED


def way_on(project: Project) -> str:
    """To the experts, or straight to the decision where the batch has none."""
    return ProjectStatus.ELIGIBLE if project.batch.has_review else ProjectStatus.SCORED


def accepted(
    project: Project, *, by: Any, note: str, items: list[str] | None = None
) -> dict[str, Any]:
    """Every line of the checklist must be ticked; `items` None means a caller without the form."""
    if items is not None and set(items) != set(project.batch.asked_at_check):
        raise Conflict("请逐项核对，全部符合后才能通过；有不符合的，请退回或不予通过。")
    return {}


def returned(
    project: Project, *, by: Any, note: str, remarks: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Back to the school, once; a recommended one keeps its place meanwhile."""
    return district_returned(project, by=by, note=note, remarks=remarks) | {
        "bureau_returns": project.bureau_returns + 1
    }


def district_returned(
    project: Project, *, by: Any, note: str, remarks: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """`remarks` is field → what to correct there; without any the whole form unlocks."""
    pin(project, remarks or {}, by=by)
    last = add_workdays(clock.today(), project.batch.return_days)
    return {
        "returned_from": project.status,
        "return_due_at": clock.end_of(last.date),
        "return_provisional": last.provisional,
    }


def scored(
    project: Project, *, by: Any, note: str, score: Decimal | None, rank: int
) -> dict[str, Any]:
    """What `reviews` hands over at the freeze, as plain values."""
    return {"score": score, "rank": rank}
