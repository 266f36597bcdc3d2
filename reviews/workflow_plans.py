"""The table of assignment plans: solved, exchanged by hand, published or thrown away."""

from typing import Any

from foundation import clock
from foundation.verdict import Verdict
from foundation.workflow.engine import Transition, Workflow
from reviews.models import AssignmentPlan, PlanStatus
from reviews.permissions import can_assign

P = PlanStatus


def may_plan(user: Any, plan: AssignmentPlan) -> Verdict:
    return can_assign(user, plan.round)


def _columns(plan: AssignmentPlan, *, by: Any, note: str, **columns: Any) -> dict[str, Any]:
    """What the solver or an exchange found, as it is written."""
    return columns


def _published(plan: AssignmentPlan, **extra: Any) -> dict[str, Any]:
    return {"published_at": clock.now(), "proof": extra["proof"]}


def _facts(plan: AssignmentPlan) -> dict[str, Any]:
    return {"seed": plan.seed, "digest": plan.digest, "cost": plan.cost, "bound": plan.bound}


PLAN = Workflow(
    AssignmentPlan,
    [
        Transition(
            "solve", "算出方案", {P.SOLVING}, P.READY, may_plan, change=_columns, facts=_facts
        ),
        Transition(
            "fail", "说明冲突", {P.SOLVING}, P.UNSOLVABLE, may_plan, change=_columns, facts=_facts
        ),
        Transition("exchange", "调整专家", {P.READY}, P.READY, may_plan, change=_columns),
        Transition(
            "publish", "公布方案", {P.READY}, P.PUBLISHED, may_plan,
            change=_published, facts=_facts,
        ),
        Transition(
            "discard", "作废方案", {P.SOLVING, P.UNSOLVABLE, P.READY}, P.DISCARDED, may_plan
        ),
    ],
)  # fmt: skip
