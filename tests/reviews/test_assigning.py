"""The solver of assignments against an exact one, and what it says when there is no solution."""

from collections import Counter
from dataclasses import replace

import pytest

from reviews.assigning import (
    Expert,
    Item,
    Problem,
    Rules,
    faults_of,
)
from reviews.assigning.checking import loads_of
from reviews.assigning.explaining import clashes_of, only
from reviews.assigning.grid import grid_of
from reviews.assigning.problem import Rule
from reviews.assigning.proving import is_optimal
from reviews.assigning.relaxing import is_ruled_out
from reviews.assigning.solving import Unsolvable, solve
from tests.depth import sized
from tests.reviews.exact_assignment import least_cost, random_case

CASES = sized("cases", tenth=range(40), full=range(1000, 1500))


def check(problem):
    """What the two solvers say of one case; "solved" or "unsolvable"."""
    best = least_cost(problem)
    if best is None:
        check_clashes(problem)
        return "unsolvable"
    assert not is_ruled_out(grid_of(problem))
    plan = solve(problem)
    hangs = bool(problem.rules.apart) or problem.rules.same_area is not None
    assert faults_of(problem, plan.panels) == []
    assert plan.cost == best
    assert plan.bound <= plan.cost
    assert hangs or plan.bound == plan.cost
    assert hangs or is_optimal(problem, plan.panels)
    assert solve(problem) == plan
    return "solved"


def check_clashes(problem):
    """None of the rules told can go without the others becoming possible."""
    with pytest.raises(Unsolvable) as none:
        solve(problem)
    assert none.value.clashes
    for clash in none.value.clashes:
        rules = list(clash.rules)
        assert least_cost(only(problem, rules)) is None
        for rule in rules:
            fewer = [other for other in rules if other != rule]
            assert least_cost(only(problem, fewer)) is not None


@CASES
def test_random_cases_equal_the_exact_solver(cases):
    ends = Counter(check(random_case(seed)) for seed in cases)

    assert min(ends["solved"], ends["unsolvable"]) > len(cases) // 10


def problem(items=6, experts=8, **rules):
    groups = ["幼儿园", "小学"]
    rules.setdefault("per_entry", 3)
    return Problem(
        tuple(Item(n, f"《项目{n}》", groups[n % 2]) for n in range(items)),
        tuple(
            Expert(
                100 + n, f"专家{n}", "教科研人员" if n < 2 else "校长书记", fields=frozenset(groups)
            )
            for n in range(experts)
        ),
        Rules(**rules),
    )


def test_the_seed_decides_among_equals_and_nothing_else():
    one, other = problem(items=12), replace(problem(items=12), seed=1)

    assert solve(one).panels != solve(other).panels
    assert solve(one).cost == solve(other).cost
    assert one.digest != other.digest


def test_loads_are_even():
    plan = solve(problem(items=8, experts=6))

    assert set(loads_of(plan.panels).values()) == {4}


def test_a_top_up_keeps_everybody_and_evens_out_the_rest():
    first = solve(problem())
    gone = first.panels[0][0]
    kept = {key: tuple(e for e in panel if e != gone) for key, panel in first.panels.items()}
    barred = {"已回避": frozenset((key, gone) for key in kept)}
    again = replace(problem(), kept=kept, barred=barred)

    plan = solve(again)

    assert all(set(kept[key]) <= set(plan.panels[key]) for key in kept)
    assert faults_of(again, plan.panels) == []
    assert gone not in loads_of(plan.panels)


def test_somebody_who_stays_though_no_longer_in_the_pool_counts():
    again = replace(problem(items=1), kept={0: (7,)})

    panel = solve(again).panels[0]

    assert 7 in panel
    assert len(panel) == 3


def test_a_clash_is_told_with_its_figures():
    barred = {"同一板块": frozenset((0, 100 + n) for n in range(6))}
    short = replace(problem(per_entry=5, most=6), barred=barred)

    clashes = clashes_of(short)

    assert [clash.rules for clash in clashes] == [
        (Rule("barred", "同一板块"), Rule("need", "幼儿园"))
    ]
    assert clashes[0].words == (
        "回避：同一板块（涉及6位专家）。",
        "“幼儿园”类有2位无利益关系的专家，需要5位（如《项目0》）。",
    )


def test_every_separate_clash_is_told():
    barred = {"同校": frozenset((n, 100 + e) for n in (0, 1) for e in range(7))}

    clashes = clashes_of(replace(problem(), barred=barred))

    assert {clash.rules[-1].which for clash in clashes} == {"幼儿园", "小学"}


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"most": 2}, "8位专家按各自上限合计最多评16项次，6项申报需要18项次。"),
        ({"least": 3}, "每位专家至少3项，8位专家合计至少24项次，6项申报需要18项次。"),
        ({"required": (("市外专家", 1),)}, "每项至少1位“市外专家”，专家库中有0位。"),
    ],
)
def test_bounds_and_kinds_that_cannot_hold(rules, words):
    (clash, *_) = clashes_of(problem(**rules))

    assert words in clash.words


def test_two_of_a_pair_never_meet_and_the_gap_is_told():
    apart = ((100, 101), (100, 102), (103, 104))
    plan = solve(problem(items=20, apart=apart))

    assert not any(set(pair) <= set(panel) for panel in plan.panels.values() for pair in apart)
    assert plan.cost == plan.bound


def test_the_square_of_the_load_is_weighed_against_the_field():
    """Six entries, one expert who knows them: 4 and 2 cost 16 + 4 + 2 × 4, less than 5 and 1."""
    knows, other = Expert(1, "甲", fields=frozenset({"小学"})), Expert(2, "乙")
    items = tuple(Item(n, f"《项目{n}》", "小学") for n in range(6))

    plan = solve(Problem(items, (knows, other), Rules(per_entry=1)))

    assert (loads_of(plan.panels), plan.cost) == ({1: 4, 2: 2}, 28)


def test_what_a_required_kind_forbids_is_no_saving():
    items = tuple(Item(n, f"《项目{n}》", "小学") for n in range(2))
    experts = (Expert(1, "甲", "教科研人员"), Expert(2, "乙", "校长书记"))
    one = Problem(items, experts, Rules(per_entry=1, required=(("教科研人员", 1),)))

    assert is_optimal(one, solve(one).panels)


def test_a_dearer_plan_is_not_called_optimal():
    even = problem(items=2, per_entry=1, experts=2)

    assert is_optimal(even, {0: (100,), 1: (101,)})
    assert not is_optimal(even, {0: (100,), 1: (100,)})


def test_the_checker_sees_each_kind_of_fault():
    small = replace(
        problem(
            items=2,
            per_entry=2,
            most=1,
            least=1,
            required=(("教科研人员", 1),),
            apart=((102, 103),),
        ),
        barred={"同校": frozenset({(1, 104)})},
        kept={1: (105,)},
    )

    found = {fault.rule.about for fault in faults_of(small, {0: (102, 103), 1: (102, 104, 106)})}

    assert found == {"need", "kept", "required", "apart", "barred", "most", "least"}


def test_who_is_no_longer_in_the_pool_is_a_fault_unless_they_had_it_before():
    one = problem(items=1, per_entry=2)

    (fault,) = faults_of(one, {0: (7, 100)})

    assert fault.rule == Rule("pool")
    assert faults_of(replace(one, kept={0: (7,)}), {0: (7, 100)}) == []


def large(**rules):
    """More cells than are tried exactly."""
    groups = ["幼儿园", "小学"]
    areas = ["姑苏区", "吴中区", "吴江区"]
    return Problem(
        tuple(Item(n, f"《项目{n}》", groups[n % 2]) for n in range(900)),
        tuple(
            Expert(1000 + n, f"专家{n}", "校长书记", areas[n % 3], frozenset(groups))
            for n in range(90)
        ),
        Rules(**{"per_entry": 3, **rules}),
    )


def test_a_large_clash_of_areas_is_told():
    """Three areas, one expert of each at most, five wanted."""
    clashes = clashes_of(large(per_entry=5, same_area=1))

    assert {clash.rules for clash in clashes} == {
        (Rule("same_area"), Rule("need", "幼儿园")),
        (Rule("same_area"), Rule("need", "小学")),
    }
    assert "每项来自同一板块的专家最多1位，专家分属3个板块。" in clashes[0].words


def test_a_large_clash_of_pairs_is_told_from_the_sums():
    """Both must judge 60 of 100 entries and never one together; no single panel is short."""
    clashes = clashes_of(large(per_entry=54, least=540, apart=((1000, 1001), (1002, 1003))))

    assert {rule.about for clash in clashes for rule in clash.rules} == {"apart", "least"}
    assert "专家2与专家3不能同组。" in clashes[0].words


def test_one_hopeless_entry_among_many_is_told():
    one_area = frozenset((7, 1000 + n) for n in range(90) if n % 3)
    found = replace(large(same_area=1), barred={"同校": one_area})

    (clash,) = clashes_of(found)

    assert set(clash.rules) == {
        Rule("same_area"), Rule("barred", "同校"), Rule("need", "小学"),
    }  # fmt: skip
    assert clash.smallest


def test_a_large_problem_that_can_be_solved_is_not_ruled_out():
    assert clashes_of(large(same_area=1, most=40, apart=((1000, 1001),))) == []
