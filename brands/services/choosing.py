"""The best choice under quotas by area, by kind and in all: solved, and every tie found.

A minimum-cost flow: places run from the whole through the areas to the kinds of school, and each
candidate is an arc from its area to its kind. It is integral and optimal: nothing is left to luck.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

NO_LIMIT = 10**6


@dataclass(frozen=True, slots=True)
class Candidate:
    """`score` in hundredths; `rank` decides between choices whose scores add up to the same."""

    key: int
    area: int | None
    kind: str
    score: int
    rank: int


@dataclass(frozen=True, slots=True)
class Quotas:
    """At most so many; what is not named has no limit."""

    total: int = NO_LIMIT
    areas: Mapping[int | None, int] = field(default_factory=dict)
    kinds: Mapping[str, int] = field(default_factory=dict)

    def of_cell(self, area: int | None, kind: str) -> int:
        return min(self.total, self.areas.get(area, NO_LIMIT), self.kinds.get(kind, NO_LIMIT))

    def after(self, one: Candidate) -> "Quotas":
        """What is left once `one` has its places."""
        return replace(
            self,
            total=self.total - 1,
            areas={**self.areas, one.area: self.areas.get(one.area, NO_LIMIT) - 1},
            kinds={**self.kinds, one.kind: self.kinds.get(one.kind, NO_LIMIT) - 1},
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """`chosen`: one best choice. `certain`: those in every best choice. `open`: those in some only.
    `losses`: what the total score loses, in hundredths, when this one that is left out comes in."""

    chosen: frozenset[int]
    certain: frozenset[int]
    open: frozenset[int]
    losses: Mapping[int, int]


def choose(candidates: Sequence[Candidate], quotas: Quotas) -> Choice:
    """Highest total score, then the best ranks; every other way to reach the same is found."""
    top = max((one.rank for one in candidates), default=0) + 1
    unit = top * (len(candidates) + 1)  # All ranks together never outweigh a hundredth.
    worth = {one.key: one.score * unit + top - one.rank for one in candidates}
    field_ = _contending(candidates, quotas)
    chosen, best = _solved(field_, quotas, worth)
    out = [one for one in field_ if one.key not in chosen]
    short: dict[int, int] = {}
    for one in out:
        if quotas.of_cell(one.area, one.kind) < 1:
            continue
        others = [other for other in field_ if other.key != one.key]
        with_it = worth[one.key] + _solved(others, quotas.after(one), worth)[1]
        short[one.key] = best - with_it
    possible = {key for key, loss in short.items() if loss == 0}
    replaceable = set()
    for one in field_ if possible else ():
        if one.key in chosen:
            others = [other for other in field_ if other.key != one.key]
            if _solved(others, quotas, worth)[1] == best:
                replaceable.add(one.key)
    return Choice(
        chosen=frozenset(chosen),
        certain=frozenset(chosen - replaceable),
        open=frozenset(possible | replaceable),
        losses={key: -(-loss // unit) for key, loss in short.items() if loss},
    )


def _contending(candidates: Sequence[Candidate], quotas: Quotas) -> list[Candidate]:
    """Of one area and kind only as many as there are places, and who is equal to the last."""
    cells: dict[tuple[int | None, str], list[Candidate]] = defaultdict(list)
    for one in sorted(candidates, key=lambda one: (one.rank, one.key)):
        cell = cells[one.area, one.kind]
        places = quotas.of_cell(one.area, one.kind)
        if len(cell) < places or (places and cell[places - 1].rank == one.rank):
            cell.append(one)
    return [one for cell in cells.values() for one in cell]


def _solved(
    candidates: Sequence[Candidate], quotas: Quotas, worth: Mapping[int, int]
) -> tuple[set[int], int]:
    """The keys of a best choice, and what it is worth."""
    from ortools.graph.python import min_cost_flow  # Half a second, for those who need it.

    flow = min_cost_flow.SimpleMinCostFlow()
    places = min(quotas.total, len(candidates))
    source, sink, whole = 0, 1, 2
    areas = {area: 3 + n for n, area in enumerate(dict.fromkeys(one.area for one in candidates))}
    kinds = {
        kind: 3 + len(areas) + n
        for n, kind in enumerate(dict.fromkeys(one.kind for one in candidates))
    }
    flow.add_arc_with_capacity_and_unit_cost(source, sink, places, 0)  # Places may stay empty.
    flow.add_arc_with_capacity_and_unit_cost(source, whole, places, 0)
    for area, node in areas.items():
        flow.add_arc_with_capacity_and_unit_cost(
            whole, node, min(quotas.areas.get(area, NO_LIMIT), len(candidates)), 0
        )
    for kind, node in kinds.items():
        flow.add_arc_with_capacity_and_unit_cost(
            node, sink, min(quotas.kinds.get(kind, NO_LIMIT), len(candidates)), 0
        )
    arcs = {
        flow.add_arc_with_capacity_and_unit_cost(
            areas[one.area], kinds[one.kind], 1, -worth[one.key]
        ): one.key
        for one in candidates
    }
    flow.set_node_supply(source, places)
    flow.set_node_supply(sink, -places)
    if flow.solve() != flow.OPTIMAL:
        raise RuntimeError("A flow with an arc past everything always has a solution.")
    return {key for arc, key in arcs.items() if flow.flow(arc)}, -flow.optimal_cost()
