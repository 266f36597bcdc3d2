"""The bureau's formal check, and what comes back from the reviews."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from brands.models import Project
from foundation import clock
from foundation.verdict import ALLOWED, Conflict, Verdict, not_now
from foundation.workdays.services import add_workdays

# What the bureau ticks before it accepts (domain.md B1 stage 5, B2).
CHECKLIST: dict[str, tuple[str, ...]] = {
    "school_brand": (
        "申报主体符合通知要求",
        "未与已命名品牌重复申报",
        "申报表填写完整，字数符合要求",
        "学校党组织已集体研究并提出意见",
        "佐证材料真实、可核验",
    ),
    "secretary": (
        "切口小：聚焦一个具体问题",
        "有难度：问题有调研依据，非日常工作",
        "示范强：做法可供他人借鉴",
        "能落实：年内能够完成",
    ),
}


def may_be_returned(user: Any, project: Project) -> Verdict:
    if project.bureau_returns:
        return not_now("形式审查只能退回一次，该项目此前已退回过。请选择通过或不予通过。")
    return ALLOWED


def accepted(
    project: Project, *, by: Any, note: str, items: list[str] | None = None
) -> dict[str, Any]:
    """Every line of the checklist must be ticked; `items` None means a caller without the form."""
    if items is not None and set(items) != set(CHECKLIST[project.batch.programme]):
        raise Conflict("请逐项核对，全部符合后才能通过；有不符合的，请退回或不予通过。")
    return {}


def returned(project: Project, *, by: Any, note: str) -> dict[str, Any]:
    """Back to the school, once; a recommended one keeps its place meanwhile."""
    return district_returned(project, by=by, note=note) | {
        "bureau_returns": project.bureau_returns + 1
    }


def district_returned(project: Project, *, by: Any, note: str) -> dict[str, Any]:
    return {"returned_from": project.status, "return_due_at": return_deadline(project)}


def return_deadline(project: Project) -> datetime:
    return clock.end_of(add_workdays(clock.today(), project.batch.return_days).date)


def scored(project: Project, *, by: Any, note: str, score: Decimal, rank: int) -> dict[str, Any]:
    """What `reviews` hands over at the freeze, as plain values."""
    return {"score": score, "rank": rank}
