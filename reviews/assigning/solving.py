"""From a problem to its plan: the flow, then the repair; or why there is none."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version

from reviews.assigning.checking import cost_of
from reviews.assigning.explaining import Clash, clashes_of
from reviews.assigning.flowing import flow
from reviews.assigning.grid import grid_of
from reviews.assigning.problem import STEPS, Problem
from reviews.assigning.repairing import repair

SOLVER = f"OR-Tools {version('ortools')}"


@dataclass(frozen=True, slots=True)
class Plan:
    """`bound`: no plan whatever costs less. Equal to `cost` the plan is optimal."""

    panels: dict[int, tuple[int, ...]]
    cost: int
    bound: int


class Unsolvable(Exception):
    """No plan keeps every rule; `clashes` is empty when none was found within the effort."""

    def __init__(self, clashes: list[Clash]) -> None:
        super().__init__("没有同时满足全部规则的分配方案。")
        self.clashes = clashes


def solve(problem: Problem, step: Callable[[int], None] = lambda done: None) -> Plan:
    """The same problem always has the same plan. `step` hears of each of STEPS as it is done,
    and of the second again and again while it is at work."""
    grid = grid_of(problem)
    step(1)
    chosen = flow(grid)
    step(2)
    if chosen is None:
        raise Unsolvable(clashes_of(problem))
    bound = cost_of(problem, grid.panels(chosen))
    rules = problem.rules
    if rules.apart or rules.same_area is not None:
        chosen, bound = repair(grid, chosen, bound, alive=lambda: step(2))
    step(3)
    if chosen is None:
        raise Unsolvable(clashes_of(problem))
    panels = grid.panels(chosen)
    step(STEPS)
    return Plan(panels, cost_of(problem, panels), bound)
