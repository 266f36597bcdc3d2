"""The frozen result as one text: what is hashed, printed, exported and recomputed. Pure.

Reviewers have pseudonyms and nothing else in it; who they are stays with the row that holds it.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from reviews.results.ranking import Line, ranking
from reviews.results.recipe import Recipe
from reviews.results.sheets import Criterion, Judged, Sheet, judged

FORMAT = "yipin-result/1"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry as it is named to people, and the pseudonyms that were recused from it."""

    entry: int
    title: str
    unit: str = ""
    area: str = ""
    recused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """All that a ranking is made from."""

    recipe: Recipe
    criteria: tuple[Criterion, ...]
    candidates: tuple[Candidate, ...]
    sheets: tuple[Sheet, ...]

    @property
    def judged(self) -> list[Judged]:
        return judged(self.sheets, self.criteria)

    @property
    def full(self) -> int:
        return sum(criterion.weight for criterion in self.criteria)

    @property
    def reviewers(self) -> list[str]:
        """In the order of their letters: A … Z, AA …"""
        names = {sheet.reviewer for sheet in self.sheets}
        return sorted(names, key=lambda name: (len(name), name))

    def ranking(self, recipe: Recipe | None = None) -> list[Line]:
        entries = [candidate.entry for candidate in self.candidates]
        return ranking(recipe or self.recipe, self.criteria, entries, self.sheets)

    @property
    def tie_titles(self) -> list[str]:
        titles = {criterion.code: criterion.title for criterion in self.criteria}
        return [titles[code] for code in self.recipe.ties]

    @property
    def words(self) -> list[str]:
        skipped = any(None in sheet.scores for sheet in self.sheets)
        return self.recipe.words(self.tie_titles, skipped=skipped)


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


@cache
def _points(tenths: int | None) -> str | None:
    return None if tenths is None else f"{tenths // 10}.{tenths % 10}"


@cache
def _tenths(points: str | None) -> int | None:
    """Raises ValueError for points finer than a tenth: there are none."""
    if points is None:
        return None
    tenths = Decimal(points) * 10
    if tenths != int(tenths):
        raise ValueError(f"Points are tenths: {points}")
    return int(tenths)


def content_of(judgement: Judgement, heading: Mapping[str, Any], lines: Iterable[Line]) -> str:
    """Canonical: sorted keys, no spaces, figures as text. Its bytes are what is hashed."""
    sheets: dict[int, list[Sheet]] = {candidate.entry: [] for candidate in judgement.candidates}
    for sheet in judgement.sheets:
        sheets[sheet.entry].append(sheet)
    data = {
        "format": FORMAT,
        "round": dict(heading),
        "recipe": judgement.recipe.to_data(),
        "criteria": [
            {"code": one.code, "title": one.title, "weight": one.weight}
            for one in judgement.criteria
        ],
        "entries": [_entry(one, sheets[one.entry]) for one in judgement.candidates],
        "ranking": [
            {
                "entry": line.entry,
                "rank": line.rank,
                "score": _text(line.score),
                "raw": _text(line.raw),
                "mean": _text(line.mean),
                "spread": _text(line.spread),
                "count": line.count,
            }
            for line in lines
        ],
    }
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _entry(candidate: Candidate, sheets: Sequence[Sheet]) -> dict[str, Any]:
    return {
        "entry": candidate.entry,
        "title": candidate.title,
        "unit": candidate.unit,
        "area": candidate.area,
        "recused": list(candidate.recused),
        "sheets": [
            {"reviewer": sheet.reviewer, "scores": [_points(score) for score in sheet.scores]}
            for sheet in sheets
        ],
    }


def fingerprint(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def judgement_of(content: str) -> tuple[Judgement, list[Line]]:
    """Back from the text: what was judged, and the ranking that it states."""
    data = json.loads(content)
    criteria = tuple(Criterion(**one) for one in data["criteria"])
    candidates = tuple(
        Candidate(
            one["entry"], one["title"], one["unit"], one["area"], recused=tuple(one["recused"])
        )
        for one in data["entries"]
    )
    sheets = tuple(
        Sheet(
            one["entry"],
            sheet["reviewer"],
            tuple(_tenths(score) for score in sheet["scores"]),
        )
        for one in data["entries"]
        for sheet in one["sheets"]
    )
    stated = [_line(one) for one in data["ranking"]]
    return Judgement(Recipe.from_data(data["recipe"]), criteria, candidates, sheets), stated


def _line(data: Mapping[str, Any]) -> Line:
    figures = {
        name: None if data[name] is None else Decimal(data[name])
        for name in ("score", "raw", "mean", "spread")
    }
    return Line(entry=data["entry"], rank=data["rank"], count=data["count"], **figures)
