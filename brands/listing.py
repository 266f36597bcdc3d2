"""The rows of the project list: keys sorted by an index, then the shown columns of one page."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils import timezone

from brands.forms.filters import in_order, with_publicity
from brands.models import Project, ProjectStatus
from brands.models.project import is_return_overdue
from brands.permissions import sees_results, status_as_seen
from brands.presenting import shown_as
from brands.stretches import STRETCHES

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


def rows_of(keys: Any, sort: str, user: Any) -> list[Row]:
    """The projects of `keys` (a slice of sorted primary keys), in the same order."""
    found = Project.objects.filter(pk__in=keys)
    sees = sees_results(user)
    if sees:
        return [_row(line, sees=True) for line in in_order(found, sort).values(*COLUMNS)]
    lines = in_order(with_publicity(found), sort).values(*COLUMNS, "batch_is_public")
    return [_row(line, sees=False) for line in lines]


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
