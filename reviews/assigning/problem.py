"""What an assignment is made from: entries, experts, rules, who is barred, what stays."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256

Pairs = frozenset[tuple[int, int]]  # (item, expert)
Panels = Mapping[int, tuple[int, ...]]  # item → its experts

STEPS = 4  # Of solving, for who waits.


@dataclass(frozen=True, slots=True)
class Expert:
    """A reviewer. `area` is "" for one of no area, `most` None for as many as the rules allow."""

    key: int
    name: str
    kind: str = ""
    area: str = ""
    fields: frozenset[str] = frozenset()
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """An entry to be judged; `group` is its category, which experts may know well."""

    key: int
    name: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """`required`: at least so many of a kind for each entry. `apart`: two who never share one.

    `same_area`: at most so many experts of one area for each entry. The two weights are what one
    expert off their field, and one step of uneven load, count in the cost.
    """

    per_entry: int
    least: int = 0
    most: int | None = None
    required: tuple[tuple[str, int], ...] = ()
    apart: tuple[tuple[int, int], ...] = ()
    same_area: int | None = None
    expertise: int = 4
    balance: int = 1


@dataclass(frozen=True)
class Problem:
    """`barred`: for each reason the pairs it forbids. `kept`: panels that stand and only grow.

    `exempt`: categories that take any number of experts, only while a clash is looked for.
    """

    items: tuple[Item, ...]
    experts: tuple[Expert, ...]
    rules: Rules
    barred: Mapping[str, Pairs] = field(default_factory=dict)
    kept: Panels = field(default_factory=dict)
    seed: int = 0
    exempt: frozenset[str] = frozenset()

    @cached_property
    def expert(self) -> dict[int, Expert]:
        return {expert.key: expert for expert in self.experts}

    @cached_property
    def item(self) -> dict[int, Item]:
        return {item.key: item for item in self.items}

    @cached_property
    def digest(self) -> str:
        """SHA-256 of everything the plan depends on, in one fixed way of writing."""
        facts = {
            "items": sorted([i.key, i.group] for i in self.items),
            "experts": sorted([_facts(e) for e in self.experts], key=str),
            "rules": _rules(self.rules),
            "barred": {reason: sorted(pairs) for reason, pairs in sorted(self.barred.items())},
            "kept": sorted([key, sorted(panel)] for key, panel in self.kept.items() if panel),
            "seed": self.seed,
        }
        text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        return sha256(text.encode()).hexdigest()

    def name_of(self, key: int) -> str:
        expert = self.expert.get(key)
        return expert.name if expert else "已不在专家库的专家"

    def most_of(self, expert: Expert) -> int:
        """The tighter of the round's bound and the expert's own."""
        bounds = [most for most in (self.rules.most, expert.most) if most is not None]
        return min([len(self.items), *bounds])


def _facts(expert: Expert) -> list[object]:
    return [expert.key, expert.kind, expert.area, sorted(expert.fields), expert.most]


def _rules(rules: Rules) -> list[object]:
    return [
        rules.per_entry,
        rules.least,
        rules.most,
        sorted(rules.required),
        sorted(sorted(pair) for pair in rules.apart),
        rules.same_area,
        rules.expertise,
        rules.balance,
    ]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule that may be dropped: what it is about, and which one of those."""

    about: str
    which: str | int = ""


def rules_in_force(problem: Problem) -> list[Rule]:
    """Every rule that can clash, those that are cheapest to judge without last."""
    rules = problem.rules
    found = [Rule("apart", number) for number in range(len(rules.apart))]
    if rules.same_area is not None:
        found.append(Rule("same_area"))
    if rules.least:
        found.append(Rule("least"))
    if rules.most is not None or any(e.most is not None for e in problem.experts):
        found.append(Rule("most"))
    found += [Rule("required", kind) for kind, count in rules.required if count]
    found += [Rule("barred", reason) for reason, pairs in problem.barred.items() if pairs]
    groups = dict.fromkeys(i.group for i in problem.items if i.group not in problem.exempt)
    return found + [Rule("need", group) for group in groups]


def without(problem: Problem, dropped: frozenset[Rule] | set[Rule]) -> Problem:
    """The same problem with these rules not asked for."""
    rules, experts = problem.rules, problem.experts
    if Rule("most") in dropped:
        rules = replace(rules, most=None)
        experts = tuple(replace(expert, most=None) for expert in experts)
    if Rule("least") in dropped:
        rules = replace(rules, least=0)
    if Rule("same_area") in dropped:
        rules = replace(rules, same_area=None)
    rules = replace(
        rules,
        required=tuple(one for one in rules.required if Rule("required", one[0]) not in dropped),
        apart=tuple(p for n, p in enumerate(rules.apart) if Rule("apart", n) not in dropped),
    )
    barred = {r: pairs for r, pairs in problem.barred.items() if Rule("barred", r) not in dropped}
    exempt = problem.exempt | {str(rule.which) for rule in dropped if rule.about == "need"}
    return replace(problem, rules=rules, experts=experts, barred=barred, exempt=exempt)
