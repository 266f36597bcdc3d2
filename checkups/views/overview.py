"""What the levels above see: one quarter, and organisations by quarters."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from checkups import presenting
from checkups.forms import CheckupFilterForm
from checkups.models import Checkup, Colour, Cycle
from checkups.permissions import can_set_source
from foundation import clock
from foundation.charts import Chart, chart
from foundation.workdays.deadlines import days_left
from schools.models import PartyOrganisation

QUARTERS_SHOWN = 8


@require_GET
def cycle_detail(request: HttpRequest, pk: int) -> HttpResponse:
    cycle = get_object_or_404(
        Cycle.objects.visible_to(request.user).select_related("template"), pk=pk
    )
    visible = Checkup.objects.visible_to(request.user).filter(cycle=cycle)
    filters = CheckupFilterForm(request.GET, user=request.user)
    found = (
        filters.apply(visible)
        .for_list()
        .order_by("organisation__area__order", "organisation__path")
    )
    page = Paginator(found, 20).get_page(request.GET.get("page"))
    by_area: list[Any] = list(
        visible.order_by("organisation__area__order", "organisation__area__name")
        .values("organisation__area__name", "organisation__area__order")
        .annotate(
            filed=Count("pk", filter=Q(submitted_at__isnull=False)),
            unfiled=Count("pk", filter=Q(submitted_at=None)),
            green=Count("pk", filter=Q(colour=Colour.GREEN)),
            yellow=Count("pk", filter=Q(colour=Colour.YELLOW)),
            red=Count("pk", filter=Q(colour=Colour.RED)),
        )
    )
    context = {
        "cycle": cycle,
        "may_set_source": bool(can_set_source(request.user)),
        "filters": filters,
        "page": page,
        "rows": [_row(checkup) for checkup in page],
        "totals": _totals(by_area),
        "chart": _chart(by_area),
        "lists": presenting.LISTS,
        "colour": request.GET.get("colour", ""),
        "days_left": days_left(cycle.due_on),
        "over": clock.today() > cycle.due_on,
    }
    return render(request, "checkups/cycle_detail.html", context)


def _row(checkup: Checkup) -> dict[str, Any]:
    colour = presenting.COLOURS.get(Colour(checkup.colour)) if checkup.colour else None
    return {
        "checkup": checkup,
        "tone": presenting.tone_of(checkup.status),
        "late": presenting.late_words(checkup),
        "colour_tone": colour[1] if colour else "",
    }


def _totals(by_area: list[dict[str, Any]]) -> dict[str, int]:
    keys = ("filed", "unfiled", "green", "yellow", "red")
    totals = {key: sum(row[key] for row in by_area) for key in keys}
    return totals | {"all": totals["filed"] + totals["unfiled"]}


def _chart(by_area: list[dict[str, Any]]) -> Chart:
    return chart(
        "板块",
        "个",
        [row["organisation__area__name"] or "机关" for row in by_area],
        {
            "已提交": [row["filed"] for row in by_area],
            "未提交": [row["unfiled"] for row in by_area],
        },
    )


@require_GET
def matrix(request: HttpRequest) -> HttpResponse:
    """Organisations by quarters, a letter in each cell. In order of area, never ranked."""
    cycles = list(Cycle.objects.visible_to(request.user)[:QUARTERS_SHOWN])[::-1]
    units = (
        PartyOrganisation.objects.visible_to(request.user)
        .live()
        .units()
        .select_related("school")
        .order_by("area__order", "path")
    )
    filters = CheckupFilterForm(request.GET, user=request.user)
    if filters.is_valid() and filters.cleaned_data.get("area"):
        units = units.filter(area=filters.cleaned_data["area"])
    page = Paginator(units, 30).get_page(request.GET.get("page"))
    checkups = Checkup.objects.visible_to(request.user).filter(
        cycle__in=cycles, organisation__in=[unit.pk for unit in page]
    )
    found = {(checkup.organisation_id, checkup.cycle_id): checkup for checkup in checkups}
    rows = [
        {
            "label": unit.short,
            "url": "",
            "cells": [_cell(found.get((unit.pk, cycle.pk))) for cycle in cycles],
        }
        for unit in page
    ]
    legend = [(letter, tone, title) for letter, tone, title in presenting.COLOURS.values()]
    context = {
        "page": page,
        "columns": [cycle.code for cycle in cycles],
        "rows": rows,
        "legend": [*legend, ("…", "wait", "未审核"), ("—", "", "没有体检")],
        "filters": filters,
        "has_areas": "area" in filters.fields,
    }
    return render(request, "checkups/matrix.html", context)


def _cell(checkup: Checkup | None) -> dict[str, Any]:
    cell = presenting.cell(checkup)
    if checkup:
        cell["url"] = reverse("checkups:checkup", args=[checkup.pk])
    return cell
