"""The tables of batches and of both tracks. The stretch after the scores: `workflow_after`."""

from brands import permissions as may
from brands import workflow_after
from brands.models import (
    Batch,
    BatchStatus,
    Project,
    ProjectStatus,
    QuotaTransfer,
    Stage,
    Track,
    TransferStatus,
)
from brands.services import (
    batches,
    checking,
    lateness,
    projects,
    quotas,
    recommending,
    returning,
    stamping,
    telling,
    undoing,
)
from foundation.workflow.engine import Route, Transition, Workflow

S = ProjectStatus
B = BatchStatus
T = TransferStatus

# Where an application arrives is for its batch to say (`projects.entry_of`): with or without a
# recommendation, and how the bureau's check is called.
ENTRY = frozenset({S.DISTRICT_REVIEW, S.FORMAL_CHECK, S.PRECHECK})
CHECK = frozenset({S.RECOMMENDED, S.FORMAL_CHECK, S.PRECHECK})
DESKS = ENTRY | CHECK
ACCEPTED = frozenset({S.ELIGIBLE, S.SCORED})

# fmt: off
OWN = (
    Transition("submit", "提交申报", {S.DRAFT, S.RETURNED}, Route(projects.entry_of, DESKS),
               may.is_secretary_of, when=projects.may_be_submitted, change=projects.submitted,
               announce=telling.submitted),
    Transition("withdraw", "撤回申报", ENTRY, S.WITHDRAWN, may.is_secretary_of,
               when=projects.is_in_apply_window, announce=telling.withdrawn),
    Transition("revive", "恢复为草稿", {S.WITHDRAWN}, S.DRAFT, may.is_secretary_of,
               when=projects.is_in_apply_window),
)
# fmt: on


# What the level that sent a project back may do when nothing comes.
RETURNED = (
    Transition(
        "unreturn",
        "撤回退回",
        {S.RETURNED},
        Route(returning.desk_of, DESKS),
        may.is_returner_of,
        when=undoing.after("return", "district_return"),
        change=undoing.unreturned,
        announce=telling.taken_back,
        needs_note=True,
    ),
    Transition(
        "extend",
        "延长修改期限",
        {S.RETURNED},
        S.RETURNED,
        may.is_returner_of,
        when=returning.is_open,
        change=returning.extended,
        announce=telling.extended,
        needs_note=True,
    ),
    Transition(
        "resume",
        "按原提交内容办理",
        {S.RETURNED},
        Route(returning.desk_of, DESKS),
        may.is_returner_of,
        when=returning.is_overdue,
        change=returning.resumed,
        announce=telling.resumed,
    ),
    Transition(
        "lapse",
        "逾期未修改，不予通过",
        {S.RETURNED},
        Route(returning.refusal_of, frozenset({S.NOT_RECOMMENDED, S.REJECTED})),
        may.is_returner_of,
        when=returning.is_overdue,
        change=returning.lapsed,
        announce=telling.checked,
        needs_note=True,
    ),
)
BUREAU = (
    Transition(
        "accept",
        "审查通过",
        CHECK,
        Route(checking.way_on, ACCEPTED),
        may.is_bureau_of,
        when=stamping.may_be_accepted,
        change=checking.accepted,
        announce=lateness.marked(Stage.CHECK, telling.checked),
    ),
    Transition(
        "return",
        "退回修改",
        CHECK,
        S.RETURNED,
        may.is_bureau_of,
        when=checking.may_be_returned,
        change=checking.returned,
        announce=lateness.marked(Stage.CHECK, telling.returned),
        needs_note=True,
    ),
    Transition(
        "reject",
        "不予通过",
        CHECK,
        S.REJECTED,
        may.is_bureau_of,
        announce=lateness.marked(Stage.CHECK, telling.checked),
        needs_note=True,
    ),
    Transition(
        "unaccept",
        "撤回审查通过",
        ACCEPTED,
        Route(undoing.source_of, CHECK),
        may.is_bureau_of,
        when=undoing.after("accept"),
        announce=telling.taken_back,
        needs_note=True,
    ),
    Transition(
        "unreject",
        "撤回不予通过",
        {S.REJECTED},
        Route(undoing.source_of, CHECK),
        may.is_bureau_of,
        when=undoing.after("reject"),
        change=undoing.unrejected,
        announce=telling.taken_back,
        needs_note=True,
    ),
    Transition("start_review", "开始专家评审", {S.ELIGIBLE}, S.IN_REVIEW, may.is_bureau_of),
    Transition(
        "finish_review",
        "完成专家评审",
        {S.IN_REVIEW},
        S.SCORED,
        may.is_bureau_of,
        change=checking.scored,
    ),
)
DISTRICT = (
    Transition(
        "recommend",
        "推荐",
        {S.DISTRICT_REVIEW},
        S.RECOMMENDED,
        may.is_district_of,
        when=recommending.may_be_recommended,
        change=recommending.recommended,
        announce=lateness.marked(Stage.DISTRICT, telling.recommended),
    ),
    Transition(
        "unrecommend",
        "取消推荐",
        {S.RECOMMENDED},
        S.DISTRICT_REVIEW,
        may.is_district_of,
        when=recommending.may_be_taken_back,
        change=recommending.unrecommended,
        announce=telling.unrecommended,
    ),
    Transition(
        "not_recommend",
        "不予推荐",
        {S.DISTRICT_REVIEW},
        S.NOT_RECOMMENDED,
        may.is_district_of,
        when=recommending.is_in_window,
        announce=lateness.marked(Stage.DISTRICT, telling.checked),
        needs_note=True,
    ),
    Transition(
        "reconsider",
        "撤回不予推荐",
        {S.NOT_RECOMMENDED},
        S.DISTRICT_REVIEW,
        may.is_district_of,
        when=undoing.after("not_recommend"),
        announce=telling.taken_back,
        needs_note=True,
    ),
    Transition(
        "district_return",
        "退回学校修改",
        {S.DISTRICT_REVIEW},
        S.RETURNED,
        may.is_district_of,
        when=recommending.is_in_window,
        change=checking.district_returned,
        announce=lateness.marked(Stage.DISTRICT, telling.returned),
        needs_note=True,
    ),
)
BEFORE = (*OWN, *DISTRICT, *RETURNED, *BUREAU)

NAMING = Workflow(Project, [*BEFORE, *workflow_after.BRAND_AFTER], name=Track.NAMING)
ESTABLISHING = Workflow(
    Project, [*BEFORE, *workflow_after.SECRETARY_AFTER], name=Track.ESTABLISHING
)
BATCH = Workflow(
    Batch,
    [
        Transition(
            "open", "开启批次", {B.DRAFT}, B.OPEN, may.may_manage_batches,
            when=batches.may_be_opened, change=batches.opened,
        ),
        Transition("close", "结束批次", {B.OPEN}, B.CLOSED, may.may_manage_batches),
    ],
)  # fmt: skip
TRANSFER = Workflow(
    QuotaTransfer,
    [
        Transition("approve", "批准", {T.PENDING}, T.APPROVED, may.may_decide_transfer,
                   change=quotas.moved, announce=quotas.tell_answer),
        Transition("refuse", "不予批准", {T.PENDING}, T.REFUSED, may.may_decide_transfer,
                   announce=quotas.tell_answer, needs_note=True),
        Transition("take_back", "撤回申请", {T.PENDING}, T.TAKEN_BACK, may.may_take_transfer_back,
                   announce=quotas.tell_answer),
    ],
)  # fmt: skip
