"""Who is strict and who is lenient: each reviewer beside the others on the same entries. Pure."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from reviews.results.correction import decimal, effects_of, totals_by_reviewer
from reviews.results.ranking import by_entry
from reviews.results.sheets import Judged, Total, points

TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Severity:
    """`over`: points above the others on the same entries, None where nobody else judged them.
    `effect`: the same, estimated together and shrunk; `spread`: highest less lowest total."""

    reviewer: str
    count: int
    mean: Decimal
    over: Decimal | None
    effect: Decimal
    spread: Decimal


def severities(rows: list[Judged], shrink: int = 4) -> list[Severity]:
    """The most lenient first."""
    effects, entries = effects_of(rows, shrink), by_entry(rows)
    sums = {entry: sum(row.total for row in panel) for entry, panel in entries.items()}
    over: dict[str, dict[int, Total]] = defaultdict(lambda: defaultdict(int))
    beside: Counter[str] = Counter()
    for row in rows:
        name, size = row.sheet.reviewer, len(entries[row.sheet.entry])
        if size > 1:  # total - (sum - total) / (size - 1), divided at the end
            over[name][size] += size * row.total - sums[row.sheet.entry]
            beside[name] += 1
    found = []
    for name, totals in totals_by_reviewer(rows).items():
        apart = sum((Fraction(sum_, size - 1) for size, sum_ in over[name].items()), Fraction())
        found.append(
            Severity(
                reviewer=name,
                count=len(totals),
                mean=points(sum(totals), count=len(totals)),
                over=decimal(apart / beside[name]).quantize(TENTH) if beside[name] else None,
                effect=effects[name].quantize(TENTH),
                spread=points(max(totals) - min(totals)),
            )
        )
    return sorted(found, key=lambda one: (-one.effect, len(one.reviewer), one.reviewer))
