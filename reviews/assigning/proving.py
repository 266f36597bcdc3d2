"""Is a plan the cheapest? Anybody can check it: no exchange, and no ring of exchanges, saves."""

import numpy as np
from numpy.typing import NDArray

from reviews.assigning.problem import Panels, Problem

_NEVER = 1 << 40


def is_optimal(problem: Problem, panels: Panels) -> bool:
    """True when no ring of hand-overs from expert to expert makes the whole cheaper.

    For panels without rules between experts of one entry that is what optimal means: a flow is
    cheapest exactly if its residual network has no ring of negative cost. The pair and area rules
    are not looked at, so with them the answer is about the problem without them.
    """
    saving = _hand_overs(problem, panels)
    ends = np.zeros(len(saving), np.int64)
    for _ in range(len(saving) + 1):
        better = np.minimum(ends, (ends[:, None] + saving).min(axis=0))
        if (better == ends).all():
            return True
        ends = better
    return False


def _hand_overs(problem: Problem, panels: Panels) -> NDArray[np.int64]:
    """[a, b]: the least it costs that a gives one entry to b. The last place is the spare load."""
    experts = problem.experts
    column = {expert.key: n for n, expert in enumerate(experts)}
    count = len(experts)
    held, fixed, off, closed = _cells(problem, panels, column)
    kinds = np.array([expert.kind for expert in experts])
    saving = np.full((count + 1, count + 1), _NEVER, np.int64)
    required = dict(problem.rules.required)
    in_kind = {kind: held[:, kinds == kind].sum(axis=1) for kind in required}
    for n, expert in enumerate(experts):
        rows = np.nonzero(held[:, n] & ~fixed[:, n])[0]
        if not len(rows):
            continue
        may = ~held[rows] & ~closed[rows]
        if expert.kind in required:
            needed = in_kind[expert.kind][rows] <= required[expert.kind]
            may &= (kinds == expert.kind)[None, :] | ~needed[:, None]
        change = np.where(may, off[rows] - off[rows, n][:, None], _NEVER)
        saving[n, :count] = change.min(axis=0)
    _add_loads(problem, held, saving)
    return saving


def _cells(
    problem: Problem, panels: Panels, column: dict[int, int]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.int64], NDArray[np.bool_]]:
    """Who holds what, what of it is fixed, what each cell costs, where nobody may go."""
    shape = len(problem.items), len(problem.experts)
    held, fixed, closed = (np.zeros(shape, dtype=bool) for _ in range(3))
    off = np.zeros(shape, np.int64)
    row = {item.key: n for n, item in enumerate(problem.items)}
    weights = {
        group: [(group not in e.fields) * problem.rules.expertise for e in problem.experts]
        for group in {item.group for item in problem.items}
    }
    for n, item in enumerate(problem.items):
        off[n] = weights[item.group]
        held[n, [column[e] for e in panels.get(item.key, ()) if e in column]] = True
        fixed[n, [column[e] for e in problem.kept.get(item.key, ()) if e in column]] = True
    for pairs in problem.barred.values():
        for item_key, expert_key in pairs:
            if item_key in row and expert_key in column:
                closed[row[item_key], column[expert_key]] = True
    return held, fixed, off, closed


def _add_loads(problem: Problem, held: NDArray[np.bool_], saving: NDArray[np.int64]) -> None:
    """From and to the spare load: one entry less for one expert, one more for another."""
    loads = held.sum(axis=0)
    for n, expert in enumerate(problem.experts):
        load = int(loads[n])
        if load > problem.rules.least:
            saving[-1, n] = -(2 * load - 1) * problem.rules.balance
        if load < problem.most_of(expert):
            saving[n, -1] = (2 * load + 1) * problem.rules.balance
