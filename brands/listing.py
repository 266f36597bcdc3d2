"""The rows of the project list: keys sorted by an index, then the shown columns of one page."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import DateTimeField, QuerySet, TextField, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from brands.forms.filters import (
    SORTS,
    Wanted,
    in_order,
    narrowed,
    projects_for,
    with_release,
)
from brands.models import Batch, Project, ProjectStatus
from brands.models.project import is_return_overdue
from brands.models.stamped import is_stamped
from brands.permissions import sees_results, status_as_seen
from brands.presenting import shown_as
from brands.services import stamping
from brands.stretches import STRETCHES
from foundation import clock
from foundation.statements import CountOf, Later, Slot, composed_once, of_the_one
from schools.models import Area, PartyOrganisation
from schools.rights import Standing, standing_of

A_PAGE = 20


@dataclass(frozen=True, slots=True)
class Row:
    """One line as its reader sees it: words only, so drawing it costs next to nothing."""

    key: int
    url: str
    title: str
    batch: str
    unit: str
    area: str
    status: str
    tone: str
    number: str
    submitted: str
    stamp: str
    stamp_tone: str
    awaits_check: bool


def page_of(user: Any, wanted: Wanted | None, sort: str, asked: str) -> Page[Row]:
    """The page of `?page=` in one statement; the last one if it is past that."""
    if wanted is None:
        return Page([], 1, Paginator([], A_PAGE))
    number = int(asked) if asked.isdecimal() and len(asked) < 7 else 1
    page = _page(user, wanted, sort, max(number, 1))
    if page.number > 1 and not page.object_list:
        first = _page(user, wanted, sort, 1)
        return _page(user, wanted, sort, first.paginator.num_pages)
    return page


def _page(user: Any, wanted: Wanted, sort: str, number: int) -> Page[Row]:
    values = {f"word{n}": word for n, word in enumerate(wanted.words)}
    shape = wanted._replace(words=("",) * len(wanted.words))
    key = sort if sort.removeprefix("-") in SORTS else ""
    values |= {"now": clock.now(), "start": A_PAGE * (number - 1)}
    lines = [_Line(*line) for line in _lines(standing_of(user), shape, key, **values)]
    paginator: Paginator[Row] = Paginator([], A_PAGE)
    paginator.count = lines[0].total if lines else 0
    sees = sees_results(user)
    return Page([_row(line, sees=sees) for line in lines], number, paginator)


@composed_once
def _lines(standing: Standing, wanted: Wanted, sort: str) -> QuerySet[Any, tuple[Any, ...]]:
    """Only keys are counted, sorted and walked to a deep page, by an index alone."""
    words = tuple(Slot(f"word{n}", TextField()) for n in range(len(wanted.words)))
    found = narrowed(
        projects_for(standing),
        wanted._replace(words=words),
        sees=sees_results(standing),
        now=Slot("now", DateTimeField()),
    )
    keys = in_order(found, sort).values("pk")[:A_PAGE]
    shown = in_order(Project.objects.filter(pk__in=Later(keys)), sort)
    columns = (
        *("pk", "title", "status", "number", "submitted_at", "return_due_at"),
        of_the_one(Batch.objects.all(), "batch", "title"),
        of_the_one(Batch.objects.all(), "batch", "has_review"),
        of_the_one(Batch.objects.all(), "batch", "needs_stamp"),
        is_stamped(),
        of_the_one(Area.objects.all(), "area", "name"),
        of_the_one(
            PartyOrganisation.objects.all(), "organisation", Coalesce("school__name", "name")
        ),
        CountOf(found.order_by().values("pk")),
    )
    if sees_results(standing):
        return shown.values_list(*columns, Value(False))
    return with_release(shown).values_list(*columns, "is_released")


class _Line(NamedTuple):
    """The columns of `_lines`."""

    key: int
    title: str
    status: str
    number: str | None
    submitted_at: datetime | None
    return_due_at: datetime | None
    batch: str
    has_review: bool
    needs_stamp: bool
    is_stamped: bool
    area: str | None
    unit: str
    total: int
    is_released: bool


def _row(line: _Line, *, sees: bool) -> Row:
    out = line.status == ProjectStatus.DECLINED and bool(line.is_released)
    status = status_as_seen(
        line.status, sees=sees, outcome_is_out=out, has_review=bool(line.has_review)
    )
    words, tone = shown_as(status, is_return_overdue(line.status, line.return_due_at))
    stamp = stamping.words(needs=line.needs_stamp, status=line.status, stamped=line.is_stamped)
    return Row(
        key=line.key,
        url=_url(line.key),
        title=line.title or "（未命名项目）",
        batch=line.batch,
        unit=line.unit,
        area=line.area or "市直属",
        status=words,
        tone=tone,
        number=line.number or "—",
        submitted=_day(line.submitted_at),
        stamp=stamp,
        stamp_tone=stamping.TONES[stamp],
        awaits_check=line.status in STRETCHES["check"][1],
    )


@lru_cache(4096)
def _url(pk: int) -> str:
    return reverse("brands:project", args=[pk])


def _day(moment: datetime | None) -> str:
    if moment is None:
        return "未提交"
    day = timezone.localdate(moment)
    return f"{day.year}年{day.month}月{day.day}日"
