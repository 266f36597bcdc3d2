"""Panels that break a rule between experts are chosen again, with as few others as it takes."""

import random
from collections.abc import Callable

from ortools.sat.python import cp_model

from reviews.assigning.checking import cost_of, faults_of
from reviews.assigning.grid import Bools, Grid
from reviews.assigning.hanging import free_model, steady_model
from reviews.assigning.relaxing import EFFORT, GLANCE, MOST_CELLS

CHUNK, HELPERS = 10, 20
FIRST, WIDER = 40, 4
MOST_BROKEN = 1500
_HANGING = frozenset({"apart", "same_area"})


def repair(
    grid: Grid, chosen: Bools, bound: int, alive: Callable[[], None]
) -> tuple[Bools | None, int]:
    """Cells that keep the pair and area rules, too, None where none were found; and the bound.

    `chosen` is the best choice without these rules and `bound` its cost, which no plan can be
    below. A few rows at a time are exchanged so that the cost stays: then the plan is optimal.
    What cannot be mended so is chosen anew with all costs, more and more rows at once.
    """
    others = list(range(grid.shape[0]))
    random.Random(grid.problem.seed).shuffle(others)  # noqa: S311  repeatable, no secret
    chosen = _exchanged(grid, chosen, others, alive)
    broken = _broken(grid, chosen)
    if not broken:
        return chosen, bound
    others = [row for row in others if row not in set(broken)]
    extra = FIRST
    while True:
        rows = sorted([*broken, *others[:extra]])
        if grid.open[rows].sum() > MOST_CELLS:
            return None, bound
        alive()
        status, found = free_model(grid, rows, chosen).solve(EFFORT)
        is_whole = len(rows) == grid.shape[0]
        if found is not None:
            cost = cost_of(grid.problem, grid.panels(found))
            return found, cost if is_whole and status == cp_model.OPTIMAL else bound
        if is_whole:
            return None, bound
        extra *= WIDER


def _exchanged(grid: Grid, chosen: Bools, others: list[int], alive: Callable[[], None]) -> Bools:
    """A chunk of broken rows after another, each with some sound ones, at the same cost."""
    broken = _broken(grid, chosen)
    sound = [row for row in others if row not in set(broken)]
    for start in range(0, min(len(broken), MOST_BROKEN), CHUNK):
        alive()
        chunk = broken[start : start + CHUNK]
        for helpers in (HELPERS, HELPERS * WIDER):
            turn = random.Random(f"{grid.problem.seed}.{start}")  # noqa: S311
            rows = sorted([*chunk, *turn.sample(sound, min(helpers, len(sound)))])
            _, found = steady_model(grid, rows, chosen).solve(GLANCE)
            if found is not None:
                chosen = found
                sound += chunk
                break
    return chosen


def _broken(grid: Grid, chosen: Bools) -> list[int]:
    row = {item.key: n for n, item in enumerate(grid.problem.items)}
    faults = faults_of(grid.problem, grid.panels(chosen))
    rows = {row[f.item] for f in faults if f.item is not None and f.rule.about in _HANGING}
    return sorted(n for n in rows if grid.need[n])
