"""Schools from Excel: choose the file, look at what it would do, confirm."""

from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from foundation.accounts.models import User
from foundation.audit.services import record
from foundation.spreadsheets import SheetError
from schools.forms.import_ import ImportForm
from schools.importing.comparing import CHANGED, NEW, OUTCOMES, UNCHANGED, WRONG
from schools.importing.template import error_sheet, template
from schools.models import ImportDraft
from schools.permissions import can_import
from schools.services.importing import apply_import, draft_import
from schools.views.downloads import workbook_response

TONES = {WRONG: "bad", NEW: "good", CHANGED: "warn", UNCHANGED: "plain"}
WARNED = "warned"


@require_http_methods(["GET", "POST"])
def import_new(request: HttpRequest) -> HttpResponse:
    can_import(request.user).require()
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if form.is_valid():
        uploaded = form.cleaned_data["sheet"]
        try:
            draft = draft_import(uploaded, name=uploaded.name, by=cast(User, request.user))
        except SheetError as error:
            form.add_error("sheet", str(error))
        else:
            return redirect("schools:import-preview", draft.pk)
    drafts = ImportDraft.objects.visible_to(request.user).defer("rows", "missing")[:5]
    return render(request, "schools/import.html", {"form": form, "drafts": drafts})


@require_GET
def import_preview(request: HttpRequest, pk: int) -> HttpResponse:
    draft = _draft(request, pk)
    show = request.GET.get("show", "")
    rows = [row for row in draft.rows if _is_shown(row, show)]
    # What needs a look stands first.
    order = list(OUTCOMES)
    rows.sort(key=lambda row: (order.index(row["outcome"]), not row["warnings"], row["number"]))
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    context = {
        "draft": draft,
        "page": page,
        "tabs": _tabs(draft, show),
        "wrong": draft.counts.get(WRONG, 0),
        "due": draft.counts.get(NEW, 0) + draft.counts.get(CHANGED, 0),
        "consequences": _consequences(draft),
        "outcomes": {name: (label, TONES[name]) for name, label in OUTCOMES.items()},
        "lines": [_line(row) for row in page.object_list],
    }
    return render(request, "schools/import_preview.html", context)


@require_POST
def import_apply(request: HttpRequest, pk: int) -> HttpResponse:
    draft = _draft(request, pk)
    if apply_import(draft, by=cast(User, request.user)):
        counts = draft.counts
        messages.success(request, f"已导入：新增 {counts[NEW]} 所，变更 {counts[CHANGED]} 所。")
    else:
        messages.info(request, "这份表此前已经导入，没有重复导入。")
    return redirect("schools:import-preview", draft.pk)


@require_GET
def import_template(request: HttpRequest) -> HttpResponse:
    can_import(request.user).require()
    return workbook_response(template(), "学校导入模板.xlsx")


@require_GET
def import_errors(request: HttpRequest, pk: int) -> HttpResponse:
    draft = _draft(request, pk)
    record("download", by=request.user, obj=draft, name=f"{draft.name} 错误原因")
    return workbook_response(error_sheet(draft), "学校导入核对结果.xlsx")


def _draft(request: HttpRequest, pk: int) -> ImportDraft:
    draft = get_object_or_404(ImportDraft.objects.visible_to(request.user), pk=pk)
    can_import(request.user).require()
    return draft


def _is_shown(row: dict[str, Any], show: str) -> bool:
    if show == WARNED:
        return bool(row["warnings"])
    return show not in OUTCOMES or row["outcome"] == show


def _tabs(draft: ImportDraft, show: str) -> list[dict[str, Any]]:
    warned = sum(bool(row["warnings"]) for row in draft.rows)
    choices = [("", "全部", len(draft.rows))]
    choices += [(name, label, draft.counts.get(name, 0)) for name, label in OUTCOMES.items()]
    choices.append((WARNED, "有提醒", warned))
    known = {name for name, _, _ in choices}
    current = show if show in known else ""
    return [
        {"name": name, "label": label, "count": count, "current": name == current}
        for name, label, count in choices
    ]


def _line(row: dict[str, Any]) -> dict[str, Any]:
    label, tone = OUTCOMES[row["outcome"]], TONES[row["outcome"]]
    return {**row, "label": label, "tone": tone, "remarks": _remarks(row)}


def _remarks(row: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        *(("bad", error) for error in row["errors"]),
        *(("warn", warning) for warning in row["warnings"]),
    ]


def _consequences(draft: ImportDraft) -> list[str]:
    counts = draft.counts
    found = [
        f"新增 {counts.get(NEW, 0)} 所学校及其党组织，变更 {counts.get(CHANGED, 0)} 所，"
        f"{counts.get(UNCHANGED, 0)} 所不变。",
        "全部成功或全部不导入；导入之后可以在审计记录中查到每一处变更。",
    ]
    if draft.missing:
        found.append(f"系统中另有 {len(draft.missing)} 所学校不在表中，将原样保留。")
    return found
