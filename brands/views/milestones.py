"""Milestones of an established 书记项目 or a named brand: planned, changed, reported by its school."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brands.forms.after import MilestoneForm, MilestoneReportForm
from brands.forms.planned import PlannedForm, planned_forms
from brands.models import Milestone, Project, ProjectStatus, Recheck, Track
from brands.permissions_after import may_note, may_plan, may_report
from brands.services import changing, closing, cultivating, planning
from brands.tones import tone_of
from foundation.workdays.deadlines import days_left_of
from foundation.workflow.engine import workflow_of


def tracked_projects(request: HttpRequest) -> Any:
    """Established 书记项目 and named brands that this person sees."""
    established = Q(batch__track=Track.ESTABLISHING, status__in=closing.ESTABLISHED)
    named = Q(batch__track=Track.NAMING, status__in=(ProjectStatus.NAMED, ProjectStatus.REVOKED))
    return (
        Project.objects.visible_to(request.user)
        .filter(established | named)
        .select_related("batch", "organisation__school")
    )


def _milestone(request: HttpRequest, pk: int) -> Milestone:
    rows = Milestone.objects.visible_to(request.user).select_related("project__organisation")
    milestone: Milestone = get_object_or_404(rows, pk=pk)
    return milestone


@require_GET
def milestones(request: HttpRequest, pk: int) -> HttpResponse:
    project = get_object_or_404(tracked_projects(request), pk=pk)
    proposed = planning.proposed_rows(project) if may_plan(request.user, project) else []
    return milestones_page(request, project, planned_forms(proposed))


def milestones_page(
    request: HttpRequest, project: Project, planned: list[PlannedForm]
) -> HttpResponse:
    rows: list[Any] = list(project.milestones.prefetch_related("notes"))
    left = days_left_of(row.due_on for row in rows)
    for row in rows:
        row.days_left = None if row.done_on else left[row.due_on]
        row.noted = list(row.notes.all())
        row.latest = row.noted[-1] if row.noted else None
    late = sum(1 for row in rows if (row.days_left or 0) < 0)
    table = workflow_of(project)
    mine = Recheck.objects.filter(Q(project=project) | Q(honour__project=project))
    checks: list[Any] = list(mine.order_by("due_on"))
    for check in checks:
        check.tone = tone_of(check.status)
    changes: list[Any] = list(project.changes.select_related("asked_by"))
    for change in changes:
        change.tone, change.words = tone_of(change.status), cultivating.words_of(change)
    context = {
        "project": project,
        "tone": tone_of(project.status),
        "rows": rows,
        "planned": planned,
        "facts": [
            ("节点任务", f"{len(rows)} 个"),
            ("已完成", f"{sum(1 for row in rows if row.done_on)} 个"),
            *([("已逾期", f"{late} 个")] if late else []),
        ],
        "may_note": bool(may_note(request.user, project)),
        "may_plan": bool(may_plan(request.user, project)),
        "may_report": bool(may_report(request.user, project)),
        "is_brand": project.batch.is_brand,
        "has_closing": project.batch.has_closing,
        "start": None if project.batch.is_brand else table["start"].decide(project, request.user),
        "checks": checks,
        "changes": changes,
        "asks": changing.kinds_open_to(request.user, project),
        "is_waiting": project.status == "established" and not project.batch.is_brand,
        "has_milestones": project.batch.has_milestones,
        "least": closing.MIN_MILESTONES,
    }
    return render(request, "brands/milestones.html", context)


@require_http_methods(["GET", "POST"])
def milestone_new(request: HttpRequest, pk: int) -> HttpResponse:
    project = get_object_or_404(tracked_projects(request), pk=pk)
    may_plan(request.user, project).require()
    form = MilestoneForm(request.POST or None, instance=Milestone(project=project))
    save = partial(closing.save_milestone, by=request.user)
    return _form_page(request, project, form, "新增节点任务", save)


@require_http_methods(["GET", "POST"])
def milestone_edit(request: HttpRequest, pk: int) -> HttpResponse:
    milestone = _milestone(request, pk)
    may_plan(request.user, milestone.project).require()
    form = MilestoneForm(request.POST or None, instance=milestone)
    save = partial(closing.save_milestone, by=request.user)
    return _form_page(request, milestone.project, form, "修改节点任务", save)


@require_http_methods(["GET", "POST"])
def milestone_report(request: HttpRequest, pk: int) -> HttpResponse:
    milestone = _milestone(request, pk)
    may_report(request.user, milestone.project).require()
    form = MilestoneReportForm(request.POST or None, instance=milestone)

    def save(row: Milestone) -> Milestone:
        return closing.report_milestone(
            row, by=request.user, done_on=row.done_on, result=row.result
        )

    return _form_page(request, milestone.project, form, "填写完成情况", save)


def _form_page(
    request: HttpRequest, project: Project, form: Any, heading: str, save: Any
) -> HttpResponse:
    if form.is_valid():
        save(form.save(commit=False))
        messages.success(request, "已保存。")
        return redirect("brands:milestones", project.pk)
    context = {"form": form, "project": project, "heading": heading}
    return render(request, "brands/milestone_form.html", context)


@require_POST
def milestone_remove(request: HttpRequest, pk: int) -> HttpResponse:
    milestone = _milestone(request, pk)
    closing.remove_milestone(milestone, by=request.user)
    messages.success(request, "已删除该节点任务。")
    return redirect("brands:milestones", milestone.project_id)
