"""Bars beside their figures: a table that is its own picture, drawn on the server (docs/adr/0014)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of a row, in hundredths of the longest row; `tone` numbers the series from 1."""

    tone: int
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class Row:
    category: str
    values: tuple[int, ...]
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """As `includes/_chart.html` reads it: one question, counted by `unit`, split into `series`."""

    label: str
    unit: str
    series: tuple[str, ...]
    rows: tuple[Row, ...]


def chart(
    label: str, unit: str, categories: Sequence[str], series: Mapping[str, Sequence[int]]
) -> Chart:
    """`label` heads the categories; each series is its name and one figure for each category."""
    lines = list(zip(*series.values(), strict=True))
    longest = max((sum(line) for line in lines), default=0)
    rows = tuple(
        Row(category, line, _bars(line, longest))
        for category, line in zip(categories, lines, strict=True)
    )
    return Chart(label, unit, tuple(series), rows)


def _bars(values: Sequence[int], longest: int) -> tuple[Bar, ...]:
    bars, start = [], 0.0
    for tone, value in enumerate(values, start=1):
        width = round(100 * value / longest, 2) if longest else 0.0
        if width:
            bars.append(Bar(tone, start, width))
        start = round(start + width, 2)
    return tuple(bars)
