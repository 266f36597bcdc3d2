"""A project that was sent back and did not come again in time: more time, as it was, or no."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from brands.models import BatchStatus, Project, ProjectStatus
from brands.services import remarks
from brands.services.projects import claim_title
from foundation import clock
from foundation.audit.services import record
from foundation.verdict import ALLOWED, Verdict, not_now
from foundation.workdays.services import Workday, add_workdays

RETURNS = ("return", "district_return")


def answers_a_return(project: Project) -> bool:
    """Does it lie again, corrected, where it was last sent back from?"""
    returns = [event for event in project.events.all() if event.name in RETURNS]
    return bool(returns) and returns[-1].source == project.status


def is_overdue(user: Any, project: Project) -> Verdict:
    if project.is_return_overdue:
        return ALLOWED
    return not_now("修改期限还没有到，请等学校重新提交。")


def is_open(user: Any, project: Project) -> Verdict:
    if project.batch.status == BatchStatus.OPEN:
        return ALLOWED
    return not_now("该批次已结束，学校不能再提交，延长期限没有意义。")


def extended(project: Project, *, by: Any, note: str) -> dict[str, Any]:
    last = _once_more(project)
    return {"return_due_at": clock.end_of(last.date), "return_provisional": last.provisional}


def later_deadline(project: Project) -> datetime:
    """The batch's usual time once more, from today or from a deadline still to come."""
    return clock.end_of(_once_more(project).date)


def _once_more(project: Project) -> Workday:
    due = project.return_due_at
    start = max(clock.today(), timezone.localdate(due)) if due else clock.today()
    return add_workdays(start, project.batch.return_days)


def refresh_provisional() -> int:
    """Deadlines counted without the year's calendar are counted again, and never become earlier.

    The reminders follow the deadline; no letter of its own.
    """
    settled = 0
    held = Project.objects.filter(status=ProjectStatus.RETURNED, return_provisional=True)
    for project in held.select_related("batch").defer("content", "edits").order_by("pk"):
        due, provisional = _counted_again(project)
        if (due, provisional) == (project.return_due_at, True):
            continue
        with transaction.atomic():
            same = held.filter(pk=project.pk, return_due_at=project.return_due_at)
            if same.update(return_due_at=due, return_provisional=provisional):
                record(
                    "project.dates", obj=project, before=str(project.return_due_at), after=str(due)
                )
                settled += 1
    return settled


def _counted_again(project: Project) -> tuple[datetime | None, bool]:
    """(deadline, is still provisional), from the return and each extension since."""
    events = list(project.events.filter(name__in=(*RETURNS, "extend")).order_by("at", "pk"))
    first = max((n for n, event in enumerate(events) if event.name in RETURNS), default=None)
    due = project.return_due_at
    if first is None or due is None:
        return due, False
    last: Workday | None = None
    for event in events[first:]:
        start = timezone.localdate(event.at)
        start = max(start, last.date) if last else start
        last = add_workdays(start, project.batch.return_days)
    assert last is not None, "there is a return"
    return max(due, clock.end_of(last.date)), last.provisional


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
