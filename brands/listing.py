"""The rows of the project list in the words that their reader may see."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils import timezone

from brands.forms.filters import SORTS, Wanted
from brands.listing_lines import A_PAGE, Line, listed, searched, total_of
from brands.models import ProjectStatus
from brands.models.project import is_return_overdue
from brands.permissions import sees_results, status_as_seen
from brands.presenting import shown_as
from brands.services import stamping
from brands.stretches import STRETCHES
from schools.rights import standing_of


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


class Pages(Paginator):  # type: ignore[type-arg]  # no generic when it runs
    """The pages of the list. One that `goes_on` has more rows than `count`: nobody counted them."""

    def __init__(self, count: int = 0, *, goes_on: bool = False) -> None:
        super().__init__([], A_PAGE)
        self.count, self.goes_on = count, goes_on


def page_of(user: Any, wanted: Wanted | None, sort: str, asked: str) -> Page[Row]:
    """The page of `?page=`; the last one if it is past that."""
    if wanted is None:
        return Page([], 1, Pages())
    key = sort if sort.removeprefix("-") in SORTS else ""
    number = max(int(asked), 1) if asked.isdecimal() and len(asked) < 7 else 1
    page = _page(user, wanted, key, number)
    if number > 1 and not page.object_list:
        return _page(user, wanted, key, Pages(total_of(standing_of(user), wanted)).num_pages)
    return page


def _page(user: Any, wanted: Wanted, sort: str, number: int) -> Page[Row]:
    ask = searched if wanted.words else listed
    found = ask(standing_of(user), wanted, sort, A_PAGE * (number - 1))
    sees = sees_results(user)
    rows = [_row(line, sees=sees) for line in found.lines]
    return Page(rows, number, Pages(found.total, goes_on=found.goes_on))


def _row(line: Line, *, sees: bool) -> Row:
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
