"""Objections on the staff's side: list, one objection, its moves."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from brands import permissions_after as may
from brands.models import Batch, Objection, ObjectionFile, ObjectionStatus
from brands.services.objecting import number_of
from brands.timeline import of_event
from brands.tones import tone_of
from foundation import uploads
from foundation.audit.services import record
from foundation.workdays.deadlines import days_left_of
from foundation.workflow.engine import Transition, workflow_of
from foundation.workflow.requests import perform_posted

OPEN = (ObjectionStatus.RECEIVED, ObjectionStatus.INVESTIGATING)


@require_GET
def objections(request: HttpRequest) -> HttpResponse:
    rows = Objection.objects.visible_to(request.user).select_related(
        "project__batch", "project__organisation__school"
    )
    may.may_see_decision(request.user).require()
    status = request.GET.get("status", "")
    if status == "open":
        rows = rows.open()
    elif status in ObjectionStatus.values:
        rows = rows.filter(status=status)
    page = Paginator(rows, 20).get_page(request.GET.get("page"))
    _dress(page)
    context = {"page": page, "status": status, "statuses": ObjectionStatus.choices}
    return render(request, "brands/objections.html", context)


@require_GET
def objection_detail(request: HttpRequest, pk: int) -> HttpResponse:
    objection = get_object_or_404(_whole(request), pk=pk)
    _dress([objection])
    moves = workflow_of(objection).open_to(objection, request.user)
    context = {
        "objection": objection,
        "moves": moves,
        "sees_objector": may.sees_objector(request.user),
        "files": _files(request, objection),
        "refusal": _refusal(request, objection, moves),
        "effects": _effects(objection.project.batch),
        "handling_days": objection.project.batch.objection_days,
        "events": [of_event(event) for event in objection.events.select_related("by")],
    }
    for move in moves:
        context.setdefault("primary", move.name)
    return render(request, "brands/objection.html", context)


@require_POST
def objection_transition(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    objection = get_object_or_404(_whole(request), pk=pk)
    perform_posted(request, objection, name)
    messages.success(request, f"当前状态：{objection.get_status_display()}。")
    return redirect("brands:objection", objection.pk)


@require_GET
def objection_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    file = get_object_or_404(ObjectionFile.objects.visible_to(request.user), pk=pk)
    response = uploads.serve(file.stored, filename=file.name, content_type=file.content_type)
    record("download", by=request.user, obj=file, objection=file.objection_id)
    return response


EFFECTS = {
    "not_accept": "项目不受影响；理由会记入办理记录。",
    "take_over": "承办人改为您，办理时限不变。",
    "uphold": "项目移出名单，并通知申报单位；不会透露异议人。",
    "dismiss": "项目恢复公示，公示期满后可以命名。",
}


def _effects(batch: Batch) -> dict[str, str]:
    taken_up = "由您承办。项目转入“异议处理中”，名单上的其他项目照常公示；"
    return {"accept": f"{taken_up}须在 {batch.objection_days} 个工作日内办结。", **EFFECTS}


def _files(request: HttpRequest, objection: Objection) -> list[dict[str, Any]]:
    return [
        {
            "name": file.name,
            "size": file.size,
            "url": reverse("brands:objection-file", args=[file.pk]),
        }
        for file in ObjectionFile.objects.visible_to(request.user).filter(objection=objection)
    ]


def _refusal(request: HttpRequest, objection: Objection, moves: list[Transition]) -> str:
    """Why an open objection offers nothing to this person."""
    if moves or objection.status not in OPEN:
        return ""
    return may.may_handle_objection(request.user, objection).reason


def _whole(request: HttpRequest) -> Any:
    return Objection.objects.visible_to(request.user).select_related(
        "handler", "publicity", "project__batch", "project__organisation__school", "project__area"
    )


def _dress(rows: Iterable[Any]) -> None:
    """What a row shows beside its own columns."""
    rows = list(rows)
    left = days_left_of(row.due_on for row in rows)
    for row in rows:
        row.number = number_of(row)
        row.tone = tone_of(row.status)
        row.is_closed = row.status not in OPEN
        row.days_left = None if row.is_closed else left[row.due_on]
