"""Strict and lenient reviewers made comparable, for rounds whose panels differ. Pure.

Decimal with 50 digits, each corrected total rounded half up to six places: two programs that follow
the same formulas get the same figures, whatever order they add in.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from fractions import Fraction

from reviews.results.recipe import EFFECT, ZSCORE, Recipe
from reviews.results.sheets import MILLION, Judged, Total

PRECISION = Context(prec=50)
SIXTH = Decimal("0.000001")
Corrector = Callable[[str, Decimal], Decimal]


def corrected(rows: Sequence[Judged], recipe: Recipe, full: int) -> list[Judged]:
    """The same sheets with the totals that count; the very same rows without a correction."""
    if not recipe.corrects or not rows:
        return list(rows)
    with localcontext(PRECISION):
        correct = {ZSCORE: _by_zscore, EFFECT: _by_effect}[recipe.correction](rows, recipe)
        return [
            replace(row, total=_within(correct(row.sheet.reviewer, decimal(row.total)), full))
            for row in rows
        ]


def _within(value: Decimal, full: int) -> int:
    within = min(max(value, Decimal()), Decimal(full))
    return int(within.quantize(SIXTH, ROUND_HALF_UP) * MILLION)


def decimal(total: Total) -> Decimal:
    """In points."""
    return Decimal(total.numerator) / (total.denominator * MILLION)


def totals_by_reviewer(rows: Sequence[Judged]) -> dict[str, list[Total]]:
    totals: dict[str, list[Total]] = defaultdict(list)
    for row in rows:
        totals[row.sheet.reviewer].append(row.total)
    return totals


def _centre(totals: Sequence[Total]) -> tuple[Decimal, Decimal]:
    """Mean and standard deviation (n - 1); the deviation of one value is 0."""
    count, whole = len(totals), sum(totals)
    squares = count * sum(total * total for total in totals) - whole * whole
    variance = Fraction(squares, count * (count - 1)) if count > 1 else Fraction()
    return decimal(Fraction(whole, count)), (decimal(variance) / MILLION).sqrt()


def _by_zscore(rows: Sequence[Judged], recipe: Recipe) -> Corrector:
    """Each reviewer's totals moved to the mean and the spread of all."""
    mean, spread = _centre([row.total for row in rows])
    centres = {
        reviewer: _centre(totals)
        for reviewer, totals in totals_by_reviewer(rows).items()
        if len(totals) >= recipe.least_sheets and len(set(totals)) > 1
    }

    def correct(reviewer: str, total: Decimal) -> Decimal:
        if reviewer not in centres:
            return total
        own_mean, own_spread = centres[reviewer]
        return mean + spread * (total - own_mean) / own_spread

    return correct


def _by_effect(rows: Sequence[Judged], recipe: Recipe) -> Corrector:
    effects = effects_of(rows, recipe.shrink)
    return lambda reviewer, total: total - effects[reviewer]


def effects_of(rows: Sequence[Judged], shrink: int) -> dict[str, Decimal]:
    """By how much each reviewer is lenient (+) or strict (-), with entries as they are.

    Least squares of total = entry + reviewer with a ridge of `shrink` on the reviewers, the entries
    eliminated: one symmetric system as large as the number of reviewers. The effects add up to 0.
    """
    with localcontext(PRECISION):
        names = sorted({row.sheet.reviewer for row in rows})
        place = {name: n for n, name in enumerate(names)}
        matrix = [
            [Decimal(shrink if i == j else 0) for j in range(len(names))] for i in range(len(names))
        ]
        right = [Decimal() for _ in names]
        for members in _panels(rows, place).values():
            share = 1 / Decimal(len(members))
            mean = sum((total for _, total in members), Decimal()) * share
            for i, total in members:
                right[i] += total - mean
                matrix[i][i] += 1
                for j, _ in members:
                    matrix[i][j] -= share
        return dict(zip(names, _solved(matrix, right), strict=True))


def _panels(
    rows: Sequence[Judged], place: Mapping[str, int]
) -> dict[int, list[tuple[int, Decimal]]]:
    panels: dict[int, list[tuple[int, Decimal]]] = defaultdict(list)
    for row in rows:
        panels[row.sheet.entry].append((place[row.sheet.reviewer], decimal(row.total)))
    return panels


def _solved(matrix: list[list[Decimal]], right: list[Decimal]) -> list[Decimal]:
    """Gaussian elimination; the ridge makes the matrix positive definite, so no pivoting."""
    size = len(right)
    for k in range(size):
        for i in range(k + 1, size):
            share = matrix[i][k] / matrix[k][k]
            if share:
                right[i] -= share * right[k]
                for j in range(k, size):
                    matrix[i][j] -= share * matrix[k][j]
    found = [Decimal()] * size
    for k in reversed(range(size)):
        known = sum((matrix[k][j] * found[j] for j in range(k + 1, size)), Decimal())
        found[k] = (right[k] - known) / matrix[k][k]
    return found


def groups_of(rows: Sequence[Judged]) -> int:
    """How many sets of reviewers share no entry: across two sets nobody can be compared."""
    group: dict[str, str] = {row.sheet.reviewer: row.sheet.reviewer for row in rows}

    def head(name: str) -> str:
        while group[name] != name:
            group[name] = name = group[group[name]]
        return name

    first: dict[int, str] = {}
    for row in rows:
        other = first.setdefault(row.sheet.entry, row.sheet.reviewer)
        group[head(row.sheet.reviewer)] = head(other)
    return len({head(name) for name in group})
