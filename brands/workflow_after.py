"""The tables after the scores: decision, publicity, objections, naming; tracking and closing.

`brands.workflow` joins BRAND_AFTER and SECRETARY_AFTER to the stretch before them.
"""

from typing import Any

from brands import permissions_after as may
from brands.models import (
    ChangeRequest,
    ChangeStatus,
    Honour,
    HonourStatus,
    Objection,
    ObjectionStatus,
    Project,
    ProjectStatus,
    Publicity,
    PublicityStatus,
    Stage,
)
from brands.permissions_keeping import may_renew
from brands.services import (
    changing,
    closing,
    deciding,
    keeping,
    lateness,
    naming,
    objecting,
    publishing,
    rechecking,
    register,
    releasing,
    taking_down,
)
from foundation.verdict import ALLOWED, Verdict, not_now
from foundation.workflow.engine import Route, Transition, Workflow

C = ChangeStatus
S = ProjectStatus
O = ObjectionStatus  # noqa: E741
P = PublicityStatus

GRADES = frozenset({S.CLOSED_EXCELLENT, S.CLOSED_GOOD, S.CLOSED_PASS, S.CLOSED_FAIL})


def _has_score(user: Any, project: Project) -> Verdict:
    if project.score is not None or not project.batch.has_review:
        return ALLOWED
    return not_now("评审得分尚未移交，不能提出拟定。")


def _is_published(user: Any, project: Project) -> Verdict:
    """True only inside the confirmation of a publicity: it moves its projects itself."""
    listed = project.publicity_entries.filter(publicity__status=P.PUBLISHED).exists()
    return ALLOWED if listed else not_now("项目尚未列入已发布的公示。")


def _is_investigated(user: Any, project: Project) -> Verdict:
    found = project.objections.filter(status=O.INVESTIGATING).exists()
    return ALLOWED if found else not_now("没有正在调查核实的异议。")


def _is_clear(user: Any, project: Project) -> Verdict:
    found = project.objections.filter(status=O.INVESTIGATING).exists()
    return not_now("仍有异议正在调查核实。") if found else ALLOWED


def _is_upheld(user: Any, project: Project) -> Verdict:
    found = project.objections.filter(status=O.UPHELD).exists()
    return ALLOWED if found else not_now("没有成立的异议。")


def _is_taken_down(user: Any, project: Project) -> Verdict:
    """True only inside the taking down of its notice, which moves it."""
    listed = project.publicity_entries.filter(publicity__status=P.TAKEN_DOWN).exists()
    return ALLOWED if listed else not_now("公示没有撤下。")


def _is_revoked(user: Any, project: Project) -> Verdict:
    """True only inside the revocation of its honour, which moves it."""
    found = Honour.objects.filter(project=project, status=HonourStatus.REVOKED).exists()
    return ALLOWED if found else not_now("荣誉没有撤销。")


# fmt: off
_DISCLOSE = Transition("disclose", "公布审定结果", {S.DECLINED}, S.DECLINED, may.decides_for,
                       when=releasing.is_untold, announce=releasing.tell_declined)

BRAND_AFTER: tuple[Transition, ...] = (
    Transition("propose", "列入拟定名单", {S.SCORED}, S.PROPOSED, may.is_bureau_for, when=_has_score,
               announce=lateness.marked(Stage.DECISION), internal_note=True),
    Transition("unpropose", "移出拟定名单", {S.PROPOSED}, S.SCORED, may.is_bureau_for, needs_note=True,
               internal_note=True),
    Transition("approve", "审定", {S.PROPOSED}, S.APPROVED, may.is_leader_for, change=deciding.approved,
               announce=lateness.marked(Stage.DECISION), internal_note=True),
    Transition("decline", "不予入选", {S.SCORED, S.PROPOSED}, S.DECLINED, may.is_leader_for,
               change=deciding.declined, needs_note=True, internal_note=True),
    _DISCLOSE,
    Transition("publish", "公示", {S.APPROVED}, S.PUBLICITY, may.decides_for, when=_is_published,
               announce=publishing.tell_published),
    Transition("hold", "暂缓", {S.PUBLICITY}, S.ON_HOLD, may.oversees, when=_is_investigated),
    Transition("release", "恢复公示", {S.ON_HOLD}, S.PUBLICITY, may.oversees, when=_is_clear),
    Transition("recall", "公示撤下，待重新公示", {S.PUBLICITY, S.ON_HOLD}, S.APPROVED, may.decides_for,
               when=_is_taken_down, announce=taking_down.tell_recalled, internal_note=True),
    Transition("uphold", "异议成立，取消入选", {S.APPROVED, S.PUBLICITY, S.ON_HOLD}, S.DECLINED, may.oversees,
               when=_is_upheld, change=objecting.removed, announce=objecting.tell_upheld, needs_note=True),
    Transition("name", "命名", {S.PUBLICITY}, S.NAMED, may.decides_for, when=naming.may_be_named,
               change=naming.register_honour, announce=naming.tell_named),
    Transition("revoke", "撤销命名", {S.NAMED}, S.REVOKED, may.is_leader_for, when=_is_revoked,
               announce=register.tell_revoked, needs_note=True),
)

SECRETARY_AFTER: tuple[Transition, ...] = (
    Transition("approve", "审定立项", {S.SCORED}, S.APPROVED, may.is_leader_for, when=_has_score,
               change=deciding.approved, announce=lateness.marked(Stage.DECISION), internal_note=True),
    Transition("decline", "不予立项", {S.SCORED}, S.DECLINED, may.is_leader_for,
               change=deciding.declined, needs_note=True, internal_note=True),
    # Its note is of the years when the leader's own decision was told at once.
    Transition("establish", "立项", {S.APPROVED}, S.ESTABLISHED, may.decides_for,
               when=releasing.is_released, announce=releasing.tell_established, internal_note=True),
    _DISCLOSE,
    Transition("start", "启动推进", {S.ESTABLISHED}, S.IN_PROGRESS, may.leads, when=closing.is_planned,
               announce=keeping.plan_midterm),
    Transition("end", "终止项目", {S.ESTABLISHED, S.IN_PROGRESS}, S.TERMINATED, may.is_bureau_for,
               when=changing.is_approved_to_end),
    Transition("apply_closing", "申请结项", {S.IN_PROGRESS, S.CLOSED_FAIL}, S.CLOSING, may.leads,
               when=closing.may_close_now, change=closing.with_report,
               announce=lateness.marked(Stage.CLOSING, closing.tell_bureau)),
    Transition("return_closing", "退回结项申请", {S.CLOSING}, S.IN_PROGRESS, may.is_bureau_for,
               announce=closing.answered, needs_note=True),
    Transition("start_closing_review", "开始结项评审", {S.CLOSING}, S.CLOSING_REVIEW, may.is_bureau_for),
    Transition("finish_closing_review", "移交结项得分", {S.CLOSING_REVIEW}, S.CLOSING_SCORED,
               may.is_bureau_for, change=closing.with_score),
    Transition("close", "审定结项", {S.CLOSING_SCORED}, Route(closing.grade_of, GRADES),
               may.is_leader_for, announce=closing.answered),
)

CHANGE = Workflow(ChangeRequest, (
    Transition("approve", "批准", {C.PENDING}, C.APPROVED, may.may_decide_change,
               when=changing.may_be_approved, announce=changing.take_effect),
    Transition("refuse", "不予批准", {C.PENDING}, C.REFUSED, may.may_decide_change,
               announce=changing.tell_answer, needs_note=True),
    Transition("take_back", "撤回申请", {C.PENDING}, C.TAKEN_BACK, may.may_take_change_back),
))

PUBLICITY = Workflow(Publicity, (
    Transition("confirm", "复核并发布", {P.DRAFT}, P.PUBLISHED, may.may_confirm_publicity,
               when=publishing.may_publish, change=publishing.frozen,
               announce=publishing.move_projects, facts=publishing.sealed),
    Transition("ask_take_down", "提出提前撤下", {P.PUBLISHED}, P.PUBLISHED, may.may_ask_take_down,
               when=taking_down.is_not_asked, change=taking_down.asked,
               announce=taking_down.tell_second, needs_note=True),
    Transition("keep_up", "不撤下，继续公示", {P.PUBLISHED}, P.PUBLISHED, may.may_ask_take_down,
               when=taking_down.is_asked, change=taking_down.kept_up),
    Transition("take_down", "确认撤下", {P.PUBLISHED}, P.TAKEN_DOWN, may.may_take_down,
               when=taking_down.is_asked, announce=taking_down.recall_projects),
    Transition("end", "公示期满", {P.PUBLISHED}, P.ENDED, lambda user, obj: ALLOWED,
               when=publishing.is_due, automatic=True),
))

HONOUR = Workflow(Honour, (
    Transition("amend", "登记牌匾和有效期", {HonourStatus.VALID}, HonourStatus.VALID,
               may.may_amend_honour, change=register.amended),
    Transition("renew", "复评续期", {HonourStatus.VALID}, HonourStatus.VALID, may_renew,
               when=rechecking.is_renewed, change=rechecking.renewed),
    Transition("revoke", "撤销", {HonourStatus.VALID}, HonourStatus.REVOKED,
               may.may_revoke_honour, change=register.revoked, announce=register.move_project,
               needs_note=True),
))

OBJECTION = Workflow(Objection, (
    Transition("accept", "受理", {O.RECEIVED}, O.INVESTIGATING, may.may_handle_objection,
               change=objecting.taken_up, announce=objecting.hold_project),
    Transition("not_accept", "不予受理", {O.RECEIVED}, O.NOT_ACCEPTED, may.may_handle_objection,
               needs_note=True),
    Transition("take_over", "接办", {O.INVESTIGATING}, O.INVESTIGATING, may.may_take_objection,
               change=objecting.taken_over, needs_note=True),
    Transition("uphold", "认定异议成立", {O.INVESTIGATING}, O.UPHELD, may.may_conclude_objection,
               announce=objecting.remove_project, needs_note=True),
    Transition("dismiss", "认定异议不成立", {O.INVESTIGATING}, O.DISMISSED, may.may_conclude_objection,
               announce=objecting.release_project, needs_note=True),
))
# fmt: on
