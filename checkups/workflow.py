"""The two tables: a check, and a rectification (domain.md C3, C6)."""

from checkups import services
from checkups.models import Checkup, Rectification
from checkups.models import CheckupStatus as C
from checkups.models import RectificationStatus as R
from checkups.permissions import (
    can_review,
    can_verify,
    is_school,
    is_secretary,
)
from foundation.workflow.engine import Route, Transition, Workflow

_reviewed = Route(services.after_review, frozenset({C.RECTIFYING, C.CLOSED}))

CHECKUPS = Workflow(
    Checkup,
    [
        Transition(
            "submit",
            "提交体检",
            {C.OPEN, C.RETURNED},
            C.SUBMITTED,
            is_secretary,
            when=services.is_complete,
            change=services.on_submit,
        ),
        Transition(
            "return",
            "退回修改",
            {C.SUBMITTED},
            C.RETURNED,
            can_review,
            needs_note=True,
            when=services.may_return,
            change=services.on_return,
            announce=services.tell_returned,
        ),
        Transition(
            "review",
            "审核通过",
            {C.SUBMITTED},
            _reviewed,
            can_review,
            when=services.is_complete,
            change=services.on_review,
            announce=services.open_problems,
        ),
        Transition(
            "close", "全部销号，办结", {C.RECTIFYING}, C.CLOSED, is_secretary, automatic=True
        ),
    ],
)

RECTIFICATIONS = Workflow(
    Rectification,
    [
        Transition("plan", "制定措施", {R.OPEN}, R.PLANNED, is_school, change=services.on_plan),
        Transition("start", "开始整改", {R.PLANNED, R.RETURNED}, R.IN_PROGRESS, is_school),
        Transition(
            "request",
            "申请销号",
            {R.IN_PROGRESS},
            R.CLOSURE_REQUESTED,
            is_secretary,
            needs_note=True,
            change=services.on_request,
        ),
        Transition(
            "verify",
            "验收销号",
            {R.CLOSURE_REQUESTED},
            R.VERIFIED_CLOSED,
            can_verify,
            change=services.on_verify,
            announce=services.after_verify,
        ),
        Transition(
            "return",
            "退回整改",
            {R.CLOSURE_REQUESTED},
            R.RETURNED,
            can_verify,
            needs_note=True,
            change=services.on_reopen,
            announce=services.tell_reopened,
        ),
    ],
)
