"""Points and colours: pure functions, exact until the one rounding at the end (design.md 7)."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from checkups.models.template import Grade, Kind

GREEN, YELLOW, RED = "green", "yellow", "red"


@dataclass(frozen=True, slots=True)
class Item:
    """One indicator's weight and its part of full marks; None when it does not apply."""

    weight: int
    ratio: Fraction | None


def ratio_of(kind: str, answer: Any, factors: Mapping[str, str]) -> Fraction | None:
    """The part of full marks an answer earns, 0 to 1; None when it has no value yet."""
    if answer is None:
        return None
    if kind == Kind.DONE:
        return None if answer.achieved is None else Fraction(answer.achieved)
    if kind == Kind.NUMBER:
        if answer.number is None or not answer.target:
            return None
        return min(Fraction(answer.number) / Fraction(answer.target), Fraction(1))
    if kind == Kind.RATE:
        return None if answer.rate is None else Fraction(answer.rate) / 100
    return Fraction(factors[answer.grade]) if answer.grade else None


def is_answered(kind: str, answer: Any, factors: Mapping[str, str]) -> bool:
    """Answered is a value, or "not applicable" with its reason; nothing else."""
    if answer is None:
        return False
    if answer.not_applicable:
        return bool(answer.reason)
    return ratio_of(kind, answer, factors) is not None


def is_failed(kind: str, answer: Any, factors: Mapping[str, str]) -> bool:
    """Short of full marks; a judgement fails below 良."""
    if answer.not_applicable:
        return False
    if kind == Kind.GRADE:
        return answer.grade in (Grade.MEDIUM, Grade.POOR)
    ratio = ratio_of(kind, answer, factors)
    return ratio is not None and ratio < 1


def total(items: Iterable[Item]) -> Decimal | None:
    """The score out of 100; what does not apply is left out and the rest rescaled.

    None when nothing applies: no score is not the score 0.
    """
    counted = [(item.weight, item.ratio) for item in items if item.ratio is not None]
    weight = sum(weight for weight, _ in counted)
    if not weight:
        return None
    exact = sum((w * ratio for w, ratio in counted), Fraction()) * 100 / weight
    return half_up(exact)


def half_up(value: Fraction) -> Decimal:
    """Two places, half up, from the exact value."""
    return Decimal(math.floor(value * 100 + Fraction(1, 2))) / 100


def colour_of(
    score: Decimal | None,
    *,
    green_from: Decimal,
    yellow_from: Decimal,
    red_lines: Iterable[str] = (),
    overdue: int = 0,
    late: bool = False,
) -> tuple[str, str]:
    """(colour, why) after domain.md C5 mode 2. `score` is None for what was never filed."""
    red_lines = list(red_lines)
    if late:
        return RED, "截止后5个工作日仍未提交"
    if red_lines:
        return RED, f"触及红线：{'、'.join(red_lines)}"[:200]
    if score is not None and score < yellow_from:
        return RED, f"得分低于{yellow_from.normalize():f}分"
    if overdue:
        return YELLOW, f"有{overdue}项整改逾期"
    if score is None or score < green_from:
        return YELLOW, f"得分低于{green_from.normalize():f}分"
    return GREEN, ""
