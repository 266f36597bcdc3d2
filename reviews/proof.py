"""The proof of a plan: each rule, whether it holds, and whether anything is cheaper.

Counted by the checker from the panels; the solver has no part in it.
"""

from typing import Any

from foundation import clock
from reviews.assigning import Problem, cost_of
from reviews.assigning.checking import Fault, faults_by_rule, loads_of
from reviews.assigning.problem import Panels, Rule

MOST_FAULTS = 20


def proof_of(problem: Problem, panels: Panels, *, bound: int, digest: str) -> dict[str, Any]:
    """Plain words and figures, kept with the plan. `bound` and `digest` are from its solving."""
    loads, cost = loads_of(panels), cost_of(problem, panels)
    from reviews.assigning.proving import is_optimal

    optimal = is_optimal(problem, panels)
    return {
        "rules": [_line(problem, rule, faults) for rule, faults in faults_by_rule(problem, panels)],
        "loads": [[e.name, e.kind, loads[e.key]] for e in problem.experts],
        "entries": len(problem.items),
        "places": sum(len(panel) for panel in panels.values()),
        "kept": sum(len(panel) for panel in problem.kept.values()),
        "cost": cost,
        "bound": cost if optimal else bound,
        "optimal": optimal or cost == bound,
        "same_inputs": problem.digest == digest,
        "checked_at": clock.now().isoformat(),
    }


def gap_of(proof: dict[str, Any]) -> str:
    """How far above the proven bound, in per cent with two places, never rounded down to none."""
    cost, bound = proof["cost"], proof["bound"]
    if not bound:
        return "—"
    hundredths = -(-10_000 * (cost - bound) // bound)
    return f"{hundredths // 100}.{hundredths % 100:02d}%"


def _line(problem: Problem, rule: Rule, faults: list[Fault]) -> dict[str, Any]:
    return {
        "words": words_of(problem, rule),
        "holds": not faults,
        "faults": [fault.words for fault in faults[:MOST_FAULTS]],
        "count": len(faults),
    }


def words_of(problem: Problem, rule: Rule) -> str:
    rules = problem.rules
    match rule.about:
        case "need":
            count = sum(item.group == rule.which for item in problem.items)
            return f"“{rule.which}”类{count}项，每项{rules.per_entry}位不同的专家"
        case "most":
            own = sum(expert.most is not None for expert in problem.experts)
            bound = f"每位专家最多{rules.most}项" if rules.most is not None else "专家任务数上限"
            return f"{bound}，{own}位专家另有本人上限" if own else bound
        case "least":
            return f"每位专家至少{rules.least}项"
        case "required":
            return f"每项至少{dict(rules.required)[str(rule.which)]}位“{rule.which}”"
        case "same_area":
            return f"每项来自同一板块的专家最多{rules.same_area}位"
        case "apart":
            pair = rules.apart[int(rule.which)]
            return f"{'与'.join(problem.name_of(key) for key in pair)}不同组"
        case "barred":
            return f"回避：{rule.which}（{len(problem.barred[str(rule.which)])}对专家与项目）"
        case "pool":
            return "新分配的专家都在可以分配的名单中"
        case _:
            return "已分配的专家全部保留"
