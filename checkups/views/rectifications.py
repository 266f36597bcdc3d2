"""The rectification ledger: list, export, one problem and its moves."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from checkups import presenting, services
from checkups.forms import NoteForm, PlanForm, RectificationFilterForm
from checkups.models import Rectification
from checkups.permissions import can_note
from foundation import clock
from foundation.audit.services import record
from foundation.spreadsheets import Column, Sheet, write_workbook
from foundation.verdict import Conflict
from foundation.workdays.deadlines import days_left
from foundation.workflow.engine import perform, workflow_of
from foundation.workflow.requests import perform_posted, version_seen

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMNS = [
    Column("编号", 24),
    Column("板块", 14),
    Column("单位", 28),
    Column("问题", 40),
    Column("原因", 28),
    Column("措施", 36),
    Column("责任领导", 12),
    Column("责任人", 12),
    Column("整改期限", 14),
    Column("状态", 14),
    Column("是否逾期", 10),
    Column("退回次数", 10),
]


def _rectification(request: HttpRequest, pk: int) -> Rectification:
    visible = Rectification.objects.visible_to(request.user).for_list()
    return get_object_or_404(visible.select_related("checkup__cycle"), pk=pk)


def _filtered(request: HttpRequest) -> tuple[RectificationFilterForm, Any]:
    filters = RectificationFilterForm(request.GET, user=request.user)
    return filters, filters.apply(Rectification.objects.visible_to(request.user)).for_list()


@require_GET
def rectification_list(request: HttpRequest) -> HttpResponse:
    filters, found = _filtered(request)
    page = Paginator(found, 20).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "page": page,
        "rows": [{"rectification": row, "tone": presenting.tone_of(row.status)} for row in page],
        "query": request.GET.urlencode(),
    }
    return render(request, "checkups/rectification_list.html", context)


@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The filtered ledger as a workbook; who took it is recorded."""
    _, found = _filtered(request)
    rows = [_cells(row) for row in found]
    day = clock.today()
    sheet = Sheet(
        "整改台账",
        COLUMNS,
        rows,
        title="党建工作整改台账",
        notes=[f"导出日期：{day.year}年{day.month}月{day.day}日，共{len(rows)}项"],
    )
    response = HttpResponse(write_workbook([sheet]), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="rectifications-{day:%Y%m%d}.xlsx"'
    record("export", by=request.user, name="整改台账", count=len(rows), filters=dict(request.GET))
    return response


def _cells(row: Rectification) -> list[Any]:
    return [
        row.number,
        row.organisation.area.name if row.organisation.area else "",
        row.organisation.short,
        row.problem,
        row.cause,
        row.measures,
        row.leader_name,
        row.responsible_name,
        row.due_on,
        row.get_status_display(),
        "是" if row.is_overdue else "否",
        row.reopened_count,
    ]


@require_GET
def rectification_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _rectification(request, pk), NoteForm())


def _page(
    request: HttpRequest, rectification: Rectification, note_form: NoteForm, status: int = 200
) -> HttpResponse:
    notes = rectification.notes.select_related("by")
    lines = presenting.timeline(rectification.events.select_related("by"))
    lines += [
        {
            "at": note.at,
            "who": note.by.name,
            "label": "整改进展",
            "note": note.text,
            "system": False,
        }
        for note in notes
    ]
    transitions = workflow_of(rectification).open_to(rectification, request.user)
    context = {
        "rectification": rectification,
        "tone": presenting.tone_of(rectification.status),
        "days_left": days_left(rectification.due_on),
        "may_plan": any(transition.name == "plan" for transition in transitions),
        "transitions": [t for t in transitions if t.name != "plan"],
        "may_note": bool(can_note(request.user, rectification)),
        "note_form": note_form,
        "events": sorted(lines, key=lambda line: line["at"], reverse=True),
    }
    return render(request, "checkups/rectification_detail.html", context, status=status)


@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    rectification = _rectification(request, pk)
    workflow_of(rectification)["plan"].decide(rectification, request.user).require()
    form = PlanForm(request.POST or None, instance=_rectification(request, pk))
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            perform(
                rectification,
                "plan",
                by=request.user,
                note=form.note,
                version=version_seen(request),
                **form.cleaned_data,
            )
        except Conflict as conflict:
            form.add_error(None, str(conflict))
            status = 409
        else:
            messages.success(request, "整改措施已保存，可以开始填写进展。")
            return redirect("checkups:rectification", pk)
    context = {"rectification": rectification, "form": form}
    return render(request, "checkups/rectification_plan.html", context, status=status)


@require_POST
def note(request: HttpRequest, pk: int) -> HttpResponse:
    rectification = _rectification(request, pk)
    can_note(request.user, rectification).require()
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, rectification, form)
    services.add_note(rectification, form.cleaned_data["text"], by=request.user)
    messages.success(request, "进展已记录。")
    return redirect("checkups:rectification", pk)


@require_POST
def rectification_transition(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    rectification = _rectification(request, pk)
    perform_posted(request, rectification, name)
    messages.success(request, f"当前状态：{rectification.get_status_display()}。")
    return redirect("checkups:rectification", pk)
