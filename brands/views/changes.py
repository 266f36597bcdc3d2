"""Requests of a 书记项目 under way: asked by the school, decided by the bureau."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brands.forms.change import ChangeForm, plan_rows, rows_asked
from brands.models import ChangeKind, ChangeRequest, Project
from brands.services import changing, cultivating
from brands.timeline import of_event
from brands.tones import tone_of
from brands.views.milestones import tracked_projects
from foundation.verdict import Conflict
from foundation.workflow.engine import workflow_of
from foundation.workflow.requests import perform_posted

WHAT = {
    ChangeKind.PLAN: "批准之后，节点任务按申请调整；原来的内容留在办理记录里。",
    ChangeKind.EXTEND: "批准之后，结项截止时间改为新的日期。只能延期一次，最长 6 个月。",
    ChangeKind.END: "批准之后，项目转为“已终止”，不再结项，也不能恢复；本年度的一个名额不退回。",
}

BRAND_WHAT = {
    ChangeKind.EXTEND: "批准之后，验收的报告期限改为新的日期。只能延期一次，最长 6 个月。",
    ChangeKind.END: "批准之后，报工委领导决定是否撤销命名；决定之前命名仍然有效。",
}


def _what(project: Project, kind: str) -> str:
    words = {**WHAT, **BRAND_WHAT} if project.batch.is_brand else WHAT
    return words[ChangeKind(kind)]


@require_http_methods(["GET", "POST"])
def change_new(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    project: Project = get_object_or_404(tracked_projects(request), pk=pk)
    if kind not in ChangeKind.values:
        raise Http404
    changing.may_ask(request.user, project, kind).require()
    form = ChangeForm(request.POST or None, project=project, kind=kind)
    rows = plan_rows(project, request.POST or None) if kind == ChangeKind.PLAN else []
    status = 200
    is_sound = all([form.is_valid(), *(row.is_valid() for row in rows)])
    if request.method == "POST" and not is_sound and any(row.errors for row in rows):
        form.add_error(None, "请改正节点任务表中标出的问题。")
    if is_sound:
        data = form.cleaned_data
        try:
            change = changing.ask(
                project,
                kind,
                reason=data["reason"],
                rows=rows_asked(rows) if rows else [],
                until=data.get("until"),
                by=request.user,
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
        except Conflict as conflict:
            form.add_error(None, str(conflict))
            status = 409
        else:
            messages.success(request, "申请已提交，等待局工作人员审批。")
            return redirect("brands:change", change.pk)
    context = {
        "project": project,
        "form": form,
        "rows": rows,
        "heading": f"申请{cultivating.words_of(ChangeRequest(project=project, kind=kind))}",
        "what": _what(project, kind),
    }
    return render(request, "brands/change_form.html", context, status=status)


def _changes(request: HttpRequest) -> Any:
    return ChangeRequest.objects.visible_to(request.user).select_related(
        "asked_by", "project__batch", "project__organisation__school"
    )


@require_GET
def change_detail(request: HttpRequest, pk: int) -> HttpResponse:
    change = get_object_or_404(_changes(request), pk=pk)
    context = {
        "change": change,
        "project": change.project,
        "tone": tone_of(change.status),
        "rows": [_shown(row) for row in change.rows],
        "last_day": changing.last_day(change.project),
        "what": _what(change.project, change.kind),
        "words": cultivating.words_of(change),
        "moves": workflow_of(change).open_to(change, request.user),
        "events": [
            of_event(event, note="" if event.name == "ask" else event.note)
            for event in change.events.select_related("by")
        ],
    }
    return render(request, "brands/change.html", context)


@require_POST
def change_move(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    change = get_object_or_404(_changes(request), pk=pk)
    perform_posted(request, change, name)
    messages.success(request, f"当前状态：{change.get_status_display()}。")
    return redirect("brands:change", change.pk)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """One line of the comparison, with dates as dates."""
    before = row["before"]
    return {
        "deed": "取消" if row["drop"] else "修改" if before else "新增",
        "before": {**before, "due_on": date.fromisoformat(before["due_on"])} if before else None,
        "after": None if row["drop"] else {**row, "due_on": date.fromisoformat(row["due_on"])},
    }
