"""Several rounds made into one ranking by their weights. Pure: no database.

Each round comes in with its score before it was rounded, so that there is one rounding, at the end.
`bench/recompute.py` says the same in other words and shares no code.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from reviews.results.content import Judgement, judgement_of
from reviews.results.correction import corrected
from reviews.results.ranking import Line, by_entry, exact_of, ranks_of
from reviews.results.recipe import NONE, Recipe
from reviews.results.sheets import Judged

FORMAT = "yipin-combined/1"
VERSION, PLACES = 1, 2
Scores = Mapping[int, Fraction]
Key = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One round that counts: its frozen result, and what it is called."""

    name: str
    mode: str
    weight: int
    takes: int | None
    content: str
    sha256: str
    judgement: Judgement
    lines: tuple[Line, ...]

    @classmethod
    def of(cls, content: str, sha256: str, **facts: Any) -> "Part":
        judgement, lines = judgement_of(content)
        return cls(content=content, sha256=sha256, judgement=judgement, lines=tuple(lines), **facts)


@dataclass(frozen=True, slots=True)
class Contender:
    """A project, and its entry in each of the rounds; None where it was not on the short list."""

    project: int
    title: str
    unit: str
    area: str
    entries: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """`score` is None for who was not on every short list: ranked after those who were, by what
    they have. `rounds` is the line of each round as it was frozen."""

    project: int
    rank: int
    score: Decimal | None
    raw: Decimal | None
    rounds: tuple[Line | None, ...]


def exact_scores(rows: Sequence[Judged], recipe: Recipe, full: int) -> dict[int, Fraction]:
    """entry → its score in points, not yet rounded."""
    panels = by_entry(corrected(rows, recipe, full))
    return {
        entry: exact_of((row.total for row in panel), recipe) for entry, panel in panels.items()
    }


def scores_of(part: Part, recipe: Recipe | None = None) -> dict[int, Fraction]:
    judgement = part.judgement
    return exact_scores(judgement.judged, recipe or judgement.recipe, judgement.full)


def raw_of(part: Part) -> dict[int, Fraction]:
    recipe = part.judgement.recipe
    plain = Recipe(recipe.scoring, NONE, recipe.ties, trim_from=recipe.trim_from)
    return scores_of(part, plain)


def half_up(value: Fraction) -> int:
    """Counted in the last place; nothing here is negative."""
    return int(value * 10**PLACES + Fraction(1, 2))


def ties_of(weights: Sequence[int]) -> list[int]:
    """Which round is compared first: the heavier, of equals the later."""
    return sorted(range(len(weights)), key=lambda n: (weights[n], n), reverse=True)


def missing(parts: Sequence[Part], contenders: Iterable[Contender]) -> list[str]:
    """Who has no score in a round that counts, by name: nobody is given a 0 for that."""
    scored = [{line.entry for line in part.lines if line.score is not None} for part in parts]
    faults = []
    for part, have, n in zip(parts, scored, range(len(parts)), strict=True):
        lacking = [
            f"《{one.title}》"
            for one in contenders
            if not (one.entries[n] is None and part.takes) and one.entries[n] not in have
        ]
        if lacking:
            faults.append(f"{part.name}中没有得分：{'、'.join(lacking)}。")
    return faults


def keys_of(
    weights: Sequence[int], contenders: Iterable[Contender], scores: Sequence[Scores]
) -> dict[int, Key]:
    """What a project is ranked by: how many rounds it reached, then the weighted score."""
    ties = ties_of(weights)
    keys: dict[int, Key] = {}
    for one in contenders:
        if key := key_of(weights, one, scores, ties):
            keys[one.project] = key
    return keys


def key_of(
    weights: Sequence[int], one: Contender, scores: Sequence[Scores], ties: Sequence[int]
) -> Key:
    """Empty where there is no score at all."""
    found = [
        given.get(entry) if entry else None
        for given, entry in zip(scores, one.entries, strict=True)
    ]
    reached = sum(score is not None for score in found)
    if not reached:
        return ()
    single = [-1 if score is None else half_up(score) for score in found]
    return (reached, half_up(_mean(weights, found)), *(single[n] for n in ties))


def _mean(weights: Sequence[int], found: Sequence[Fraction | None]) -> Fraction:
    """Over the rounds that were reached; all of them for whoever was on every short list."""
    there = [(w, score) for w, score in zip(weights, found, strict=True) if score is not None]
    return Fraction(sum(w * score for w, score in there)) / sum(w for w, _ in there)


def combine(parts: Sequence[Part], contenders: Sequence[Contender]) -> list[Place]:
    """Best first. Whether somebody is `missing` is asked before."""
    weights = [part.weight for part in parts]
    keys = keys_of(weights, contenders, [scores_of(part) for part in parts])
    plain = keys_of(weights, contenders, [raw_of(part) for part in parts])
    lines = [{line.entry: line for line in part.lines} for part in parts]
    of = {one.project: one for one in contenders}
    return [
        Place(
            project,
            rank,
            score=_figure(keys[project], len(parts)),
            raw=_figure(plain[project], len(parts)),
            rounds=tuple(
                known.get(entry) if entry else None
                for known, entry in zip(lines, of[project].entries, strict=True)
            ),
        )
        for project, rank in ranks_of(keys).items()
    ]


def _figure(key: Key, rounds: int) -> Decimal | None:
    if key[0] < rounds:
        return None
    return Decimal(key[1]).scaleb(-PLACES)


def words(rounds: Sequence[tuple[str, int, int | None]]) -> list[str]:
    """The recipe in sentences, from name, weight and short list of each round."""
    shares = "，".join(f"{name}占{weight}%" for name, weight, _ in rounds)
    order = "、".join(f"{rounds[n][0]}得分" for n in ties_of([weight for _, weight, _ in rounds]))
    found = [
        f"综合得分按各轮得分加权合成：{shares}。",
        f"各轮得分以未舍入的数值参与合成，综合得分四舍五入到{PLACES}位小数，只在最后舍入一次。",
    ]
    if any(takes for _, _, takes in rounds):
        found.append("没有入围的项目不计综合得分，排在入围项目之后，按已有各轮得分排列。")
    found.append(f"综合得分相同的，依次比较{order}；仍相同的名次并列，由评审组表决确定先后。")
    return found


def content_of(
    parts: Sequence[Part],
    contenders: Sequence[Contender],
    places: Iterable[Place],
    heading: Mapping[str, Any],
) -> str:
    """Canonical, like the result of a round, and with those inside."""
    weights = [part.weight for part in parts]
    data = {
        "format": FORMAT,
        "batch": dict(heading),
        "recipe": {
            "version": VERSION,
            "places": PLACES,
            "weights": weights,
            "ties": ties_of(weights),
        },
        "rounds": [
            {
                "name": part.name,
                "mode": part.mode,
                "takes": part.takes,
                "sha256": part.sha256,
                "result": json.loads(part.content),
            }
            for part in parts
        ],
        "projects": [
            {
                "project": one.project,
                "title": one.title,
                "unit": one.unit,
                "area": one.area,
                "entries": list(one.entries),
            }
            for one in contenders
        ],
        "ranking": [
            {
                "project": place.project,
                "rank": place.rank,
                "score": None if place.score is None else str(place.score),
                "raw": None if place.raw is None else str(place.raw),
            }
            for place in places
        ],
    }
    return canonical(data)


def canonical(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Parsed:
    parts: list[Part]
    contenders: list[Contender]
    stated: list[tuple[int, int, str | None, str | None]]


def parsed(content: str) -> Parsed:
    """Back from the text. Raises ValueError for a recipe that this program does not know."""
    data = json.loads(content)
    recipe = data["recipe"]
    known = (VERSION, PLACES, ties_of(recipe["weights"]))
    if (recipe["version"], recipe["places"], recipe["ties"]) != known:
        raise ValueError(f"Unknown recipe: {recipe}")
    parts = [
        Part.of(
            canonical(one["result"]),
            one["sha256"],
            name=one["name"],
            mode=one["mode"],
            weight=weight,
            takes=one["takes"],
        )
        for one, weight in zip(data["rounds"], recipe["weights"], strict=True)
    ]
    contenders = [
        Contender(one["project"], one["title"], one["unit"], one["area"], tuple(one["entries"]))
        for one in data["projects"]
    ]
    stated = [(one["project"], one["rank"], one["score"], one["raw"]) for one in data["ranking"]]
    return Parsed(parts, contenders, stated)
