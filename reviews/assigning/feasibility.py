"""Is there any choice at all? Entries that stand alike are one node, so that this is quick."""

from typing import Any

import numpy as np
from ortools.graph.python import max_flow
from ortools.sat.python import cp_model

from reviews.assigning.grid import Grid, Ints, grid_of
from reviews.assigning.hanging import free_model
from reviews.assigning.problem import Problem
from reviews.assigning.relaxing import EFFORT, MOST_CELLS, is_ruled_out


def is_solvable(problem: Problem) -> bool:
    """False only where it is certain that no choice keeps every rule."""
    grid = grid_of(problem)
    if not _flows(grid):
        return False
    rules = problem.rules
    if not rules.apart and rules.same_area is None:
        return True
    if grid.open.sum() > MOST_CELLS:
        return not is_ruled_out(grid)
    rows = list(range(grid.shape[0]))
    model = free_model(grid, rows, np.zeros(grid.shape, dtype=bool))
    model.cp.clear_objective()
    return model.solve(EFFORT)[0] != cp_model.INFEASIBLE


def _flows(grid: Grid) -> bool:
    """A flow of alike entries can be dealt out among them evenly, so it is as good as theirs."""
    if (grid.lacking.sum(axis=1) > grid.need).any() or (grid.least > grid.most).any():
        return False
    alike, first, size = np.unique(
        np.hstack([grid.open, grid.loose[:, None], grid.need[:, None], grid.lacking]).astype(int),
        axis=0,
        return_index=True,
        return_counts=True,
    )
    return _flow(grid, first, size) if len(alike) else not grid.least.any()


def _flow(grid: Grid, first: Ints, size: Ints) -> bool:
    """A circulation with lower bounds: what must flow comes from the source, what may, round.

    Nodes: source, drain, the pool, the end, kinds of entry, these by required kind, experts.
    """
    rows, columns, kinds = len(first), grid.shape[1], grid.lacking.shape[1]
    source, drain, pool, end, entry = 0, 1, 2, 3, 4
    need, lacking = grid.need[first] * size, grid.lacking[first] * size[:, None]
    part = entry + rows
    expert = part + rows * kinds
    solver = max_flow.SimpleMaxFlow()
    each, people = np.arange(rows), expert + np.arange(columns)
    at_row, at_column = np.nonzero(grid.open[first])
    kind = grid.kind[at_column]
    tail = np.where(kind < 0, entry + at_row, part + at_row * kinds + kind)

    def join(tails: Any, heads: Ints, widths: Ints) -> None:
        solver.add_arcs_with_capacity(np.full_like(heads, tails), heads, widths)

    solver.add_arcs_with_capacity(tail, expert + at_column, size[at_row])
    join(source, entry + each, need - lacking.sum(axis=1))
    any_number = np.where(grid.loose[first], size * columns, 0)
    join(pool, entry + each, any_number)
    for n in range(kinds):
        nodes = part + each * kinds + n
        join(source, nodes, lacking[:, n])
        solver.add_arcs_with_capacity(entry + each, nodes, need + any_number)
    solver.add_arcs_with_capacity(people, np.full_like(people, drain), grid.least)
    solver.add_arcs_with_capacity(people, np.full_like(people, end), grid.most - grid.least)
    needs, leasts = int(need.sum()), int(grid.least.sum())
    solver.add_arc_with_capacity(pool, drain, needs)
    solver.add_arc_with_capacity(source, end, leasts)
    solver.add_arc_with_capacity(end, pool, needs + grid.shape[0] * columns)
    return solver.solve(source, drain) == solver.OPTIMAL and (
        solver.optimal_flow() == needs + leasts
    )
