"""The problem as arrays, one row for each entry and one column for each expert."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reviews.assigning.problem import Panels, Problem

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Grid:
    """`need`: experts still to be found for each row; `lacking`: of these, of each required kind.

    `loose`: rows that may have any number. `least` and `most`: what each expert must and may still
    take on.
    """

    problem: Problem
    open: Bools
    kept: Bools
    loose: Bools
    need: Ints
    lacking: Ints
    kind: Ints
    cost: Ints
    load: Ints
    least: Ints
    most: Ints

    @property
    def shape(self) -> tuple[int, int]:
        return self.open.shape[0], self.open.shape[1]

    def panels(self, chosen: Bools) -> dict[int, tuple[int, ...]]:
        keys = [expert.key for expert in self.problem.experts]
        items = [item.key for item in self.problem.items]
        found = {key: set(self.problem.kept.get(key, ())) for key in items}
        rows, columns = np.nonzero(chosen)
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
            found[items[row]].add(keys[column])
        return {key: tuple(sorted(panel)) for key, panel in found.items()}


def grid_of(problem: Problem) -> Grid:
    rules, items, experts = problem.rules, problem.items, problem.experts
    row = {item.key: n for n, item in enumerate(items)}
    column = {expert.key: n for n, expert in enumerate(experts)}
    shape = len(items), len(experts)
    kept = _marked(shape, _indices(row, column, _kept_pairs(problem.kept)))
    free = ~kept
    for pairs in problem.barred.values():
        free &= ~_marked(shape, _indices(row, column, pairs))
    asked = np.array([i.group not in problem.exempt for i in items], dtype=bool)
    extra = _extra(problem.kept, column)
    need = np.array([rules.per_entry - extra.get(i.key, 0) for i in items], np.int64)
    need = np.where(asked, np.maximum(need - kept.sum(axis=1), 0), 0)
    required = [(kind, count) for kind, count in rules.required if count]
    names = {kind: n for n, (kind, _) in enumerate(required)}
    kind = np.array([names.get(expert.kind, -1) for expert in experts], np.int64)
    counts = np.array([count for _, count in required], np.int64)
    lacking = np.zeros((shape[0], len(required)), np.int64)
    for n in range(len(required)):
        lacking[:, n] = np.maximum(counts[n] - kept[:, kind == n].sum(axis=1), 0) * asked
    free &= ((need > 0) | ~asked)[:, None]
    load = kept.sum(axis=0).astype(np.int64)
    most = np.array([problem.most_of(expert) for expert in experts], np.int64)
    return Grid(
        problem=problem,
        open=free,
        kept=kept,
        loose=~asked,
        need=need,
        lacking=lacking,
        kind=kind,
        cost=_cost(problem),
        load=load,
        least=np.maximum(rules.least - load, 0),
        most=np.maximum(most - load, 0),
    )


def _kept_pairs(kept: Panels) -> Iterable[tuple[int, int]]:
    return ((item, expert) for item, panel in kept.items() for expert in panel)


def _extra(kept: Panels, column: dict[int, int]) -> dict[int, int]:
    """Experts who stay although they have left the pool: they count, but bear no column."""
    return {key: sum(one not in column for one in panel) for key, panel in kept.items()}


def _indices(
    row: dict[int, int], column: dict[int, int], pairs: Iterable[tuple[int, int]]
) -> list[tuple[int, int]]:
    return [(row[i], column[e]) for i, e in pairs if i in row and e in column]


def _marked(shape: tuple[int, int], cells: list[tuple[int, int]]) -> Bools:
    marks = np.zeros(shape, dtype=bool)
    if cells:
        at = np.array(cells)
        marks[at[:, 0], at[:, 1]] = True
    return marks


def _cost(problem: Problem) -> Ints:
    """What each pair costs: nothing where the expert knows the category."""
    groups = list(dict.fromkeys(item.group for item in problem.items))
    off = np.array([[g not in e.fields for e in problem.experts] for g in groups], np.int64)
    number = {group: n for n, group in enumerate(groups)}
    rows = np.array([number[item.group] for item in problem.items], np.int64)
    if not groups or not problem.experts:
        return np.zeros((len(problem.items), len(problem.experts)), np.int64)
    return off[rows] * problem.rules.expertise
