"""The geometry of two pictures drawn as tables with SVG in them (docs/adr/0014). Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from reviews.aggregates import DEVIATION
from reviews.results.correction import decimal
from reviews.results.ranking import by_entry
from reviews.results.recipe import MEDIAN, kept
from reviews.results.severity import Severity
from reviews.results.sheets import MILLION, Judged, points

CELL = 12  # units of the drawing; a bar reaches from the middle of its cell to an edge
_MOST = 20 * MILLION  # what fills half a cell
_FAR = int(DEVIATION) * MILLION


@dataclass(frozen=True, slots=True)
class Cell:
    """One total beside the median of its entry; `tone` 1 is above, 2 below, 3 as good as equal."""

    reviewer: str
    total: Decimal
    over: Decimal
    is_far: bool
    x: int
    y: float
    height: float
    tone: int

    @property
    def mark(self) -> str:
        if not self.is_far:
            return ""
        return "▲" if self.over > 0 else "▼"


@dataclass(frozen=True, slots=True)
class MatrixRow:
    entry: int
    top: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    reviewers: tuple[str, ...]
    columns: tuple[tuple[int, str], ...]  # (middle of the column, letter)
    rows: tuple[MatrixRow, ...]
    width: int
    height: int

    @property
    def pixels(self) -> int:
        """As wide as it is drawn where there is room; narrower on a phone."""
        return self.width * 5 // 2


def matrix(rows: Iterable[Judged], entries: Sequence[int]) -> Matrix:
    """`entries` in the order they are shown, under one line of letters."""
    panels = by_entry(rows)
    names = {row.sheet.reviewer for entry in entries for row in panels.get(entry, ())}
    reviewers = tuple(sorted(names, key=lambda name: (len(name), name)))
    place = {name: n for n, name in enumerate(reviewers)}
    lines = []
    for number, entry in enumerate(entries, start=1):
        panel = sorted(panels.get(entry, ()), key=lambda row: place[row.sheet.reviewer])
        chosen = kept(sorted(row.total for row in panel), MEDIAN)
        middle = Fraction(sum(chosen), len(chosen) or 1)
        cells = (
            _cell(row, middle, x=CELL * (place[row.sheet.reviewer] + 2), top=CELL * number)
            for row in panel
        )
        lines.append(MatrixRow(entry, CELL * number, tuple(cells)))
    columns = tuple(
        (CELL * (n + 2) + CELL // 2, name.removeprefix("专家")) for name, n in place.items()
    )
    width, height = CELL * (len(reviewers) + 2), CELL * (len(entries) + 1)
    return Matrix(reviewers, columns, tuple(lines), width, height)


def _cell(row: Judged, middle: Fraction, *, x: int, top: int) -> Cell:
    over = row.total - middle
    height = round(min(float(abs(over)), _MOST) / _MOST * CELL / 2, 2)
    return Cell(
        reviewer=row.sheet.reviewer,
        total=points(row.total),
        over=decimal(over).quantize(Decimal("0.1")),
        is_far=abs(over) > _FAR,
        x=x,
        y=top + CELL / 2 - (height if over > 0 else 0),
        height=max(height, 0.5),
        tone=1 if over > 0 else 2 if over < 0 else 3,
    )


@dataclass(frozen=True, slots=True)
class SeverityBar:
    """Hundredths of the width, from the middle: strict to the left, lenient to the right."""

    severity: Severity
    start: float
    width: float
    tone: int

    @property
    def words(self) -> str:
        effect = self.severity.effect
        if abs(effect) < 1:
            return "居中"
        return "偏松" if effect > 0 else "偏严"


def severity_bars(found: Sequence[Severity]) -> list[SeverityBar]:
    longest = max((abs(one.effect) for one in found), default=Decimal()) or Decimal(1)
    bars = []
    for one in found:
        width = round(float(50 * abs(one.effect) / max(longest, Decimal(5))), 2)
        start = 50.0 if one.effect > 0 else round(50 - width, 2)
        bars.append(SeverityBar(one, start, width, 1 if one.effect > 0 else 3))
    return bars
