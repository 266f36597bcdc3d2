"""A named brand while it is cultivated: its plan and what its school may ask for (B1 11 and 13).

Its milestones are planned without a request until something was written about one of them.
"""

from datetime import date
from typing import Any

from django.urls import reverse

from brands.models import (
    ChangeKind,
    ChangeRequest,
    MilestoneReport,
    ProgressNote,
    Project,
    ProjectStatus,
    Recheck,
    RecheckKind,
    RecheckStatus,
)
from brands.services import keeping
from foundation.notifications.services import tell_each
from foundation.verdict import ALLOWED, Conflict, Verdict, not_now
from schools.models import Role
from schools.recipients import everybody

WORDS = {ChangeKind.EXTEND: "延期验收", ChangeKind.END: "退出培育"}
# One extension, at most so long: B1 stage 13.
EXTENSION_MONTHS = 6


def is_cultivated(project: Project) -> bool:
    return project.status == ProjectStatus.NAMED


def words_of(change: ChangeRequest) -> str:
    """What is asked for, as its project calls it."""
    kind = ChangeKind(change.kind)
    return WORDS.get(kind, kind.label) if change.project.batch.is_brand else kind.label


def has_begun(project: Project) -> bool:
    notes = ProgressNote.objects.filter(milestone__project=project)
    return notes.exists() or MilestoneReport.objects.filter(milestone__project=project).exists()


def acceptance_of(project: Project) -> Recheck | None:
    """The one ahead, for which the school has not reported yet."""
    ahead = Recheck.objects.filter(
        honour__project=project,
        kind=RecheckKind.ACCEPTANCE,
        status__in=(RecheckStatus.PLANNED, RecheckStatus.OPEN),
    )
    return ahead.order_by("due_on").first()


def last_day(project: Project) -> date | None:
    acceptance = acceptance_of(project)
    return acceptance.due_on if acceptance else None


def latest_day(project: Project) -> date | None:
    last = last_day(project)
    return keeping.months_after(last, EXTENSION_MONTHS) if last else None


def may_ask_kind(project: Project, kind: str) -> Verdict:
    if kind == ChangeKind.PLAN and not has_begun(project):
        return not_now("还没有写过推进情况，节点任务可以直接修改，不用申请变更。")
    if kind == ChangeKind.EXTEND and acceptance_of(project) is None:
        return not_now("没有待报告的验收，不用申请延期。")
    return ALLOWED


def extend(project: Project, until: date) -> None:
    """Under the check's lock. Raises Conflict when the school has reported meanwhile."""
    acceptance = acceptance_of(project)
    locked = (
        Recheck.objects.select_for_update(of=("self",)).filter(pk=acceptance.pk).first()
        if acceptance
        else None
    )
    if locked is None or locked.status not in {RecheckStatus.PLANNED, RecheckStatus.OPEN}:
        raise Conflict("验收已经报告，不能再延期。")
    locked.due_on = until
    locked.save(update_fields=["due_on"])


def tell_leaders(change: ChangeRequest, event: Any) -> None:
    """Whether the name goes is the leader's to decide, with a document."""
    honour = change.project.honour
    text = (
        f"{change.project.organisation.short}申请退出{change.project.batch.noun}《{change.project}》的培育，"
        f"局工作人员已同意。是否撤销命名，请决定。\n理由：{change.reason}"
    )
    subject = f"退出培育：《{change.project}》"
    link = reverse("brands:honour", args=[honour.pk])
    tell_each(everybody(Role.LEADER), f"change-leader:{event.pk}", subject, text, link)
