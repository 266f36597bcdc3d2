"""A round's scores as one judgement, read in four queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import count, product
from string import ascii_uppercase
from typing import Any

from django.db.models import F, IntegerField, functions
from django.utils.crypto import salted_hmac

from reviews.models import Assignment, AssignmentStatus, Criterion, Entry, Round, Score
from reviews.models.assignment import ScoreQuerySet
from reviews.results import sheets
from reviews.results.content import Candidate, Judgement
from reviews.results.ranking import Line, ranking
from reviews.results.recipe import NONE, Recipe

COUNTED = (AssignmentStatus.SUBMITTED, AssignmentStatus.RECUSED)


@dataclass(frozen=True, slots=True)
class Collected:
    judgement: Judgement
    names: dict[str, int]  # pseudonym → key of the reviewer


def recipe_of(round: Round, criteria: Iterable[Criterion]) -> Recipe:
    breaking = [one for one in criteria if one.tie_order is not None]
    breaking.sort(key=lambda one: one.tie_order or 0)
    return Recipe(
        scoring=round.scoring,
        correction=round.correction,
        ties=tuple(one.code for one in breaking),
    )


def pseudonyms(round: Round, reviewers: Iterable[int]) -> dict[str, int]:
    """专家A, 专家B …: an order that nobody outside can work out from names or keys."""

    def place(reviewer: int) -> str:
        return salted_hmac("reviews.pseudonyms", f"{round.pk}:{reviewer}").hexdigest()

    letters = ("".join(way) for size in count(1) for way in product(ascii_uppercase, repeat=size))
    ordered = sorted(set(reviewers), key=place)
    return {f"专家{letter}": key for letter, key in zip(letters, ordered, strict=False)}


def collect(round: Round, names: Mapping[str, int] | None = None) -> Collected:
    """What has been submitted by now. `names` are those of a frozen result, to be used again."""
    criteria = list(round.rubric.criteria.all())
    rows = list(
        Assignment.objects.filter(entry__round=round, status__in=COUNTED)
        .order_by()
        .values_list("pk", "entry", "reviewer", "status")
    )
    known = dict(names) if names else pseudonyms(round, (row[2] for row in rows))
    called = {key: name for name, key in known.items()}
    order = {name: place for place, name in enumerate(known)}
    given = _given(Score.objects.filter(assignment__entry__round=round), criteria)
    recused: dict[int, list[str]] = defaultdict(list)
    found = []
    for pk, entry, reviewer, status in rows:
        name = called.get(reviewer, "专家？")  # Came in after the freeze: a verification shows it.
        if status == AssignmentStatus.SUBMITTED:
            found.append(sheets.Sheet(entry, name, tuple(given[pk])))
        else:
            recused[entry].append(name)
    found.sort(key=lambda sheet: (sheet.entry, order.get(sheet.reviewer, len(order))))
    judgement = Judgement(
        recipe=recipe_of(round, criteria),
        criteria=tuple(sheets.Criterion(one.code, one.title, one.weight) for one in criteria),
        candidates=tuple(_candidates(round, recused)),
        sheets=tuple(found),
    )
    return Collected(judgement, known)


def figures_of(entry: Entry) -> Line:
    """What an entry has reached by now, before any correction: exact, like the frozen ones."""
    round = entry.round
    criteria = round.rubric.asked
    given = _given(Score.objects.filter(assignment__entry=entry), criteria)
    found = [sheets.Sheet(entry.pk, str(pk), tuple(scores)) for pk, scores in given.items()]
    recipe = replace(recipe_of(round, criteria), correction=NONE)
    asked = [sheets.Criterion(one.code, one.title, one.weight) for one in criteria]
    (line,) = ranking(recipe, asked, [entry.pk], found)
    return line


def _given(scores: ScoreQuerySet, criteria: list[Criterion]) -> dict[int, list[int | None]]:
    """Of what is handed in: assignment → tenths in the order of the criteria, None where not applicable."""
    place = {one.pk: n for n, one in enumerate(criteria)}
    given: dict[int, list[int | None]] = defaultdict(lambda: [None] * len(place))
    submitted = scores.filter(assignment__status=AssignmentStatus.SUBMITTED)
    tenths = functions.Cast(functions.Round(F("value") * 10), IntegerField())
    for pk, criterion, value in submitted.order_by().values_list("assignment", "criterion", tenths):
        given[pk][place[criterion]] = value
    return given


def _candidates(round: Round, recused: Mapping[int, list[str]]) -> Iterable[Candidate]:
    entries = Entry.objects.filter(round=round).order_by("pk")
    unit = functions.Coalesce("project__organisation__school__name", "project__organisation__name")
    rows: Any = entries.values_list("pk", "project__title", unit, "project__area__name")
    for pk, title, name, area in rows:
        yield Candidate(pk, title, name, area or "", tuple(sorted(recused.get(pk, ()))))
