"""The cheapest assignment of a small case by trying everything: nothing shared with the solver."""

import random
from itertools import chain, combinations

from reviews.assigning import Expert, Item, Problem, Rules

KINDS = ["校长书记", "教科研人员", "机关干部"]
GROUPS = ["幼儿园", "小学", "初中"]
AREAS = ["", "甲", "乙"]


def random_case(seed: int) -> Problem:
    """Tight enough that about a third of the cases have no solution."""
    chance = random.Random(seed)
    experts = [
        Expert(
            key=100 + n,
            name=f"专家{n}",
            kind=chance.choice(KINDS),
            area=chance.choice(AREAS),
            fields=frozenset(chance.sample(GROUPS, chance.randint(0, 2))),
            most=chance.choice([None, None, None, 2, 3]),
        )
        for n in range(chance.randint(3, 5))
    ]
    items = [Item(n, f"《项目{n}》", chance.choice(GROUPS)) for n in range(chance.randint(1, 4))]
    keys = [expert.key for expert in experts]
    per_entry = chance.randint(1, 3)
    cells = [(item.key, key) for item in items for key in keys]
    barred = {
        reason: frozenset(chance.sample(cells, chance.randint(0, len(cells) // 6)))
        for reason in ("同校", "同一板块")
    }
    kept = {}
    for item in items:
        free = [k for k in keys if not any((item.key, k) in pairs for pairs in barred.values())]
        if free and chance.random() < 0.2:
            kept[item.key] = (chance.choice(free),)
    rules = Rules(
        per_entry=per_entry,
        least=chance.choice([0, 0, 1]),
        most=chance.choice([None, 2, 3, 4]),
        required=tuple((k, 1) for k in KINDS if chance.random() < 0.25),
        apart=tuple(combo for combo in combinations(keys, 2) if chance.random() < 0.08),
        same_area=chance.choice([None, None, 1]),
        expertise=chance.choice([0, 1, 4]),
        balance=chance.choice([0, 1, 1]),
    )
    return Problem(tuple(items), tuple(experts), rules, barred, kept, seed)


def least_cost(problem: Problem) -> int | None:
    """Entry by entry over all loads that can be reached; None where no choice keeps the rules.

    The loads of all experts are one number, four bits for each.
    """
    reached = {0: 0}
    for item in problem.items:
        following: dict[int, int] = {}
        for panel, price in _panels(problem, item):
            step = sum(1 << 4 * n for n in panel)
            for loads, cost in reached.items():
                taken = loads + step
                if cost + price < following.get(taken, 1 << 60):
                    following[taken] = cost + price
        reached = following
    rules = problem.rules
    ends = []
    for packed, cost in reached.items():
        loads = [packed >> 4 * n & 15 for n in range(len(problem.experts))]
        if all(
            _is_bearable(rules, e, load) for e, load in zip(problem.experts, loads, strict=True)
        ):
            ends.append(cost + rules.balance * sum(load * load for load in loads))
    return min(ends, default=None)


def _is_bearable(rules, expert, load):
    mosts = [most for most in (rules.most, expert.most) if most is not None]
    return rules.least <= load and all(load <= most for most in mosts)


def _panels(problem, item):
    loose = item.group in problem.exempt
    everybody = range(len(problem.experts))
    sizes = range(len(problem.experts) + 1) if loose else [problem.rules.per_entry]
    for panel in chain.from_iterable(combinations(everybody, size) for size in sizes):
        if _keeps_rules(problem, item, [problem.experts[n] for n in panel], loose=loose):
            yield set(panel), sum(_price(problem, item, n) for n in panel)


def _price(problem, item, n):
    return 0 if item.group in problem.experts[n].fields else problem.rules.expertise


def _keeps_rules(problem, item, panel, *, loose):
    keys = {expert.key for expert in panel}
    rules = problem.rules
    if not set(problem.kept.get(item.key, ())) <= keys:
        return False
    if any((item.key, key) in pairs for pairs in problem.barred.values() for key in keys):
        return False
    if any(set(pair) <= keys for pair in rules.apart):
        return False
    lacks = any(sum(e.kind == kind for e in panel) < count for kind, count in rules.required)
    if lacks and not loose:
        return False
    areas = [expert.area for expert in panel if expert.area]
    return rules.same_area is None or all(areas.count(a) <= rules.same_area for a in areas)
