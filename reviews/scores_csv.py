"""Every score of a round as one stream of CSV, for whoever wants to reckon again."""

import csv
import io
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db.models import CharField, FilteredRelation, Q, Value
from django.db.models.functions import Cast, Coalesce

from foundation.statements import Row
from reviews.models import Assignment, Round
from reviews.models.assignment import SKIPPED

_ROWS = 2000  # in one piece of the stream
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # A spreadsheet would reckon with these.


def pieces(round: Round) -> Iterator[bytes]:
    """In UTF-8 with a mark, by which Excel knows it. Reviewers are numbers within an entry."""
    titles = [criterion.title for criterion in round.rubric.asked]
    yield _written([["项目", "受理编号", "专家序号", *titles, "总分"]], mark="\ufeff")
    lines = _lines(round)
    while some := list(islice(lines, _ROWS)):
        yield _written(some)


def _lines(round: Round) -> Iterator[list[Any]]:
    """Within an entry ordered by total, so that a number tells nothing about a person."""
    entry, place = 0, 0
    for key, title, number, total, *values in _rows(round):
        place = place + 1 if key == entry else 1
        entry = key
        yield [_plain(title), _plain(number or ""), place, *values, total]


def _rows(round: Round) -> Iterator[Row]:
    """One row a review, each criterion a join of its own: reading the scores one by one is dear."""
    given = {
        f"given_{c.pk}": FilteredRelation("scores", condition=Q(scores__criterion=c.pk))
        for c in round.rubric.asked
    }
    reviews = Assignment.objects.filter(entry__round=round).submitted().annotate(**given)
    return (
        reviews.order_by("entry", "-total", "pk")
        .values_list(
            *("entry", "entry__project__title", "entry__project__number", _words("total")),
            *(Coalesce(_words(f"{name}__value"), Value(SKIPPED)) for name in given),
        )
        .iterator(_ROWS)
    )


def _words(column: str) -> Cast:
    return Cast(column, CharField())


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _written(lines: list[list[Any]], mark: str = "") -> bytes:
    page = io.StringIO(mark)
    page.seek(0, io.SEEK_END)
    csv.writer(page).writerows(lines)
    return page.getvalue().encode()
