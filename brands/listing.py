"""The rows of the project list: keys sorted by an index, then the shown columns of one page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import IntegerField, Subquery
from django.urls import reverse
from django.utils import timezone

from brands.forms.filters import in_order, with_publicity
from brands.models import Project, ProjectStatus
from brands.models.project import ProjectQuerySet, is_return_overdue
from brands.permissions import sees_results, status_as_seen
from brands.presenting import shown_as
from brands.stretches import STRETCHES
from foundation.statements import by_keys

A_PAGE = 20
COLUMNS = (
    *("pk", "title", "status", "number", "submitted_at", "return_due_at", "batch__title"),
    *("area__name", "organisation__name", "organisation__school__name"),
)


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
    awaits_check: bool


class _CountOf(Subquery):
    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def page_of(found: ProjectQuerySet, sort: str, asked: str) -> Page[int]:
    """The page of `?page=` as keys, sorted and counted in one statement; the last one if it is past that."""
    keys = in_order(found, sort)
    paginator: Paginator[Any] = Paginator(keys.values_list("pk", flat=True), A_PAGE)
    number = int(asked) if asked.isdecimal() and len(asked) < 7 else 1
    start = A_PAGE * (max(number, 1) - 1)
    counted = keys.annotate(total=_CountOf(found.order_by().values("pk")))
    lines = list(counted.values_list("pk", "total")[start : start + A_PAGE])
    if start and not lines:
        return paginator.get_page(asked)
    paginator.count = lines[0][1] if lines else 0
    return Page([key for key, _ in lines], start // A_PAGE + 1, paginator)


def rows_of(keys: Sequence[int], user: Any) -> list[Row]:
    """The projects of `keys`, which this person may see, in the same order."""
    if sees_results(user):
        return [_row(dict(zip(COLUMNS, line, strict=True)), sees=True) for line in _lines(keys)]
    told = (*COLUMNS, "batch_is_public")
    return [_row(dict(zip(told, line, strict=True)), sees=False) for line in _told_lines(keys)]


_lines = by_keys(lambda keys: Project.objects.filter(pk__in=keys).order_by().values_list(*COLUMNS))
_told_lines = by_keys(
    lambda keys: (
        with_publicity(Project.objects.filter(pk__in=keys))
        .order_by()
        .values_list(*COLUMNS, "batch_is_public")
    )
)


def _row(line: dict[str, Any], *, sees: bool) -> Row:
    out = line["status"] == ProjectStatus.DECLINED and bool(line.get("batch_is_public"))
    status = status_as_seen(line["status"], sees=sees, outcome_is_out=out)
    words, tone = shown_as(status, is_return_overdue(line["status"], line["return_due_at"]))
    return Row(
        key=line["pk"],
        url=_url(line["pk"]),
        title=line["title"] or "（未命名项目）",
        batch=line["batch__title"],
        unit=line["organisation__school__name"] or line["organisation__name"],
        area=line["area__name"] or "市直属",
        status=words,
        tone=tone,
        number=line["number"] or "—",
        submitted=_day(line["submitted_at"]),
        awaits_check=line["status"] in STRETCHES["check"][1],
    )


@lru_cache(4096)
def _url(pk: int) -> str:
    return reverse("brands:project", args=[pk])


def _day(moment: datetime | None) -> str:
    if moment is None:
        return "未提交"
    day = timezone.localdate(moment)
    return f"{day.year}年{day.month}月{day.day}日"
