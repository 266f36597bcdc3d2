"""Experts from Excel: choose the file, look at what it would do, confirm."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brands.views.downloads import file_response
from foundation import media
from foundation.audit.services import record
from foundation.spreadsheets import SheetError
from reviews.enrolling import apply_import, draft_import
from reviews.forms_pool import PoolSheetForm
from reviews.importing.checking import CHANGED, CREATED, JOINED, OUTCOMES, SAME, WRONG
from reviews.importing.sheet import AREA, FIELDS, KIND, MOST, NAME, UNIT, error_sheet, template
from reviews.models import PoolImport
from reviews.permissions import can_manage
from schools.rights import rights_of

TONES = {WRONG: "bad", CREATED: "good", JOINED: "good", CHANGED: "warn", SAME: "plain"}


def _staff_only(request: HttpRequest) -> None:
    if not rights_of(request.user).is_city:
        raise Http404
    can_manage(request.user).require()


@require_http_methods(["GET", "POST"])
def import_new(request: HttpRequest) -> HttpResponse:
    _staff_only(request)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = PoolSheetForm(*sent)
    if form.is_valid():
        uploaded = form.cleaned_data["sheet"]
        try:
            draft = draft_import(uploaded, name=uploaded.name, by=request.user)
        except SheetError as error:
            form.add_error("sheet", str(error))
        else:
            return redirect("reviews:pool-import-preview", draft.pk)
    return render(request, "reviews/pool_import.html", {"form": form})


@require_GET
def import_template(request: HttpRequest) -> HttpResponse:
    _staff_only(request)
    return file_response(template(), "评审专家导入模板.xlsx", media.EXCEL)


@require_GET
def import_preview(request: HttpRequest, pk: int) -> HttpResponse:
    draft = _draft(request, pk)
    order = list(OUTCOMES)
    rows = sorted(draft.rows, key=lambda row: (order.index(row["outcome"]), row["number"]))
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    counts = draft.counts
    due = sum(counts.get(name, 0) for name in (CREATED, JOINED, CHANGED))
    context = {
        "draft": draft,
        "page": page,
        "lines": [_line(row) for row in page.object_list],
        "wrong": counts.get(WRONG, 0),
        "due": due,
        "consequences": [
            f"新建 {counts.get(CREATED, 0)} 个账号，{counts.get(JOINED, 0)} 位已有账号的入库，"
            f"更新 {counts.get(CHANGED, 0)} 位，{counts.get(SAME, 0)} 位不变。",
            "全部成功或全部不导入。入库的按工作单位登记“评审专家”任职，本校项目自动回避。",
            "新建账号的一次性密码在确认后下载，只有这一次，请立即保存。",
        ],
    }
    return render(request, "reviews/pool_import_preview.html", context)


@require_GET
def import_errors(request: HttpRequest, pk: int) -> HttpResponse:
    draft = _draft(request, pk)
    record("download", by=request.user, obj=draft, name=f"{draft.name} 错误原因")
    return file_response(error_sheet(draft.rows), "评审专家核对结果.xlsx", media.EXCEL)


@never_cache
@require_POST
def import_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """The workbook of passwords is the answer to the POST: made once, kept nowhere."""
    draft = _draft(request, pk)
    passwords = apply_import(draft, by=request.user)
    if passwords:
        return file_response(passwords, "评审专家一次性密码.xlsx", media.EXCEL)
    if passwords is None:
        messages.info(request, "这份表此前已经导入，没有重复导入。")
    else:
        messages.success(request, "已导入，没有新建账号。")
    return redirect("reviews:pool-import-preview", draft.pk)


def _draft(request: HttpRequest, pk: int) -> PoolImport:
    draft = get_object_or_404(PoolImport.objects.visible_to(request.user), pk=pk)
    can_manage(request.user).require()
    return draft


def _line(row: dict[str, Any]) -> dict[str, Any]:
    values, outcome = row["values"], row["outcome"]
    facts = "，".join(values[title] for title in (KIND, UNIT, AREA, FIELDS) if values[title])
    most = f"，最多{values[MOST]}项" if values[MOST] else ""
    return {
        "number": row["number"],
        "name": values[NAME],
        "username": row["username"],
        "facts": facts + most,
        "place": row["place"],
        "label": OUTCOMES[outcome],
        "tone": TONES[outcome],
        "errors": row["errors"],
    }
