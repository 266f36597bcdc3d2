"""The ranking of a round: one indexed table, a chart, and a workbook that keeps the recipe."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.core.cache import cache
from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from foundation.audit.services import record
from foundation.charts import Chart, chart
from foundation.statements import by_keys
from reviews import exporting
from reviews.freezing import TIE_RULE
from reviews.models import Entry, Round
from reviews.models.round import EntryQuerySet
from reviews.permissions import can_see_scores
from reviews.views.rounds import visible_round

ROWS_A_PAGE = 50
COLUMNS = (
    *("pk", "rank", "trimmed", "total_mean", "spread", "count", "project__title"),
    *("project__area__name", "project__organisation__name"),
    "project__organisation__school__name",
)
BANDS = [(0, 60), (60, 70), (70, 75), (75, 80), (80, 85), (85, 90), (90, 95), (95, 101)]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the ranking in words; "—" is what is not known yet."""

    url: str
    title: str
    unit: str
    area: str
    rank: str
    trimmed: str
    mean: str
    spread: str
    count: str


def ranked(round: Round) -> EntryQuerySet:
    """By rank once frozen, before that by the score so far; both orders have an index."""
    order = ("rank", "pk") if round.is_frozen else ("-trimmed", "pk")
    return Entry.objects.filter(round=round).order_by(*order)


def _counts(round: Round) -> dict[str, int]:
    """How many entries in all and in each band of scores. A frozen round is counted once."""
    if round.frozen_at is None:
        return _counted(round)
    key = f"ranking-bands-{round.pk}-{round.frozen_at.timestamp()}"
    return cache.get_or_set(key, lambda: _counted(round), timeout=3600) or {}


def _counted(round: Round) -> dict[str, int]:
    bands = {
        f"from_{low}": Count("pk", filter=Q(trimmed__gte=low, trimmed__lt=high))
        for low, high in BANDS
    }
    return Entry.objects.filter(round=round).order_by().aggregate(total=Count("pk"), **bands)


def _label(low: int, high: int) -> str:
    if low == 0:
        return "60分以下"
    return f"{low}分以上" if high > 100 else f"{low}–{high}分"


def _chart(counts: dict[str, int]) -> Chart:
    return chart(
        "得分（含下限，不含上限）",
        "项",
        [_label(*band) for band in BANDS],
        {"项目数": [counts[f"from_{low}"] for low, _ in BANDS]},
    )


def _page(request: HttpRequest, round: Round, count: int) -> Page[Any]:
    paginator: Paginator[Any] = Paginator(ranked(round).values_list("pk", flat=True), ROWS_A_PAGE)
    paginator.count = count  # Known already: no second count.
    page: Page[Any] = paginator.get_page(request.GET.get("page"))
    # Only keys are walked to a deep page.
    page.object_list = [_row(line) for line in _lines(list(page))]
    return page


_lines = by_keys(lambda keys: Entry.objects.filter(pk__in=keys).order_by().values_list(*COLUMNS))


def _row(values: tuple[Any, ...]) -> Row:
    line = dict(zip(COLUMNS, values, strict=True))
    words = {key: "—" if value is None else str(value) for key, value in line.items()}
    return Row(
        url=_url(line["pk"]),
        title=line["project__title"] or "（未命名项目）",
        unit=line["project__organisation__school__name"] or line["project__organisation__name"],
        area=words["project__area__name"],
        rank=words["rank"],
        trimmed=words["trimmed"],
        mean=words["total_mean"],
        spread=words["spread"],
        count=words["count"],
    )


@lru_cache(4096)
def _url(pk: int) -> str:
    return reverse("reviews:entry", args=[pk])


@require_GET
def ranking(request: HttpRequest, pk: int) -> HttpResponse:
    round = visible_round(request, pk)
    can_see_scores(request.user, round).require()
    counts = _counts(round)
    context = {
        "round": round,
        "page": _page(request, round, counts["total"]),
        "chart": _chart(counts),
        "tie_rule": TIE_RULE,
    }
    return render(request, "reviews/ranking.html", context)


@require_GET
def ranking_export(request: HttpRequest, pk: int) -> HttpResponse:
    round = visible_round(request, pk)
    verdict = can_see_scores(request.user, round)
    verdict.require()
    content = exporting.workbook(round, ranked(round).for_list())
    record("export", by=request.user, via=verdict.via, obj=round, what="评审名次")
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, f"{round}名次.xlsx") or ""
    response["Cache-Control"] = "private, no-store"
    return response
