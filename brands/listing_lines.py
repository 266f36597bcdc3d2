"""The statements of the project list: keys sorted by an index, then the shown columns of one page."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import (
    BigAutoField,
    Case,
    CharField,
    DateTimeField,
    Exists,
    IntegerField,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from brands.forms.filters import OVERDUE, Wanted, in_order, narrowed, projects_for, with_release
from brands.models import Batch, Project
from brands.models.project import ProjectQuerySet
from brands.models.stamped import is_stamped
from brands.permissions import sees_results
from foundation import clock
from foundation.audit.models import ChainHead
from foundation.statements import (
    SHAPES,
    CountOf,
    Later,
    Slot,
    composed_once,
    composed_search,
    of_the_one,
)
from schools.models import Area, PartyOrganisation
from schools.rights import Standing

A_PAGE = 20
MOST_COUNTED = 200  # of a search, from the page on


class Line(NamedTuple):
    """The columns of one row."""

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
    is_released: bool


class Found(NamedTuple):
    """One page. What `goes_on` has more than `total`, and nobody knows how many."""

    lines: list[Line]
    total: int
    goes_on: bool = False


def listed(standing: Standing, wanted: Wanted, sort: str, start: int) -> Found:
    """One statement, in which all are counted again only when something has happened.

    Whatever brings a project into a list or out of it is on record in the same transaction, so
    the head of the audit chain stands for all of it. Lateness alone comes by the clock.
    """
    head, total = _counted.get((standing, wanted), ("", 0))
    rows = _page(standing, wanted, sort, now=clock.now(), start=start, head=head)
    if not rows:
        return Found([], 0)
    *_, head, counted = rows[0]
    if counted is not None:
        total = counted
        if head and wanted.status != OVERDUE:
            _remember(standing, wanted, head, total)
    return Found([Line(*row[:-2]) for row in rows], total)


# What was asked → the head of the audit chain when it was counted, and how many there were.
_counted: dict[tuple[Standing, Wanted], tuple[str, int]] = {}


def _remember(standing: Standing, wanted: Wanted, head: str, total: int) -> None:
    if len(_counted) >= SHAPES:
        _counted.clear()
    _counted[standing, wanted] = head, total


@composed_once
def _page(standing: Standing, wanted: Wanted, sort: str) -> QuerySet[Any, tuple[Any, ...]]:
    """Only keys are counted, sorted and walked to a deep page, by an index alone."""
    found = _narrowed(standing, wanted)
    keys = in_order(found, sort).values("pk")[:A_PAGE]
    shown = in_order(Project.objects.filter(pk__in=Later(keys)), sort)
    is_known = Exists(ChainHead.objects.filter(digest=Slot("head", CharField())))
    total = Case(
        When(is_known, then=Value(None)),
        default=CountOf(found.order_by().values("pk")),
        output_field=IntegerField(),
    )
    return _columns(
        shown, sees_results(standing), Subquery(ChainHead.objects.values("digest")[:1]), total
    )


def searched(standing: Standing, wanted: Wanted, sort: str, start: int) -> Found:
    """Two statements. No more is counted than it takes to say "more than two hundred"."""
    shape, words = _apart(wanted)
    keys = [key for (key,) in _keys(standing, shape, sort, now=clock.now(), start=start, **words)]
    if not keys:
        return Found([], 0)
    shown = (keys[:A_PAGE] * A_PAGE)[:A_PAGE]
    rows = _shown(sees_results(standing), sort, **{f"key{n}": key for n, key in enumerate(shown)})
    total = start + min(len(keys), MOST_COUNTED)
    return Found([Line(*row) for row in rows], total, goes_on=len(keys) > MOST_COUNTED)


@composed_search
def _keys(standing: Standing, wanted: Wanted, sort: str) -> QuerySet[Any, tuple[Any, ...]]:
    return in_order(_narrowed(standing, wanted), sort).values_list("pk")[: MOST_COUNTED + 1]


@composed_once
def _shown(sees: bool, sort: str) -> QuerySet[Any, tuple[Any, ...]]:
    keys: Any = [Slot(f"key{n}", BigAutoField()) for n in range(A_PAGE)]
    return _columns(in_order(Project.objects.filter(pk__in=keys), sort), sees)


def total_of(standing: Standing, wanted: Wanted) -> int:
    """For an address past the end."""
    sees = sees_results(standing)
    return narrowed(projects_for(standing), wanted, sees=sees, now=clock.now()).count()


def _apart(wanted: Wanted) -> tuple[Wanted, dict[str, str]]:
    """The shape of a search, and its words as values."""
    words = {f"word{n}": word for n, word in enumerate(wanted.words)}
    return wanted._replace(words=("",) * len(words)), words


def _narrowed(standing: Standing, wanted: Wanted) -> ProjectQuerySet:
    words = tuple(Slot(f"word{n}", TextField()) for n in range(len(wanted.words)))
    return narrowed(
        projects_for(standing),
        wanted._replace(words=words),
        sees=sees_results(standing),
        now=Slot("now", DateTimeField()),
    )


def _columns(projects: ProjectQuerySet, sees: bool, *more: Any) -> QuerySet[Any, tuple[Any, ...]]:
    """Those of `Line`, and `more`."""
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
    )
    if sees:
        return projects.values_list(*columns, Value(False), *more)
    return with_release(projects).values_list(*columns, "is_released", *more)
