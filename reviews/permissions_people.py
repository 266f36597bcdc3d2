"""Who asks, who answers, who draws lots and who watches it."""

from typing import Any

from brands.models import Project, ProjectStatus
from brands.permissions import is_member_of
from foundation.verdict import ALLOWED, Verdict, allowed, denied, not_now
from reviews.models import Assignment, AvoidWish, Invitation, Lots, Round
from reviews.permissions import can_manage
from schools.models import Role
from schools.rights import rights_of


def can_invite(user: Any, round: Round) -> Verdict:
    """Before the round opens as well as while it runs."""
    manages = can_manage(user, round)
    if not manages:
        return manages
    open_yet = is_not_over(round)
    return manages if open_yet else open_yet


def is_not_over(round: Round) -> Verdict:
    return not_now("本轮评审已经锁定，专家不再变动。") if round.is_frozen else ALLOWED


def is_invited(user: Any, invitation: Invitation) -> Verdict:
    if invitation.reviewer_id != getattr(user, "pk", None):
        return denied("请由受邀的专家本人答复。")
    for appointment in rights_of(user).having(Role.REVIEWER):
        return allowed(appointment)
    return denied("您目前不在评审专家名单中。")


def can_answer(user: Any, invitation: Invitation) -> Verdict:
    if invitation.has_lapsed:
        return not_now("答复时间已过。如仍愿意参加，请与局工作人员联系。")
    return is_not_over(invitation.round)


def is_running(user: Any, invitation: Invitation) -> Verdict:
    return is_not_over(invitation.round)


def keeps_invitation(user: Any, invitation: Invitation) -> Verdict:
    return can_manage(user, invitation)


def may_give_up(user: Any, assignment: Assignment) -> Verdict:
    """Whoever leaves a round gives back their own; the staff do it for them."""
    if assignment.reviewer_id == getattr(user, "pk", None):
        return ALLOWED
    return can_manage(user, assignment)


def keeps_lots(user: Any, lots: Lots) -> Verdict:
    return can_manage(user, lots)


def can_witness(user: Any, lots: Lots) -> Verdict:
    """Supervision, and never who made the list."""
    for appointment in rights_of(user).having(Role.SUPERVISION):
        if lots.prepared_by_id == user.pk:
            return denied("准备名单的人不能监督抽签，请由其他监督人员抽签。")
        return allowed(appointment)
    return denied("抽签由纪检监督人员操作。")


def lots_still_hold(user: Any, lots: Lots) -> Verdict:
    return is_not_over(lots.round)


# Before the review; in it only until somebody was given the entry.
_BEFORE_REVIEW = frozenset(
    {
        ProjectStatus.DRAFT,
        ProjectStatus.RETURNED,
        ProjectStatus.DISTRICT_REVIEW,
        ProjectStatus.RECOMMENDED,
        ProjectStatus.PRECHECK,
        ProjectStatus.FORMAL_CHECK,
        ProjectStatus.ELIGIBLE,
    }
)


def sees_wishes(user: Any, project: Project) -> Verdict:
    """The applicant's own people and the city, where experts judge at all."""
    if not project.batch.has_review:
        return denied("这个批次不设专家评审。")
    return ALLOWED if rights_of(user).is_city else is_member_of(user, project)


def may_wish(user: Any, project: Project) -> Verdict:
    """One answer for everything later than the assignment: it must not tell how far a result is."""
    person = is_member_of(user, project)
    if not person:
        return person
    if not project.batch.has_review:
        return denied("这个批次不设专家评审。")
    if project.status in _BEFORE_REVIEW:
        return person
    given = Assignment.objects.filter(entry__project=project).exists()
    if project.status == ProjectStatus.IN_REVIEW and not given:
        return person
    return not_now("专家已经分配，或项目不再评审，不能再申请回避。")


def owns_wish(user: Any, wish: AvoidWish) -> Verdict:
    return is_member_of(user, wish.project)


def judges_wish(user: Any, wish: AvoidWish) -> Verdict:
    return can_manage(user, wish)
