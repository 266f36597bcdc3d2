"""Who is strict and who is lenient: each reviewer beside the others on the same entries. Pure."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from reviews.results.correction import decimal, effects_of, totals_by_reviewer
from reviews.results.ranking import by_entry, half_up, mean_of
from reviews.results.sheets import Judged

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
    over: dict[str, list[Fraction]] = {}
    for row in rows:
        panel = entries[row.sheet.entry]
        if len(panel) > 1:
            others = (sum(one.total for one in panel) - row.total) / (len(panel) - 1)
            over.setdefault(row.sheet.reviewer, []).append(row.total - others)
    found = [
        Severity(
            reviewer=name,
            count=len(totals),
            mean=half_up(mean_of(totals)),
            over=decimal(mean_of(over[name])).quantize(TENTH) if name in over else None,
            effect=effects[name].quantize(TENTH),
            spread=half_up(max(totals) - min(totals)),
        )
        for name, totals in totals_by_reviewer(rows).items()
    ]
    return sorted(found, key=lambda one: (-one.effect, len(one.reviewer), one.reviewer))
