"""Scoring away from the network: take the sheet along, bring it back, look at what differs, confirm."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brands.views.downloads import file_response
from foundation import media
from foundation.audit.services import record
from foundation.documents import CannotPrint
from foundation.spreadsheets import SheetError
from foundation.verdict import Conflict
from reviews.forms_pool import ScoreSheetForm
from reviews.models import Assignment, Round, ScoreUpload
from reviews.offline.reading import CHANGED, SAME, WRONG
from reviews.offline.sheet import workbook
from reviews.offline.signature import signature_page
from reviews.offline.taking import draft, take_over
from reviews.permissions import has_pledged

OUTCOMES = {WRONG: ("有错误", "bad"), CHANGED: ("将更新", "wait"), SAME: ("没有变化", "plain")}


def _round(request: HttpRequest, pk: int) -> Round:
    """One in which this person has reviews, once the pledge is signed."""
    mine = Assignment.objects.visible_to(request.user).order_by().values("entry__round")
    rounds = Round.objects.filter(pk__in=mine).select_related("batch", "rubric")
    round = get_object_or_404(rounds, pk=pk)
    has_pledged(request.user, round).require()
    return round


@require_http_methods(["GET", "POST"])
def offline(request: HttpRequest, pk: int) -> HttpResponse:
    round = _round(request, pk)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ScoreSheetForm(*sent)
    if form.is_valid():
        uploaded = form.cleaned_data["sheet"]
        try:
            upload = draft(uploaded, round, name=uploaded.name, by=request.user)
        except SheetError as error:
            form.add_error("sheet", str(error))
        else:
            return redirect("reviews:offline-preview", upload.pk)
    return render(request, "reviews/offline.html", {"round": round, "form": form})


@require_GET
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    round = _round(request, pk)
    content = workbook(round, request.user)
    record("export", by=request.user, obj=round, form="score-sheet")
    return file_response(content, f"评分表-{request.user}.xlsx", media.EXCEL)


@require_GET
def signature(request: HttpRequest, pk: int) -> HttpResponse:
    """What was handed in, to be signed for the paper file."""
    round = _round(request, pk)
    try:
        content = signature_page(round, request.user)
    except CannotPrint as error:
        raise Conflict(str(error)) from error
    record("export", by=request.user, obj=round, form="signature")
    return file_response(content, f"评分签名页-{request.user}.pdf", media.PDF)


@require_GET
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    upload = _upload(request, pk)
    order = list(OUTCOMES)
    rows = sorted(upload.rows, key=lambda row: (order.index(row["outcome"]), row["number"]))
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    due = [row for row in rows if row["outcome"] == CHANGED]
    context = {
        "upload": upload,
        "page": page,
        "lines": [{**row, "status": OUTCOMES[row["outcome"]]} for row in page.object_list],
        "wrong": sum(row["outcome"] == WRONG for row in rows),
        "due": len(due),
        "whole": sum(not row["missing"] for row in due),
    }
    return render(request, "reviews/offline_preview.html", context)


@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    upload = _upload(request, pk)
    saved, handed_in = take_over(upload, hand_in="hand_in" in request.POST, by=request.user)
    more = f"，其中{handed_in}项已提交" if handed_in else ""
    messages.success(request, f"已保存{saved}项评分{more}。")
    return redirect("reviews:desk")


def _upload(request: HttpRequest, pk: int) -> ScoreUpload:
    uploads = ScoreUpload.objects.visible_to(request.user).select_related("round__batch")
    return get_object_or_404(uploads, pk=pk)
