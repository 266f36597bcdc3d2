"""Why there is no plan: a smallest set of rules that clash, each in words with its figures."""

from dataclasses import dataclass, replace

import numpy as np

from reviews.assigning.feasibility import is_solvable
from reviews.assigning.flowing import flow
from reviews.assigning.grid import grid_of
from reviews.assigning.problem import Item, Problem, Rule, rules_in_force, without
from reviews.assigning.relaxing import MOST_CELLS
from reviews.assigning.repairing import repair

MOST_CLASHES = 5


@dataclass(frozen=True, slots=True)
class Clash:
    """Rules that cannot all hold; without any one of them the others can.

    Of a problem too large to try that, `smallest` says whether it was seen: a plan was found without
    each of them.
    """

    rules: tuple[Rule, ...]
    words: tuple[str, ...]
    smallest: bool = True


def clashes_of(problem: Problem) -> list[Clash]:
    """One clash after another, each found with the entries of those before set aside."""
    found: list[Clash] = []
    while len(found) < MOST_CLASHES and not is_solvable(problem):
        rules = _smallest(problem)
        alone = only(problem, rules)
        words = tuple(_words(alone, rule, rules) for rule in rules)
        found.append(Clash(tuple(rules), words, _is_smallest(problem, rules)))
        needs = {rule for rule in rules if rule.about == "need"}
        problem = without(problem, needs or set(rules))
    return found


def only(problem: Problem, rules: list[Rule]) -> Problem:
    return without(problem, set(rules_in_force(problem)) - set(rules))


def _smallest(problem: Problem) -> list[Rule]:
    """A deletion filter: every rule that the clash does not need is dropped for good."""
    left = rules_in_force(problem)
    for rule in list(left):
        fewer = [other for other in left if other != rule]
        if not is_solvable(only(problem, fewer)):
            left = fewer
    return left


def _is_smallest(problem: Problem, rules: list[Rule]) -> bool:
    """Small problems were judged exactly; of large ones a plan is sought without each rule."""
    return all(
        _has_plan(only(problem, [other for other in rules if other != rule])) for rule in rules
    )


def _has_plan(problem: Problem) -> bool:
    grid, rules = grid_of(problem), problem.rules
    if grid.open.sum() <= MOST_CELLS or not (rules.apart or rules.same_area is not None):
        return True
    # Entries that may have any number are left with none: the flow asks for exact numbers.
    grid = replace(grid, open=grid.open & ~grid.loose[:, None], loose=np.zeros_like(grid.loose))
    chosen = flow(grid)
    if chosen is None:
        return False
    return repair(grid, chosen, 0, alive=lambda: None)[0] is not None


def _words(problem: Problem, rule: Rule, clash: list[Rule]) -> str:
    rules, experts = problem.rules, problem.experts
    match rule.about:
        case "need":
            return _need(problem, str(rule.which))
        case "most":
            places = sum(problem.most_of(expert) for expert in experts)
            return f"{len(experts)}位专家按各自上限合计最多评{places}项次，{_wanted(problem)}。"
        case "least":
            places = rules.least * len(experts)
            return (
                f"每位专家至少{rules.least}项，{len(experts)}位专家合计至少{places}项次，"
                f"{_wanted(problem)}。"
            )
        case "required":
            count = sum(expert.kind == rule.which for expert in experts)
            least = dict(rules.required)[str(rule.which)]
            return f"每项至少{least}位“{rule.which}”，专家库中有{count}位。"
        case "same_area":
            areas = len({expert.area for expert in experts if expert.area})
            free = sum(not expert.area for expert in experts)
            others = f"，另有{free}位不属任何板块" if free else ""
            return f"每项来自同一板块的专家最多{rules.same_area}位，专家分属{areas}个板块{others}。"
        case "apart":
            before = [one.which for one in clash if one.about == "apart"]
            pair = rules.apart[before.index(rule.which)]
            names = "与".join(problem.name_of(key) for key in pair)
            return f"{names}不能同组。"
        case _:
            pairs = problem.barred[str(rule.which)]
            return f"回避：{rule.which}（涉及{len({expert for _, expert in pairs})}位专家）。"


def _asked(problem: Problem) -> list[Item]:
    return [item for item in problem.items if item.group not in problem.exempt]


def _wanted(problem: Problem) -> str:
    asked = _asked(problem)
    return f"{len(asked)}项申报需要{len(asked) * problem.rules.per_entry}项次"


def _need(problem: Problem, group: str) -> str:
    items = [item for item in problem.items if item.group == group]
    free = {item.key: len(problem.experts) for item in items}
    for item_key, expert_key in set().union(*problem.barred.values()):
        if item_key in free and expert_key in problem.expert:
            free[item_key] -= 1
    scarce = min(items, key=lambda item: free[item.key])
    count, wanted = free[scarce.key], problem.rules.per_entry
    category = f"“{group}”类" if group else "未分类的项目"
    if count < wanted:
        return f"{category}有{count}位无利益关系的专家，需要{wanted}位（如{scarce.name}）。"
    return f"{category}{len(items)}项，每项需要{wanted}位专家。"
