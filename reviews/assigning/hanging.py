"""Rules between the experts of one entry (never these two, areas mixed), as a CP-SAT model."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from ortools.sat.python import cp_model

from reviews.assigning.grid import Bools, Grid


@dataclass
class Model:
    """The panels of `rows` are free, all others stand as in `chosen`; `cells`: the variables."""

    grid: Grid
    rows: list[int]
    chosen: Bools
    cp: cp_model.CpModel = field(default_factory=cp_model.CpModel)
    cells: dict[tuple[int, int], cp_model.IntVar] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for row in self.rows:
            for column in np.nonzero(self.grid.open[row])[0].tolist():
                cell = self.cells[row, column] = self.cp.new_bool_var("")
                self.cp.add_hint(cell, bool(self.chosen[row, column]))
            _add_panel(self, row)

    @property
    def by_column(self) -> dict[int, list[cp_model.IntVar]]:
        found: dict[int, list[cp_model.IntVar]] = {n: [] for n in range(self.grid.shape[1])}
        for (_, column), cell in self.cells.items():
            found[column].append(cell)
        return found

    @property
    def off_field(self) -> Any:
        grid = self.grid
        return sum(cell * int(grid.cost[at]) for at, cell in self.cells.items() if grid.cost[at])

    def solve(self, effort: float) -> tuple[int, Bools | None]:
        """The solver's status, and all cells where it found some.

        `effort` is CP-SAT's own deterministic time: a busy machine finds the same.
        """
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = self.grid.problem.seed % (1 << 31)
        solver.parameters.max_deterministic_time = effort
        status = int(solver.solve(self.cp))
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return status, None
        found = self.chosen.copy()
        found[self.rows] = False
        for (row, column), cell in self.cells.items():
            found[row, column] = solver.boolean_value(cell)
        return status, found


def steady_model(grid: Grid, rows: list[int], chosen: Bools) -> Model:
    """Whatever it finds costs no more than `chosen`: everybody's load stays as it is."""
    model = Model(grid, rows, chosen)
    loads = chosen[rows].sum(axis=0)
    for column, cells in model.by_column.items():
        model.cp.add(sum(cells) == int(loads[column]))
    model.cp.add(model.off_field <= int(grid.cost[rows][chosen[rows]].sum()))
    return model


def free_model(grid: Grid, rows: list[int], chosen: Bools) -> Model:
    """Loads within their bounds, their squares in the cost."""
    model, balance = Model(grid, rows, chosen), grid.problem.rules.balance
    others = np.ones(grid.shape[0], dtype=bool)
    others[rows] = False
    outside, terms = chosen[others].sum(axis=0).tolist(), []
    for column, cells in model.by_column.items():
        low = max(int(grid.least[column]) - outside[column], 0)
        high = min(int(grid.most[column]) - outside[column], len(cells))
        model.cp.add_linear_constraint(sum(cells), low, high)
        load = int(grid.load[column]) + outside[column]
        steps = [model.cp.new_bool_var("") for _ in range(high)] if balance else []
        if steps:
            model.cp.add(sum(cells) == sum(steps))
        terms += [(2 * (load + n) - 1) * balance * step for n, step in enumerate(steps, 1)]
    model.cp.minimize(model.off_field + sum(terms))
    return model


def _add_panel(model: Model, row: int) -> None:
    grid, rules = model.grid, model.grid.problem.rules
    panel = {c: model.cells[row, c] for c in np.nonzero(grid.open[row])[0].tolist()}
    if not grid.loose[row]:
        model.cp.add(sum(panel.values()) == int(grid.need[row]))
    for kind in range(grid.lacking.shape[1]):
        if lacking := int(grid.lacking[row, kind]):
            model.cp.add(sum(v for c, v in panel.items() if grid.kind[c] == kind) >= lacking)
    kept = set(np.nonzero(grid.kept[row])[0].tolist())
    for pair in rules.apart:
        _at_most(model, panel, kept, columns_of(grid, pair), 1)
    if rules.same_area is not None:
        for columns in areas_of(grid).values():
            _at_most(model, panel, kept, columns, rules.same_area)


def _at_most(
    model: Model,
    panel: dict[int, cp_model.IntVar],
    kept: set[int],
    columns: list[int],
    most: int,
) -> None:
    """Who stays is not sent away: where they alone are too many, nobody is added."""
    free = [panel[c] for c in columns if c in panel]
    if free:
        model.cp.add(sum(free) <= max(most - len(kept & set(columns)), 0))


def columns_of(grid: Grid, keys: Iterable[int]) -> list[int]:
    place = {expert.key: n for n, expert in enumerate(grid.problem.experts)}
    return [place[key] for key in keys if key in place]


def areas_of(grid: Grid) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for column, expert in enumerate(grid.problem.experts):
        if expert.area:
            found.setdefault(expert.area, []).append(column)
    return found
