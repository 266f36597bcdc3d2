"""Reasons for which no choice can exist, however large the problem: each certain, not all there are.

Two views that forget something. One entry by itself: are there enough experts for its panel? And
entries taken together: only how often each expert judges among them is asked, so that a rule of each
entry becomes a sum. What is impossible in one of these is impossible.
"""

from collections import defaultdict
from typing import Any

import numpy as np
from ortools.sat.python import cp_model

from reviews.assigning.grid import Bools, Grid, Ints
from reviews.assigning.hanging import Model, areas_of, columns_of

MOST_CELLS = 60_000  # beyond this CP-SAT takes minutes
MOST_PANELS = 200  # Panels that CP-SAT looks at, where a guess finds none.
GLANCE, EFFORT = 1.0, 8.0


def is_ruled_out(grid: Grid) -> bool:
    """True only where it is certain that no choice keeps the pair and area rules with the others."""
    alike, first = _alike(grid)
    return _has_hopeless_panel(grid, first) or _is_out_together(grid, _taken_together(grid, alike))


def _alike(grid: Grid) -> tuple[Ints, Ints]:
    """Which entries stand alike in everything, and one of each sort."""
    facts = [grid.open, grid.kept, grid.loose[:, None], grid.need[:, None], grid.lacking]
    _, first, number = np.unique(
        np.hstack(facts).astype(np.int64), axis=0, return_index=True, return_inverse=True
    )
    return number.ravel(), first


def _has_hopeless_panel(grid: Grid, rows: Ints) -> bool:
    asked = 0
    for row in rows.tolist():
        if grid.loose[row] or not grid.need[row] or _guessed(grid, row):
            continue
        asked += 1
        if asked > MOST_PANELS:
            return False
        nobody: Bools = np.zeros(grid.shape, dtype=bool)
        if Model(grid, [row], nobody).solve(GLANCE)[0] == cp_model.INFEASIBLE:
            return True
    return False


def _guessed(grid: Grid, row: int) -> bool:
    """Whoever fits next, required kinds first: most panels are found so."""
    rules, experts = grid.problem.rules, grid.problem.experts
    foes: dict[int, set[int]] = defaultdict(set)
    for pair in rules.apart:
        for key in pair:
            foes[key].update(set(pair) - {key})
    lacking = grid.lacking[row].tolist()
    need = int(grid.need[row])
    chosen = {experts[c].key for c in np.nonzero(grid.kept[row])[0].tolist()}
    areas: dict[str, int] = defaultdict(int)
    for column in np.nonzero(grid.kept[row])[0].tolist():
        areas[experts[column].area] += 1
    free = sorted(np.nonzero(grid.open[row])[0].tolist(), key=lambda c: grid.kind[c] < 0)
    for wanted in (True, False):  # First only for what is lacking, then anybody.
        for column in free:
            one, kind = experts[column], int(grid.kind[column])
            is_lacking = kind >= 0 and lacking[kind] > 0
            full = rules.same_area is not None and one.area and areas[one.area] >= rules.same_area
            if not need or one.key in chosen or full or foes[one.key] & chosen:
                continue
            if wanted and not is_lacking:
                continue
            chosen.add(one.key)
            areas[one.area] += 1
            need -= 1
            if is_lacking:
                lacking[kind] -= 1
    return not need and not any(lacking)


def _taken_together(grid: Grid, alike: Ints) -> Ints:
    """As finely as it can be computed: those alike, else those of one category."""
    if (int(alike.max(initial=0)) + 1) * grid.shape[1] <= MOST_CELLS:
        return alike
    names: dict[tuple[str, bool], int] = {}
    keys = zip((item.group for item in grid.problem.items), grid.loose.tolist(), strict=True)
    return np.array([names.setdefault(key, len(names)) for key in keys], np.int64)


def _is_out_together(grid: Grid, together: Ints) -> bool:
    cp = cp_model.CpModel()
    loads: dict[int, list[Any]] = defaultdict(list)
    for group in np.unique(together):
        _add_group(cp, grid, np.nonzero(together == group)[0], loads)
    for column in range(grid.shape[1]):
        low, high = int(grid.least[column]), int(grid.most[column])
        cp.add_linear_constraint(sum(loads[column]), low, high)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = grid.problem.seed % (1 << 31)
    solver.parameters.max_deterministic_time = EFFORT
    return int(solver.solve(cp)) == cp_model.INFEASIBLE


def _add_group(cp: cp_model.CpModel, grid: Grid, rows: Ints, loads: dict[int, list[Any]]) -> None:
    """How often each expert judges among these entries, and the sums of their rules."""
    rules, times = grid.problem.rules, grid.open[rows].sum(axis=0)
    cells = {c: cp.new_int_var(0, int(times[c]), "") for c in np.nonzero(times)[0].tolist()}
    for column, cell in cells.items():
        loads[column].append(cell)
    if not grid.loose[rows[0]]:
        cp.add(sum(cells.values()) == int(grid.need[rows].sum()))
    for kind in range(grid.lacking.shape[1]):
        if lacking := int(grid.lacking[rows, kind].sum()):
            cp.add(sum(v for c, v in cells.items() if grid.kind[c] == kind) >= lacking)

    def at_most(columns: list[int], most: int) -> None:
        free = [cells[c] for c in columns if c in cells]
        if free:
            stay = grid.kept[rows][:, columns].sum(axis=1)
            cp.add(sum(free) <= int(np.maximum(most - stay, 0).sum()))

    for pair in rules.apart:
        at_most(columns_of(grid, pair), 1)
    if rules.same_area is not None:
        for columns in areas_of(grid).values():
            at_most(columns, rules.same_area)
