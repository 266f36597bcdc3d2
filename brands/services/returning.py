"""A project that was sent back and did not come again in time: more time, as it was, or no."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from brands.models import BatchStatus, Project, ProjectStatus
from brands.services import remarks
from brands.services.projects import claim_title
from foundation import clock
from foundation.verdict import ALLOWED, Verdict, not_now
from foundation.workdays.services import add_workdays


def is_overdue(user: Any, project: Project) -> Verdict:
    if project.is_return_overdue:
        return ALLOWED
    return not_now("修改期限还没有到，请等学校重新提交。")


def is_open(user: Any, project: Project) -> Verdict:
    if project.batch.status == BatchStatus.OPEN:
        return ALLOWED
    return not_now("该批次已结束，学校不能再提交，延长期限没有意义。")


def extended(project: Project, *, by: Any, note: str) -> dict[str, Any]:
    return {"return_due_at": later_deadline(project)}


def later_deadline(project: Project) -> datetime:
    """The batch's usual time once more, from today or from a deadline still to come."""
    due = project.return_due_at
    start = max(clock.today(), timezone.localdate(due)) if due else clock.today()
    return clock.end_of(add_workdays(start, project.batch.return_days).date)


def desk_of(project: Project) -> str:
    """Where it was sent back from."""
    return project.returned_from


def resumed(project: Project, *, by: Any, note: str) -> dict[str, Any]:
    """As it was submitted: what the school changed since and did not hand in does not count."""
    version = project.versions.latest("number")
    project.title = version.title
    claim_title(project)
    remarks.clear(project)
    return {"title": version.title, "content": version.content, **_CLEARED}


def refusal_of(project: Project) -> str:
    by_district = project.returned_from == ProjectStatus.DISTRICT_REVIEW
    return ProjectStatus.NOT_RECOMMENDED if by_district else ProjectStatus.REJECTED


def lapsed(project: Project, *, by: Any, note: str) -> dict[str, Any]:
    """A place of the quota that it held is free again."""
    remarks.clear(project)
    return {"place": None, **_CLEARED}


_CLEARED = {"returned_from": "", "return_due_at": None}
