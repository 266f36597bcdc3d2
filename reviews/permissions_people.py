"""Who asks, who answers, who draws lots and who watches it."""

from typing import Any

from foundation.verdict import ALLOWED, Verdict, allowed, denied, not_now
from reviews.models import Assignment, Invitation, Lots, Round
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
