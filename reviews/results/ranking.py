"""From sheets to ranks by a recipe. Pure, and exact until the one rounding at the end."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import lcm

from reviews.results.correction import corrected
from reviews.results.recipe import Recipe, kept
from reviews.results.sheets import (
    MILLION,
    Criterion,
    Judged,
    Sheet,
    Total,
    judged,
    points,
    rounded,
)

Key = tuple[int | Fraction, ...]
_ALL_SIZES = lcm(*range(1, 17))


@dataclass(frozen=True, slots=True)
class Line:
    """`score` ranks; `raw` is the same recipe without its correction. None: no valid sheet."""

    entry: int
    rank: int | None
    score: Decimal | None
    raw: Decimal | None
    mean: Decimal | None
    spread: Decimal | None
    count: int


def score_of(totals: Iterable[Total], recipe: Recipe) -> int:
    """The score, counted in its last place."""
    chosen = kept(sorted(totals), recipe.scoring, recipe.trim_from)
    return rounded(sum(chosen), recipe.places, len(chosen))


def exact_of(totals: Iterable[Total], recipe: Recipe) -> Fraction:
    """The score in points before it is rounded: what a combined score is made from."""
    chosen = kept(sorted(totals), recipe.scoring, recipe.trim_from)
    return Fraction(sum(chosen)) / (len(chosen) * MILLION)


def by_entry(rows: Iterable[Judged]) -> dict[int, list[Judged]]:
    found: dict[int, list[Judged]] = defaultdict(list)
    for row in rows:
        found[row.sheet.entry].append(row)
    return found


def key_of(rows: Sequence[Judged], recipe: Recipe, ties: Sequence[int]) -> Key:
    """What an entry is ranked by: the rounded score, then its means at the places in `ties`."""
    score = score_of((row.total for row in rows), recipe)
    return (score, *(_tie_mean(rows, place) for place in ties))


def _tie_mean(rows: Sequence[Judged], place: int) -> int | Fraction:
    """Times a number that the usual numbers of reviews divide: whole, which compares quicker."""
    given = [score for row in rows if (score := row.sheet.scores[place]) is not None]
    if not given:
        return -1
    whole, rest = divmod(sum(given) * _ALL_SIZES, len(given))
    return Fraction(sum(given) * _ALL_SIZES, len(given)) if rest else whole


def tie_places(recipe: Recipe, criteria: Sequence[Criterion]) -> list[int]:
    codes = [criterion.code for criterion in criteria]
    return [codes.index(code) for code in recipe.ties]


def ranks_of(keys: Mapping[int, Key]) -> dict[int, int]:
    """entry → rank, best first, in that order; equal keys share a rank: 1, 2, 2, 4."""
    ordered = sorted(sorted(keys), key=keys.__getitem__, reverse=True)  # Stable: equals by entry.
    ranks: dict[int, int] = {}
    before: int | None = None
    for position, entry in enumerate(ordered, start=1):
        shares = before is not None and keys[entry] == keys[before]
        ranks[entry] = ranks[before] if shares and before is not None else position
        before = entry
    return ranks


def ranking(
    recipe: Recipe, criteria: Sequence[Criterion], entries: Iterable[int], sheets: Iterable[Sheet]
) -> list[Line]:
    """Best first; entries without a valid sheet last, without a rank."""
    raw = judged(sheets, criteria)
    full = sum(criterion.weight for criterion in criteria)
    counted = corrected(raw, recipe, full)
    plain, final = by_entry(raw), by_entry(counted)
    places = tie_places(recipe, criteria)
    keys = {entry: key_of(rows, recipe, places) for entry, rows in final.items()}
    lines = [
        _line(entry, rank, plain[entry], keys[entry], recipe)
        for entry, rank in ranks_of(keys).items()
    ]
    without = sorted(entry for entry in entries if entry not in keys)
    return lines + [Line(entry, None, None, None, None, None, 0) for entry in without]


def _line(entry: int, rank: int, plain: Sequence[Judged], key: Key, recipe: Recipe) -> Line:
    totals = [row.total for row in plain]
    places, count = recipe.places, len(totals)
    score = Decimal(int(key[0])).scaleb(-places)
    return Line(
        entry=entry,
        rank=rank,
        score=score,
        raw=Decimal(score_of(totals, recipe)).scaleb(-places) if recipe.corrects else score,
        mean=points(sum(totals), places, count),
        spread=points(max(totals) - min(totals), places),
        count=count,
    )
