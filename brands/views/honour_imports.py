"""Earlier honours from Excel: choose the file, look at what it would enter, confirm."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brands import permissions_after as may
from brands.forms.after import HonourImportForm
from brands.importing.checking import KNOWN, NEW, OUTCOMES, WRONG
from brands.importing.sheet import BRAND, DOCUMENT, LEVEL, SCHOOL, YEAR, error_sheet, template
from brands.models import HonourImport
from brands.services.backfilling import apply_import, draft_import
from brands.views.downloads import file_response
from foundation import media
from foundation.audit.services import record
from foundation.spreadsheets import SheetError

TONES = {WRONG: "bad", NEW: "good", KNOWN: "plain"}


@require_http_methods(["GET", "POST"])
def import_new(request: HttpRequest) -> HttpResponse:
    may.may_import_honours(request.user).require()
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = HonourImportForm(*sent)
    if form.is_valid():
        uploaded = form.cleaned_data["sheet"]
        try:
            draft = draft_import(
                uploaded, form.cleaned_data["programme"], name=uploaded.name, by=request.user
            )
        except SheetError as error:
            form.add_error("sheet", str(error))
        else:
            return redirect("brands:honour-import-preview", draft.pk)
    return render(request, "brands/honour_import.html", {"form": form})


@require_GET
def import_template(request: HttpRequest) -> HttpResponse:
    may.may_import_honours(request.user).require()
    return file_response(template(), "历年荣誉补录模板.xlsx", media.EXCEL)


@require_GET
def import_preview(request: HttpRequest, pk: int) -> HttpResponse:
    draft = _draft(request, pk)
    order = list(OUTCOMES)
    rows = sorted(draft.rows, key=lambda row: (order.index(row["outcome"]), row["number"]))
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    fresh = draft.counts.get(NEW, 0)
    context = {
        "draft": draft,
        "page": page,
        "lines": [_line(row) for row in page.object_list],
        "wrong": draft.counts.get(WRONG, 0),
        "fresh": fresh,
        "consequences": [
            f"新增 {fresh} 项“{draft.programme}”荣誉，按年度自动编号，立即对社会公开。",
            f"{draft.counts.get(KNOWN, 0)} 项名录中已有，不重复登记。",
            "全部成功或全部不导入。已获同级或更高级别有效荣誉的，不能再申报这一类别。",
        ],
    }
    return render(request, "brands/honour_import_preview.html", context)


@require_GET
def import_errors(request: HttpRequest, pk: int) -> HttpResponse:
    draft = _draft(request, pk)
    record("download", by=request.user, obj=draft, name=f"{draft.name} 错误原因")
    return file_response(error_sheet(draft.rows), "历年荣誉核对结果.xlsx", media.EXCEL)


@require_POST
def import_apply(request: HttpRequest, pk: int) -> HttpResponse:
    draft = _draft(request, pk)
    if apply_import(draft, by=request.user):
        messages.success(request, f"已导入 {draft.counts.get(NEW, 0)} 项荣誉。")
    else:
        messages.info(request, "这份表此前已经导入，没有重复导入。")
    return redirect("brands:honour-import-preview", draft.pk)


def _draft(request: HttpRequest, pk: int) -> HonourImport:
    draft = get_object_or_404(HonourImport.objects.visible_to(request.user), pk=pk)
    may.may_import_honours(request.user).require()
    return draft


def _line(row: dict[str, Any]) -> dict[str, Any]:
    values, outcome = row["values"], row["outcome"]
    return {
        "number": row["number"],
        "school": values[SCHOOL],
        "brand": values[BRAND],
        "facts": "，".join(values[title] for title in (LEVEL, YEAR, DOCUMENT) if values[title]),
        "label": OUTCOMES[outcome],
        "tone": TONES[outcome],
        "errors": row["errors"],
    }
