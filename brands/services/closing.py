"""书记项目 from milestones to its grade (domain.md B2, R4)."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse

from brands.models import Batch, Milestone, Project, ProjectEvent, ProjectStatus, Stage
from brands.permissions_after import may_plan, may_report
from brands.services import windows
from brands.services.grading import excellent_places
from brands.services.letters import tell_bureau as to_bureau
from brands.services.letters import tell_school as to_school
from foundation import clock
from foundation.audit.services import record
from foundation.verdict import ALLOWED, Conflict, Verdict, not_now

S = ProjectStatus
MIN_MILESTONES = 2
RECTIFY_DAYS = 60  # to apply once more after a failed closing
ESTABLISHED = (
    S.ESTABLISHED,
    S.IN_PROGRESS,
    S.CLOSING,
    S.CLOSING_REVIEW,
    S.CLOSING_SCORED,
    S.CLOSED_EXCELLENT,
    S.CLOSED_GOOD,
    S.CLOSED_PASS,
    S.CLOSED_FAIL,
    S.TERMINATED,
)


def is_planned(user: Any, project: Project) -> Verdict:
    """Every milestone has its owner and deadline by its columns; two of them at least, where the
    programme has any."""
    batch = project.batch
    if not batch.has_milestones:
        return ALLOWED if batch.has_closing else not_now("本批次立项后不再跟踪，无须启动。")
    if project.milestones.exclude(owner="").count() < MIN_MILESTONES:
        return not_now(f"请先安排至少 {MIN_MILESTONES} 个节点任务，每个都要有责任人和完成时限。")
    return ALLOWED


def is_in_closing_window(project: Project) -> Verdict:
    """Until the last day, extensions counted; one that was sent back may come again after it."""
    ends = windows.ends_at(project.batch, Stage.CLOSING, project)
    if ends is None or clock.now() <= ends or project.status == S.CLOSED_FAIL:
        return ALLOWED
    if project.events.filter(name="return_closing").exists():
        return ALLOWED
    return not_now(f"结项申请已于 {windows.words(ends)} 截止。确有困难的，请由书记申请延期结项。")


def may_close_now(user: Any, project: Project) -> Verdict:
    if not project.batch.has_closing:
        return not_now("本批次不设结项环节。")
    if project.changes.pending().exists():
        return not_now("有一份变更申请正在等待审批，办结之后才能申请结项。")
    timely = is_in_closing_window(project)
    if not timely:
        return timely
    unexplained = project.milestones.outstanding().filter(result="").count()
    if unexplained:
        return not_now(f"还有 {unexplained} 个节点任务没有完成，也没有写明原因，请先填写。")
    if project.status == S.CLOSED_FAIL:
        closed = [event.at for event in project.events.filter(name="close")]
        if len(closed) > 1:
            return not_now("整改后只能再申请一次结项。")
        if closed and clock.now() > closed[0] + timedelta(days=RECTIFY_DAYS):
            return not_now(f"整改期（{RECTIFY_DAYS} 天）已过，不能再申请结项。")
    return ALLOWED


def with_report(project: Project, *, by: Any, note: str, report: str = "") -> dict[str, Any]:
    """Kept beside the reports before it; `content` holds the one that is judged now."""
    if not report.strip():
        raise Conflict("请填写结项报告。")
    project.closings.create(
        number=project.closings.count() + 1, report=report.strip(), by=by, at=clock.now()
    )
    content = {**project.content, "closing_report": report.strip()}
    return {"content": content, "closing_score": None}


def with_score(
    project: Project, *, by: Any, note: str, score: Decimal | None = None
) -> dict[str, Any]:
    if score is None:
        raise Conflict("缺少结项得分。")
    _latest(project).update(score=score)
    return {"closing_score": score}


def _latest(project: Project) -> Any:
    return project.closings.filter(number=project.closings.count())


def answered(project: Project, event: ProjectEvent) -> None:
    """Graded or sent back: the application keeps what came of it, and the school hears of it."""
    _latest(project).update(outcome=event.target)
    tell_school(project, event)


def grade_of(project: Project) -> str:
    """By the score; excellent only within the cap. The batch is locked, so the cap holds."""
    score = project.closing_score
    assert score is not None, "only a scored closing is graded"
    if score < 60:
        return S.CLOSED_FAIL
    if score < 75:
        return S.CLOSED_PASS
    if score < 90 or not _has_room(project):
        return S.CLOSED_GOOD
    return S.CLOSED_EXCELLENT


def _has_room(project: Project) -> bool:
    """Better scores that still wait keep their places: the order of closing does not matter."""
    Batch.objects.select_for_update(of=("self",)).get(pk=project.batch_id)
    of_batch = Project.objects.filter(batch=project.batch_id)
    established = of_batch.filter(status__in=ESTABLISHED).count()
    cap = excellent_places(established)
    taken = of_batch.filter(status=S.CLOSED_EXCELLENT).count()
    better = of_batch.filter(status=S.CLOSING_SCORED, closing_score__gt=project.closing_score)
    return taken + better.count() < cap


def tell_bureau(project: Project, event: ProjectEvent) -> None:
    link = reverse("brands:project-closing", args=[project.pk])
    text = f"{project.organisation.short}申请{project.batch.noun}《{project}》结项。"
    to_bureau(f"project-event:{event.pk}", "收到结项申请", text, link)


def tell_school(project: Project, event: ProjectEvent) -> None:
    note = f"说明：{event.note}" if event.note else ""
    noun = project.batch.noun
    text = f"{noun}《{project}》：{event.label}，当前状态“{S(event.target).label}”。{note}"
    to_school(project, f"project-event:{event.pk}", f"{noun}结项进展", text)


@transaction.atomic
def save_milestone(milestone: Milestone, *, by: Any) -> Milestone:
    """Planned or changed before the start, under the project's lock."""
    project = Project.objects.select_for_update(of=("self",)).get(pk=milestone.project_id)
    may_plan(by, project).require()
    adding = milestone.pk is None
    milestone.save()
    record("milestone.plan" if adding else "milestone.change", by=by, obj=milestone)
    return milestone


@transaction.atomic
def report_milestone(
    milestone: Milestone, *, by: Any, done_on: date | None, result: str
) -> Milestone:
    """Done on a day with a result; or, without a day, why it is not done."""
    project = Project.objects.select_for_update(of=("self",)).get(pk=milestone.project_id)
    may_report(by, project).require()
    milestone.done_on, milestone.result = done_on, result.strip()
    milestone.save(update_fields=["done_on", "result"])
    kept = milestone.reports.last()
    if kept is None or (kept.done_on, kept.result) != (done_on, milestone.result):
        milestone.reports.create(done_on=done_on, result=milestone.result, by=by, at=clock.now())
    record("milestone.report", by=by, obj=milestone, done_on=done_on)
    return milestone


@transaction.atomic
def remove_milestone(milestone: Milestone, *, by: Any) -> None:
    """Only what has neither result nor note yet."""
    project = Project.objects.select_for_update(of=("self",)).get(pk=milestone.project_id)
    may_plan(by, project).require()
    if milestone.done_on or milestone.result or milestone.notes.exists():
        raise Conflict("已填写完成情况或推进记录的节点任务不能删除。")
    name = str(milestone)
    milestone.delete()
    record("milestone.remove", by=by, obj=project, milestone=name)
