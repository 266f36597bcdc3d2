"""Change, extension and end of a 书记项目 (B2) or of a brand's cultivation (B1 13): asked by the
school, decided by the bureau.

An approved change takes effect at once; what it replaced stays in the request's rows.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from brands.models import (
    ChangeEvent,
    ChangeKind,
    ChangeRequest,
    ChangeStatus,
    Milestone,
    Project,
    ProjectStatus,
    Stage,
)
from brands.permissions_after import may_ask_change
from brands.services import cultivating, extending, keeping, windows
from brands.services.closing import MIN_MILESTONES
from brands.services.letters import tell_bureau as to_bureau
from brands.services.letters import tell_school as to_school
from foundation import clock
from foundation.audit.services import record
from foundation.verdict import ALLOWED, Conflict, Verdict, not_now
from foundation.workflow.engine import perform

S = ProjectStatus
# One extension, of six months at the most: domain.md B1, stage 13, taken over for 书记项目.
EXTENSION_MONTHS = 6
WAITS = "有一份申请正在等待局工作人员审批，办结之后才能继续。"


def may_ask_kind(project: Project, kind: str, made: list[ChangeRequest] | None = None) -> Verdict:
    """Whether this kind of request makes sense now; `made` are those there were, if known.

    The person is asked of `may_ask_change`.
    """
    made = list(project.changes.all()) if made is None else made
    if any(change.status == ChangeStatus.PENDING for change in made):
        return not_now(WAITS)
    if any(
        one.kind == kind == ChangeKind.EXTEND and one.status == ChangeStatus.APPROVED
        for one in made
    ):
        return not_now("已经延期一次，不能再延。")
    if cultivating.is_cultivated(project):
        return cultivating.may_ask_kind(project, kind)
    if kind == ChangeKind.PLAN and project.status != S.IN_PROGRESS:
        return not_now("启动推进之前，节点任务可以直接修改，不用申请变更。")
    if kind == ChangeKind.EXTEND and last_day(project) is None:
        return not_now("这个批次没有规定结项时间，不用申请延期。")
    return ALLOWED


def may_ask(user: Any, project: Project, kind: str) -> Verdict:
    """May this person ask for this kind now?"""
    person = may_ask_change(user, project)
    return may_ask_kind(project, kind) if person else person


def kinds_open_to(user: Any, project: Project) -> list[tuple[str, str]]:
    """(kind, words) of what this person may ask now."""
    if not may_ask_change(user, project):
        return []
    made = list(project.changes.all())
    return [
        (kind.value, cultivating.words_of(ChangeRequest(project=project, kind=kind)))
        for kind in ChangeKind
        if may_ask_kind(project, kind, made)
    ]


def last_day(project: Project) -> date | None:
    """By which the closing must be asked for, with the extensions that reach it; of a named brand,
    by which it reports for its acceptance."""
    if cultivating.is_cultivated(project):
        return cultivating.last_day(project)
    ends = windows.ends_at(project.batch, Stage.CLOSING, project)
    return timezone.localdate(ends) if ends else None


def latest_day(project: Project) -> date | None:
    """The furthest that an extension may reach."""
    if cultivating.is_cultivated(project):
        return cultivating.latest_day(project)
    window = windows.stage_of(project.batch, Stage.CLOSING)
    if window is None:
        return None
    return keeping.months_after(timezone.localdate(window.closes_at), EXTENSION_MONTHS)


def ask(
    project: Project,
    kind: str,
    *,
    reason: str,
    rows: Sequence[dict[str, Any]] = (),
    until: date | None = None,
    by: Any,
) -> ChangeRequest:
    """File a request under the project's lock. Raises PermissionDenied or Conflict."""
    try:
        with transaction.atomic():
            return _ask(project, kind, reason=reason, rows=rows, until=until, by=by)
    except IntegrityError as lost:
        raise Conflict(WAITS) from lost


def _ask(
    project: Project,
    kind: str,
    *,
    reason: str,
    rows: Sequence[dict[str, Any]],
    until: date | None,
    by: Any,
) -> ChangeRequest:
    current = Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
    verdict = may_ask_change(by, current)
    verdict.require()
    may_ask_kind(current, kind).require()
    if not reason.strip():
        raise Conflict("请写明理由。")
    if kind == ChangeKind.EXTEND:
        _check_until(current, until)
    if kind == ChangeKind.PLAN:
        _check_plan(current, rows)
    change = ChangeRequest.objects.create(
        project=current,
        kind=kind,
        reason=reason.strip(),
        rows=list(rows),
        until=until if kind == ChangeKind.EXTEND else None,
        asked_by=by,
        asked_at=clock.now(),
    )
    change.events.create(
        name="ask",
        label="提出申请",
        source="",
        target=change.status,
        by=by,
        appointment=str(verdict.via or ""),
        note=change.reason,
    )
    record("change.ask", by=by, via=verdict.via, obj=change, project=current.pk, kind=kind)
    to_bureau(
        f"change:{change.pk}",
        f"待审批：{cultivating.words_of(change)}",
        f"{current.organisation.short}就《{current}》申请{cultivating.words_of(change)}，请审批。",
        reverse("brands:change", args=[change.pk]),
    )
    return change


def _check_until(project: Project, until: date | None) -> None:
    last, latest = last_day(project), latest_day(project)
    if until is None or last is None or latest is None:
        raise Conflict("请填写延至哪一天。")
    if until <= max(last, clock.today()):
        raise Conflict(f"新的时间应晚于今天和现在的截止时间（{_words(last)}）。")
    if until > latest:
        raise Conflict(f"延期最长 {EXTENSION_MONTHS} 个月，最晚到 {_words(latest)}。")


def _check_plan(project: Project, rows: Sequence[dict[str, Any]]) -> None:
    """What is asked is a change of open milestones, leaves enough of them, and is in time."""
    if not rows:
        raise Conflict("没有改动任何节点任务，请先修改、取消或新增。")
    current = {row.pk: row for row in project.milestones.all()}
    last = last_day(project)
    for row in rows:
        key = row["milestone"]
        if key is not None and (key not in current or current[key].done_on):
            raise Conflict("要变更的节点任务已经完成或不再有效，请刷新页面后重新填写。")
        due = date.fromisoformat(row["due_on"])
        if not row["drop"] and last and due > last:
            raise Conflict(
                f"“{row['title']}”的完成时限晚于结项（验收）截止时间（{_words(last)}），请提前，或先申请延期。"
            )
    left = len(current) + sum(row["milestone"] is None for row in rows)
    least = 1 if cultivating.is_cultivated(project) else MIN_MILESTONES
    if left - sum(row["drop"] for row in rows) < least:
        raise Conflict(f"变更后至少保留 {least} 个节点任务。")


def may_be_approved(user: Any, change: ChangeRequest) -> Verdict:
    """The project is still where a change makes sense."""
    if change.project.status in {S.ESTABLISHED, S.IN_PROGRESS, S.NAMED}:
        return ALLOWED
    return not_now(f"项目当前状态为“{change.project.get_status_display()}”，不能再批准这份申请。")


def is_approved_to_end(user: Any, project: Project) -> Verdict:
    """True only inside the approval of the request to end it."""
    ended = project.changes.filter(kind=ChangeKind.END, status=ChangeStatus.APPROVED)
    return ALLOWED if ended.exists() else not_now("没有已批准的终止申请。")


def take_effect(change: ChangeRequest, event: ChangeEvent) -> None:
    """Inside the approval: the plan, the last day or the status changes with it, or nothing does."""
    project = Project.objects.select_for_update(of=("self",)).get(pk=change.project_id)
    if change.kind == ChangeKind.PLAN:
        _check_plan(project, change.rows)
        _plan(project, change.rows)
    elif cultivating.is_cultivated(project):
        if change.kind == ChangeKind.EXTEND:
            assert change.until is not None, "held by brands_change_until"
            cultivating.extend(project, change.until)
        else:
            cultivating.tell_leaders(change, event)
    elif change.kind == ChangeKind.EXTEND:
        assert change.until is not None, "held by brands_change_until"
        extending.grant(
            project.batch,
            Stage.CLOSING,
            project,
            until=change.until,
            why=change.reason[:200],
            by=event.by,
            via=event.appointment,
        )
        return  # The extension tells the school itself.
    else:
        perform(project, "end", by=event.by, note=change.reason)
    tell_answer(change, event)


def _plan(project: Project, rows: Sequence[dict[str, Any]]) -> None:
    for row in rows:
        due = date.fromisoformat(row["due_on"])
        if row["milestone"] is None:
            project.milestones.create(title=row["title"], owner=row["owner"], due_on=due)
            continue
        milestone = Milestone.objects.get(pk=row["milestone"])
        if row["drop"]:
            milestone.dropped_on = clock.today()
        else:
            milestone.title, milestone.owner, milestone.due_on = row["title"], row["owner"], due
        milestone.save(update_fields=["title", "owner", "due_on", "dropped_on"])


def tell_answer(change: ChangeRequest, event: ChangeEvent) -> None:
    kind, project = cultivating.words_of(change), change.project
    words = f"说明：{event.note}" if event.note else ""
    text = f"贵单位就《{project}》提出的“{kind}”申请{change.get_status_display()}。{words}"
    to_school(project, f"change-event:{event.pk}", f"{kind}申请{change.get_status_display()}", text)


def _words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
