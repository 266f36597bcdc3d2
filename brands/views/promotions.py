"""推广记录 of one brand: added by its school or the bureau, confirmed or voided by the bureau."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brands import permissions_keeping as may
from brands.forms.negative import PromotionForm
from brands.models import Honour, Promotion
from brands.services import promoting
from brands.tones import tone_of
from foundation.verdict import Conflict
from foundation.workflow.engine import workflow_of
from foundation.workflow.requests import perform_posted


def _honour(request: HttpRequest, pk: int) -> Honour:
    rows = Honour.objects.reached_by(request.user).select_related("organisation__school")
    return get_object_or_404(rows, pk=pk)


@require_GET
def promotions(request: HttpRequest, pk: int) -> HttpResponse:
    honour = _honour(request, pk)
    rows: list[Any] = list(honour.promotions.select_related("by"))
    for row in rows:
        row.tone = tone_of(row.status)
        row.honour = honour
        row.moves = workflow_of(row).open_to(row, request.user)
    person = may.may_promote(request.user, honour)
    now = promoting.may_promote_now(request.user, honour)
    context = {
        "honour": honour,
        "rows": rows,
        "may_promote": person and now,
        "obstacle": now.reason if person and not now else "",
        "is_city": may.sees_all(request.user),
    }
    return render(request, "brands/promotions.html", context)


@require_http_methods(["GET", "POST"])
def promotion_new(request: HttpRequest, pk: int) -> HttpResponse:
    honour = _honour(request, pk)
    may.may_promote(request.user, honour).require()
    form, status = PromotionForm(request.POST or None, instance=Promotion(honour=honour)), 200
    if request.method == "GET":
        promoting.may_promote_now(request.user, honour).require()
    if form.is_valid():
        try:
            promoting.record_promotion(form.save(commit=False), by=request.user)
        except Conflict as conflict:
            form.add_error(None, str(conflict))
            status = 409
        else:
            messages.success(request, "已登记，经局工作人员确认后公开。")
            return redirect("brands:promotions", pk)
    context = {"honour": honour, "form": form}
    return render(request, "brands/promotion_new.html", context, status=status)


@require_POST
def promotion_move(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    rows = Promotion.objects.visible_to(request.user).select_related("honour__organisation")
    promotion = get_object_or_404(rows, pk=pk)
    perform_posted(request, promotion, name)
    messages.success(request, f"当前状态：{promotion.get_status_display()}。")
    return redirect("brands:promotions", promotion.honour_id)
