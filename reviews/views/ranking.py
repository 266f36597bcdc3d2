"""The ranking of a round: one indexed table and a chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple, cast

from django.core.cache import cache
from django.core.paginator import Page, Paginator
from django.db.models import BigAutoField, Count, IntegerField, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from foundation.charts import Chart, chart
from foundation.statements import Later, Slot, Whole, composed_once, of_the_one
from reviews.freezing import TIE_RULE
from reviews.models import Entry, Round
from reviews.models.round import EntryQuerySet
from reviews.permissions import can_see_scores
from schools.models import Area, PartyOrganisation
from schools.rights import Standing, standing_of

ROWS_A_PAGE = 50
RANKS, SO_FAR = ("rank", "pk"), ("-trimmed", "pk")
BANDS = [(0, 60), (60, 70), (70, 75), (75, 80), (80, 85), (85, 90), (90, 95), (95, 101)]


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
    return Entry.objects.filter(round=round).order_by(*(RANKS if round.is_frozen else SO_FAR))


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


def _chart(in_bands: Sequence[int]) -> Chart:
    return chart(
        "得分（含下限，不含上限）",
        "项",
        [_label(*band) for band in BANDS],
        {"项目数": in_bands},
    )


def _page(request: HttpRequest, round: Round, count: int) -> Page[Row]:
    paginator: Paginator[Any] = Paginator([], ROWS_A_PAGE)
    paginator.count = count  # Known already: no second count.
    number = paginator.get_page(request.GET.get("page")).number
    start = ROWS_A_PAGE * (number - 1)
    lines = _of_ranks(round, start) if round.is_frozen else _so_far(round=round.pk, start=start)
    return Page([_row(_Line(*line)) for line in lines], number, paginator)


def _of_ranks(round: Round, start: int) -> list[tuple[Any, ...]]:
    """Ranks are 1, 2, 2, 4: the row at place n has rank n, or that of the equals it stands among.

    So a deep page is found by its ranks, without walking to it; the equals that the page before
    it shows already come along and are left away.
    """
    found = _ranked(round=round.pk, first=start + 1, last=start + ROWS_A_PAGE)
    before = start + 1 - found[0][1] if found else 0
    return found[before : before + ROWS_A_PAGE]


@composed_once
def _ranked() -> QuerySet[Any, tuple[Any, ...]]:
    entries = Entry.objects.filter(round=Slot("round", BigAutoField()))
    upto = entries.filter(rank__lte=Slot("first", IntegerField())).order_by("-rank")
    page = entries.filter(
        rank__gte=Subquery(upto.values("rank")[:1]), rank__lte=Slot("last", IntegerField())
    )
    return _lines(page.order_by("rank", "pk"))


@composed_once
def _so_far() -> QuerySet[Any, tuple[Any, ...]]:
    """Only keys are walked to a deep page."""
    keys = Entry.objects.filter(round=Slot("round", BigAutoField())).order_by(*SO_FAR)
    page = Entry.objects.filter(pk__in=Later(keys.values("pk")[:ROWS_A_PAGE]))
    return _lines(page.order_by(*SO_FAR))


def _lines(entries: EntryQuerySet) -> QuerySet[Any, tuple[Any, ...]]:
    return entries.values_list(
        *("pk", "rank", "trimmed", "total_mean", "spread", "count", "project__title"),
        of_the_one(Area.objects.all(), "project__area", "name"),
        of_the_one(
            PartyOrganisation.objects.all(),
            "project__organisation",
            Coalesce("school__name", "name"),
        ),
    )


class _Line(NamedTuple):
    """What `_lines` gives."""

    key: int
    rank: int | None
    trimmed: Decimal | None
    mean: Decimal | None
    spread: Decimal | None
    valid: int
    title: str
    area: str | None
    unit: str


def _row(line: _Line) -> Row:
    words = ["—" if value is None else str(value) for value in line]
    _, rank, trimmed, mean, spread, valid, title, area, unit = words
    return Row(
        url=_url(line.key),
        title=title or "（未命名项目）",
        unit=unit,
        area=area,
        rank=rank,
        trimmed=trimmed,
        mean=mean,
        spread=spread,
        count=valid,
    )


_WHOLE = Whole(Round, "batch")


@composed_once
def _rounds(standing: Standing) -> QuerySet[Any, tuple[Any, ...]]:
    seen = Round.objects.visible_to(standing).filter(pk=Slot("pk", BigAutoField()))
    return seen.order_by().values_list(*_WHOLE.columns)


def _seen_round(request: HttpRequest, pk: int) -> Round:
    """As `visible_round`, in a statement composed once."""
    found = _rounds(standing_of(request.user), pk=pk)
    if not found:
        raise Http404
    return cast(Round, _WHOLE.of(found[0]))


@lru_cache(4096)
def _url(pk: int) -> str:
    return reverse("reviews:entry", args=[pk])


@require_GET
def ranking(request: HttpRequest, pk: int) -> HttpResponse:
    round = _seen_round(request, pk)
    can_see_scores(request.user, round).require()
    counts = _counts(round)
    context = {
        "round": round,
        "page": _page(request, round, counts["total"]),
        "chart": _chart([counts[f"from_{low}"] for low, _ in BANDS]),
        "tie_rule": TIE_RULE,
    }
    return render(request, "reviews/ranking.html", context)
