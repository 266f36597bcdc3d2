"""The best panels where no two experts hang together: a minimum cost flow, optimal by its proof."""

import numpy as np
from ortools.graph.python import min_cost_flow

from reviews.assigning.grid import Bools, Grid, Ints

TIES = 16  # a draw among equals: 0…15, all of them together below the smallest real cost
WINDOW = 24


def flow(grid: Grid) -> Bools | None:
    """The chosen cells, None where there is no such choice.

    Load costs its square, one arc a step, so steps are laid only in a window about the even load.
    Where an expert ends inside it the choice is optimal without the others, too: the function is
    convex. Where one ends at its edge, the window is widened.
    """
    window, widest = WINDOW, grid.shape[0] + 1
    while True:
        chosen = _flow(grid, window)
        if chosen is not None and (window >= widest or _is_inside(grid, chosen, window)):
            return chosen
        if window >= widest:
            return None
        # Nothing fits, or somebody stands at the edge: all steps for the former.
        window = widest if chosen is None else min(window * 4, widest)


def _even(grid: Grid) -> int:
    return int((grid.load.sum() + grid.need.sum()) // max(len(grid.load), 1))


def _steps(grid: Grid, window: int) -> tuple[Ints, Ints]:
    """For each expert the new load up to which steps cost alike, and the highest laid."""
    even = _even(grid)
    low = np.clip(even - window - grid.load, grid.least, grid.most)
    high = np.clip(even + window - grid.load, grid.least, grid.most)
    return low, high


def _is_inside(grid: Grid, chosen: Bools, window: int) -> bool:
    low, high = _steps(grid, window)
    taken = chosen.sum(axis=0)
    above = (taken >= low) | (low <= grid.least)
    below = (taken < high) | (high >= grid.most)
    return bool(np.all(above & below))


def _parts(grid: Grid) -> tuple[Ints, Ints, Ints]:
    """Each expert's part of a panel (-1 for none), and the least and most of each row and part.

    The required kinds; without them the areas, so that mixing them costs no repair. Both at once
    are no flow.
    """
    rules, rows = grid.problem.rules, grid.shape[0]
    if grid.lacking.shape[1] or rules.same_area is None:
        return grid.kind, grid.lacking, np.broadcast_to(grid.need[:, None], grid.lacking.shape)
    areas = {e.area: n for n, e in enumerate(grid.problem.experts) if e.area}
    number = {area: n for n, area in enumerate(areas)}
    part = np.array([number.get(e.area, -1) for e in grid.problem.experts], np.int64)
    most = np.zeros((rows, len(number)), np.int64)
    for n in number.values():
        most[:, n] = np.maximum(rules.same_area - grid.kept[:, part == n].sum(axis=1), 0)
    return part, np.zeros_like(most), most


def _flow(grid: Grid, window: int) -> Bools | None:
    rows, columns = grid.shape
    total = int(grid.need.sum())
    if (grid.lacking.sum(axis=1) > grid.need).any() or (grid.least > grid.most).any():
        return None
    scale = total * (TIES - 1) + 1
    solver = min_cost_flow.SimpleMinCostFlow()
    part, least, most = _parts(grid)
    parts = least.shape[1]
    # Nodes: entries, entries by part, experts, the drain.
    expert = rows * (1 + parts)
    drain = expert + columns
    at_row, at_column = np.nonzero(grid.open)
    of = part[at_column]
    tail = np.where(of < 0, at_row, rows + at_row * parts + of)
    # The legacy generator, because its numbers are the same in every version of numpy.
    chance = np.random.RandomState(grid.problem.seed)
    ties = chance.randint(0, TIES, size=grid.shape)[at_row, at_column]
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        tail, expert + at_column, np.ones_like(tail), grid.cost[at_row, at_column] * scale + ties
    )
    each = np.arange(rows)
    for n in range(parts):
        solver.add_arcs_with_capacity_and_unit_cost(
            each, rows + each * parts + n, np.ascontiguousarray(most[:, n]), np.zeros_like(each)
        )
    _add_loads(solver, grid, window, expert, drain, scale)
    solver.set_nodes_supplies(each, grid.need - least.sum(axis=1))
    for n in range(parts):
        solver.set_nodes_supplies(rows + each * parts + n, np.ascontiguousarray(least[:, n]))
    solver.set_nodes_supplies(expert + np.arange(columns), -grid.least)
    solver.set_node_supply(drain, int(grid.least.sum()) - total)
    if solver.solve() != solver.OPTIMAL:
        return None
    chosen = np.zeros(grid.shape, dtype=bool)
    used = np.asarray(solver.flows(arcs)) > 0
    chosen[at_row[used], at_column[used]] = True
    return chosen


def _add_loads(
    solver: min_cost_flow.SimpleMinCostFlow,
    grid: Grid,
    window: int,
    expert: int,
    drain: int,
    scale: int,
) -> None:
    """The square of the load in steps of one: the j-th entry costs 2j - 1."""
    low, high = _steps(grid, window)
    balance = grid.problem.rules.balance * scale
    for n, (least, first, last) in enumerate(zip(grid.least, low, high, strict=True)):
        if not balance:
            first = last = grid.most[n]
        steps = np.arange(first + 1, last + 1)
        widths = np.concatenate(([first - least], np.ones_like(steps)))
        upto = np.concatenate(([first], steps)) + grid.load[n]
        ends = np.full_like(upto, drain)
        solver.add_arcs_with_capacity_and_unit_cost(
            np.full_like(upto, expert + n), ends, widths, (2 * upto - 1) * balance
        )
