"""Numbers from scores. Decimal throughout; rounded half up once, at the end (design.md 7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from reviews.results.recipe import TRIMMED, kept

CENT = Decimal("0.01")
DEVIATION = Decimal(15)


@dataclass(frozen=True, slots=True)
class Aggregate:
    mean: Decimal | None = None
    trimmed: Decimal | None = None
    spread: Decimal | None = None
    count: int = 0


def rounded(value: Decimal) -> Decimal:
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


def mean_of(values: Sequence[Decimal]) -> Decimal:
    return sum(values, Decimal()) / len(values)


def aggregate(totals: Sequence[Decimal], *, scoring: str = TRIMMED) -> Aggregate:
    """Mean, the score that ranks, spread and count of the valid totals."""
    if not totals:
        return Aggregate()
    ordered = sorted(totals)
    return Aggregate(
        mean=rounded(mean_of(ordered)),
        trimmed=rounded(mean_of(kept(ordered, scoring))),
        spread=rounded(ordered[-1] - ordered[0]),
        count=len(ordered),
    )


def median(totals: Sequence[Decimal]) -> Decimal:
    ordered = sorted(totals)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def deviates(total: Decimal, middle: Decimal) -> bool:
    """More than 15 points from the median of its entry (B3)."""
    return abs(total - middle) > DEVIATION
