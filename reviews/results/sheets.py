"""What was judged and what was given, exact. Pure: no database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

# Totals are counted in millionths of a point: whole numbers, quick and exact. A fraction comes in
# only where something was not applicable.
MILLION = 10**6
_TENTH = MILLION // 10
Total = int | Fraction


@dataclass(frozen=True, slots=True)
class Criterion:
    code: str
    title: str
    weight: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One reviewer's tenths of a point by criterion, in order; None is "not applicable"."""

    entry: int
    reviewer: str
    scores: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """A valid sheet with its total: nothing is rounded on the way."""

    sheet: Sheet
    total: Total


def total_of(scores: Sequence[int | None], weights: Sequence[int]) -> Total | None:
    """The points given, scaled to full marks where something is not applicable.

    None where nothing was applicable: such a sheet does not count, and is never a 0.
    """
    if None not in scores:
        return _TENTH * sum(scores)  # type: ignore[arg-type]  # None is excluded above
    given = [score for score in scores if score is not None]
    if not given:
        return None
    asked = sum(w for w, score in zip(weights, scores, strict=True) if score is not None)
    return Fraction(_TENTH * sum(given) * sum(weights), asked)


def judged(sheets: Iterable[Sheet], criteria: Sequence[Criterion]) -> list[Judged]:
    weights = [criterion.weight for criterion in criteria]
    totals = ((sheet, total_of(sheet.scores, weights)) for sheet in sheets)
    return [Judged(sheet, total) for sheet, total in totals if total is not None]


def points(total: Total, places: int = 2, count: int = 1) -> Decimal:
    """`total / count` in points, rounded half up from the exact value (none here is negative)."""
    return Decimal(rounded(total, places, count)).scaleb(-places)


def rounded(total: Total, places: int = 2, count: int = 1) -> int:
    """As `points`, counted in its last place."""
    unit = count * MILLION
    return (2 * total * 10**places + unit) // (2 * unit)
