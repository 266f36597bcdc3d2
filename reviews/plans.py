"""Making an assignment plan: asked for, solved by the worker, exchanged by hand, published.

Lock order: round, entries, plan, assignments, audit chain.
"""

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db import transaction

from foundation import clock
from foundation.audit.services import record
from foundation.jobs import services as jobs
from foundation.verdict import Conflict
from foundation.workflow.engine import perform, workflow_of
from reviews import proof
from reviews.assigning import Problem, Rules, cost_of, faults_of
from reviews.assigning.checking import faults_of_item, faults_of_load, loads_of
from reviews.drawing import hand_out
from reviews.models import Assignment, AssignmentPlan, Entry, Round
from reviews.permissions import can_assign
from reviews.planning import problem_of, rules_of, stored

if TYPE_CHECKING:
    from reviews.assigning.explaining import Clash

KIND = "reviews.plan"
Panels = dict[int, tuple[int, ...]]


def start(round: Round, rules: Rules, *, by: Any) -> AssignmentPlan:
    """The seed is the server's: nobody tries seeds until one pleases."""
    with transaction.atomic():
        can_assign(by, round).require()
        plan = AssignmentPlan.objects.create(
            round=round, rules=stored(rules), seed=secrets.randbits(31), created_by=by
        )
        record("assignmentplan.create", by=by, obj=plan, seed=plan.seed, rules=plan.rules)
        name = f"分配方案{plan.pk}核对单.xlsx"
        plan.job = jobs.start(KIND, by=by, filename=name, plan=plan.pk)
        plan.save(update_fields=["job"])
    return plan


def work(plan: AssignmentPlan, *, by: Any, step: Callable[[int], None]) -> None:
    """Solve it, or say why it cannot be solved. The worker does this, perhaps twice."""
    from reviews.assigning.solving import SOLVER, Unsolvable, solve

    if not plan.is_solving:
        raise Conflict("这份方案已经算完或者作废，不再计算。")
    problem = current_problem(plan)
    made: dict[str, Any] = {"digest": problem.digest, "solver": SOLVER}
    try:
        found = solve(problem, step)
    except Unsolvable as none:
        clashes = [[*clash.words, *_doubt(clash)] for clash in none.clashes]
        perform(plan, "fail", by=by, clashes=clashes, **made)
    else:
        made["proof"] = proof.proof_of(
            problem, found.panels, bound=found.bound, digest=problem.digest
        )
        made |= {"panels": _stored(found.panels), "cost": found.cost, "bound": found.bound}
        perform(plan, "solve", by=by, **made)


def _doubt(clash: "Clash") -> list[str]:
    """Of a large problem, where no plan was found without one of these rules."""
    return [] if clash.smallest else ["这一处规模较大，放宽其中一条可能还不够，请放宽后再算。"]


def current_problem(plan: AssignmentPlan) -> Problem:
    return problem_of(plan.round, rules_of(plan.rules, plan.round), plan.seed)


def panels_of(plan: AssignmentPlan) -> Panels:
    return {int(key): tuple(panel) for key, panel in plan.panels.items()}


def _stored(panels: Panels) -> dict[str, list[int]]:
    return {str(key): list(panel) for key, panel in panels.items()}


def proved(plan: AssignmentPlan, problem: Problem, panels: Panels) -> dict[str, Any]:
    return proof.proof_of(problem, panels, bound=plan.bound or 0, digest=plan.digest)


def exchange_fault(problem: Problem, panels: Panels, entry: int, leaves: int, comes: int) -> str:
    """What `comes` in the place of `leaves` would newly break, in words; "" for nothing."""
    before = panels.get(entry, ())
    if leaves not in before or comes not in problem.expert:
        return "这位专家已不在方案中，请刷新页面。"
    after = _exchanged(before, leaves, comes)
    known = {fault.words for fault in faults_of_item(problem, entry, before)}
    loads = loads_of(panels)
    found = [*faults_of_item(problem, entry, after)]
    found += faults_of_load(problem, problem.expert[comes], loads[comes] + 1)
    if leaves in problem.expert:
        found += faults_of_load(problem, problem.expert[leaves], loads[leaves] - 1)
    return "".join(fault.words for fault in found if fault.words not in known)


def _exchanged(panel: tuple[int, ...], leaves: int, comes: int) -> tuple[int, ...]:
    return tuple(sorted(comes if one == leaves else one for one in panel))


def exchange(
    plan: AssignmentPlan, entry: Entry, leaves: int, comes: int, *, by: Any, version: int
) -> None:
    """One expert for another in one panel, if every rule still holds."""
    with transaction.atomic():
        current = AssignmentPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
        can_assign(by, current.round).require()
        problem, panels = current_problem(current), panels_of(current)
        if fault := exchange_fault(problem, panels, entry.pk, leaves, comes):
            raise Conflict(f"不能这样调整：{fault}")
        panels[entry.pk] = _exchanged(panels[entry.pk], leaves, comes)
        perform(
            plan,
            "exchange",
            by=by,
            version=version,
            note=f"{entry}：{problem.name_of(leaves)}换为{problem.name_of(comes)}",
            panels=_stored(panels),
            cost=cost_of(problem, panels),
            proof=proved(current, problem, panels),
            edits=current.edits + 1,
        )


def publish(plan: AssignmentPlan, *, by: Any, version: int | None = None) -> int:
    """The plan becomes assignments, checked once more against the round as it is now."""
    with transaction.atomic():
        round = Round.objects.select_for_update(of=("self",)).get(pk=plan.round_id)
        entries = Entry.objects.select_for_update(of=("self",)).filter(round=round).order_by("pk")
        list(entries.values_list("pk"))
        can_assign(by, round).require()
        current = AssignmentPlan.objects.get(pk=plan.pk)
        workflow_of(current)["publish"].decide(current, by).require()
        problem, panels = current_problem(current), panels_of(current)
        if faults := faults_of(problem, panels):
            some = "".join(fault.words for fault in faults[:5])
            raise Conflict(f"方案制定之后情况有变，共{len(faults)}处不再符合规则，没有公布：{some}")
        found = proved(current, problem, panels)
        perform(plan, "publish", by=by, version=version, proof=found)
        made = _assigned(problem, panels)
        hand_out(round, made, plan.seed)
    return len(made)


def _assigned(problem: Problem, panels: Panels) -> list[Assignment]:
    now = clock.now()
    return [
        Assignment(entry_id=entry, reviewer_id=reviewer, assigned_at=now)
        for entry, panel in panels.items()
        for reviewer in panel
        if reviewer not in problem.kept.get(entry, ())
    ]
