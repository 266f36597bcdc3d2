"""The tables of rounds and of single reviews."""

from typing import Any

from foundation import clock
from foundation.verdict import ALLOWED, Verdict, not_now
from foundation.workflow.engine import Transition, Workflow
from reviews import freezing, opening, scoring
from reviews.models import Assignment, AssignmentStatus, Round, RoundStatus
from reviews.permissions import can_manage, is_in_time, is_its_reviewer, may_open
from reviews.permissions_people import may_give_up
from reviews.results import keeping

R, A = RoundStatus, AssignmentStatus


def _can_submit(user: Any, assignment: Assignment) -> Verdict:
    opened = may_open(user, assignment)
    if not opened:
        return opened
    in_time = is_in_time(user, assignment)
    if not in_time:
        return in_time
    faults = scoring.faults_of(assignment)
    return not_now("".join(faults)) if faults else ALLOWED


def _round_is_open(user: Any, assignment: Assignment) -> Verdict:
    if assignment.entry.round.status != R.OPEN:
        return not_now("本轮评审已经锁定，不能再变动。")
    return ALLOWED


def _begin(assignment: Assignment, *, comment: str = "", **extra: Any) -> dict[str, Any]:
    return {"comment": comment}


def _submit(assignment: Assignment, **extra: Any) -> dict[str, Any]:
    return {"total": scoring.total_of(assignment), "submitted_at": clock.now()}


def _unsubmit(assignment: Assignment, **extra: Any) -> dict[str, Any]:
    return {"total": None, "submitted_at": None}


def _recuse(assignment: Assignment, *, by: Any, note: str, **extra: Any) -> dict[str, Any]:
    scoring.keep_recusal(assignment, by=by, reason=note)
    return {}


ROUND = Workflow(
    Round,
    [
        Transition(
            "open", "开始评审", {R.DRAFT}, R.OPEN, can_manage,
            when=opening.is_ready, change=opening.enter_projects,
        ),
        Transition(
            "freeze", "锁定评分", {R.OPEN}, R.FROZEN, can_manage,
            when=freezing.is_complete, change=freezing.rank_and_hand_over,
            facts=keeping.facts_of,
        ),
    ],
)  # fmt: skip

ASSIGNMENT = Workflow(
    Assignment,
    [
        Transition(
            "begin", "开始评分", {A.ASSIGNED}, A.DRAFT, is_its_reviewer, when=is_in_time,
            change=_begin,
        ),
        Transition(
            "submit", "提交评分", {A.ASSIGNED, A.DRAFT}, A.SUBMITTED, is_its_reviewer,
            when=_can_submit, change=_submit, announce=scoring.refresh_entry,
        ),
        Transition(
            "recuse", "申请回避", {A.ASSIGNED, A.DRAFT}, A.RECUSED, is_its_reviewer,
            when=_round_is_open, change=_recuse, needs_note=True,
        ),
        Transition(
            "release", "撤换专家", {A.ASSIGNED, A.DRAFT}, A.RECUSED, can_manage,
            when=_round_is_open, change=_recuse, needs_note=True,
        ),
        Transition(
            "give_up", "退出评审", {A.ASSIGNED, A.DRAFT}, A.RECUSED, may_give_up,
            when=_round_is_open, change=_recuse, needs_note=True,
        ),
        Transition(
            "reopen", "退回重评", {A.SUBMITTED}, A.DRAFT, can_manage,
            when=_round_is_open, change=_unsubmit, announce=scoring.refresh_entry_and_tell,
            needs_note=True,
        ),
    ],
)  # fmt: skip
