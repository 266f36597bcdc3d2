"""Does each rule hold? Counted anew from the panels alone, with nothing of the solver's."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from reviews.assigning.problem import Expert, Panels, Problem, Rule, rules_in_force


@dataclass(frozen=True, slots=True)
class Fault:
    """A broken rule in words, the entry it is about where it is about one."""

    rule: Rule
    words: str
    item: int | None = None


def faults_of(problem: Problem, panels: Panels) -> list[Fault]:
    """Everything that these panels break; empty means that every rule holds."""
    loads = loads_of(panels)
    found = [
        fault
        for item in problem.items
        for fault in faults_of_item(problem, item.key, panels.get(item.key, ()))
    ]
    for expert in problem.experts:
        found += faults_of_load(problem, expert, loads[expert.key])
    return found


def faults_by_rule(problem: Problem, panels: Panels) -> list[tuple[Rule, list[Fault]]]:
    """For the proof: each rule in force with its faults."""
    found: dict[Rule, list[Fault]] = {rule: [] for rule in rules_in_force(problem)}
    for fault in faults_of(problem, panels):
        found.setdefault(fault.rule, []).append(fault)
    return list(found.items())


def loads_of(panels: Panels) -> Counter[int]:
    return Counter(expert for panel in panels.values() for expert in panel)


def cost_of(problem: Problem, panels: Panels) -> int:
    """Every expert off their field, and every load squared, by the weights of the rules."""
    rules = problem.rules
    off = 0
    for item in problem.items:
        for key in panels.get(item.key, ()):
            expert = problem.expert.get(key)
            off += expert is not None and item.group not in expert.fields
    loads = loads_of(panels)
    uneven = sum(loads[expert.key] ** 2 for expert in problem.experts)
    return off * rules.expertise + uneven * rules.balance


def faults_of_item(problem: Problem, key: int, panel: tuple[int, ...]) -> Iterator[Fault]:
    """What one entry's panel breaks, loads apart."""
    name = problem.item[key].name
    yield from _of_number(problem, key, panel)
    yield from _of_kinds(problem, key, panel)
    stay = problem.kept.get(key, ())
    for expert in panel:
        if expert not in problem.expert and expert not in stay:
            yield Fault(Rule("pool"), f"{name}：有一位专家已退出，或不在可以分配的名单中。", key)
        for reason, pairs in problem.barred.items():
            if (key, expert) in pairs:
                words = f"{name}：{problem.name_of(expert)}应当回避（{reason}）。"
                yield Fault(Rule("barred", reason), words, key)
    for number, pair in enumerate(problem.rules.apart):
        if set(pair) <= set(panel):
            both = "与".join(problem.name_of(one) for one in sorted(pair))
            yield Fault(Rule("apart", number), f"{name}：{both}不能同组。", key)


def faults_of_load(problem: Problem, expert: Expert, load: int) -> Iterator[Fault]:
    """What one expert's number of entries breaks."""
    most = problem.most_of(expert)
    if load > most:
        yield Fault(Rule("most"), f"{expert.name}分到{load}项，最多{most}项。")
    if load < problem.rules.least:
        words = f"{expert.name}分到{load}项，至少应有{problem.rules.least}项。"
        yield Fault(Rule("least"), words)


def _of_number(problem: Problem, key: int, panel: tuple[int, ...]) -> Iterator[Fault]:
    item, wanted = problem.item[key], problem.rules.per_entry
    different = len(set(panel))
    if different != len(panel):
        yield Fault(Rule("need", item.group), f"{item.name}：同一位专家分到两次。", key)
    wanted = max(wanted, len(problem.kept.get(key, ())))
    if different != wanted and item.group not in problem.exempt:
        words = f"{item.name}：有{different}位专家，应为{wanted}位。"
        yield Fault(Rule("need", item.group), words, key)
    if lost := set(problem.kept.get(key, ())) - set(panel):
        names = "、".join(problem.name_of(one) for one in sorted(lost))
        yield Fault(Rule("kept"), f"{item.name}：{names}已分配，应当保留。", key)


def _of_kinds(problem: Problem, key: int, panel: tuple[int, ...]) -> Iterator[Fault]:
    item, rules = problem.item[key], problem.rules
    experts = [problem.expert[one] for one in panel if one in problem.expert]
    kinds = Counter(expert.kind for expert in experts)
    for kind, count in rules.required:
        if kinds[kind] < count and item.group not in problem.exempt:
            words = f"{item.name}：“{kind}”{kinds[kind]}位，至少应有{count}位。"
            yield Fault(Rule("required", kind), words, key)
    if rules.same_area is not None:
        for area, count in Counter(e.area for e in experts if e.area).items():
            if count > rules.same_area:
                words = f"{item.name}：{area}的专家{count}位，最多{rules.same_area}位。"
                yield Fault(Rule("same_area"), words, key)
