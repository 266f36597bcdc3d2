"""The tables of invitations and of drawing lots."""

from datetime import datetime
from typing import Any

from foundation import clock
from foundation.verdict import Verdict, not_now
from foundation.workflow.engine import Transition, Workflow
from foundation.workflow.models import Event
from reviews import inviting, preparing_lots, wishing
from reviews.models import (
    AvoidWish,
    Invitation,
    InvitationStatus,
    Lots,
    LotsStatus,
    Tie,
    WishStatus,
)
from reviews.permissions_people import (
    can_answer,
    can_witness,
    is_invited,
    is_running,
    judges_wish,
    keeps_invitation,
    keeps_lots,
    lots_still_hold,
    owns_wish,
)

N, L, W = InvitationStatus, LotsStatus, WishStatus


def _answered(invitation: Invitation, **extra: Any) -> dict[str, Any]:
    return {"answered_at": clock.now()}


def _left(invitation: Invitation, *, by: Any, note: str, **extra: Any) -> dict[str, Any]:
    inviting.give_back(invitation, note, by=by)
    return {"answered_at": clock.now()}


def _asked_again(
    invitation: Invitation, *, by: Any, answer_by: datetime, **extra: Any
) -> dict[str, Any]:
    return {
        "answer_by": answer_by,
        "asked_at": clock.now(),
        "answered_at": None,
        "asked_by_id": by.pk,
    }


def _again(user: Any, invitation: Invitation) -> Verdict:
    if invitation.status == N.ASKED and not invitation.has_lapsed:
        return not_now("邀请还在等待答复，不必再次邀请。")
    return is_running(user, invitation)


def _send(invitation: Invitation, event: Event) -> None:
    inviting.send(invitation)


def _drawn(lots: Lots, *, by: Any, seed: str, **extra: Any) -> dict[str, Any]:
    return {
        "seed": seed,
        "drawn": preparing_lots.result(lots, seed),
        "witness_id": by.pk,
        "drawn_at": clock.now(),
    }


def _lots_facts(lots: Lots) -> dict[str, Any]:
    return {"digest": lots.digest, "seed": lots.seed, "drawn": [r["person"] for r in lots.drawn]}


def _tied(wish: AvoidWish, *, tie: Tie | None = None, **extra: Any) -> dict[str, Any]:
    return {"tie_id": tie.pk if tie else None}


INVITATION = Workflow(
    Invitation,
    [
        Transition(
            "accept", "接受邀请", {N.ASKED}, N.ACCEPTED, is_invited, when=can_answer,
            change=_answered,
        ),
        Transition(
            "decline", "谢绝邀请", {N.ASKED}, N.DECLINED, is_invited, when=is_running,
            change=_answered, announce=inviting.tell_asker, needs_note=True,
        ),
        Transition(
            "leave", "退出评审", {N.ACCEPTED, N.APPOINTED}, N.LEFT, is_invited, when=is_running,
            change=_left, announce=inviting.tell_asker, needs_note=True,
        ),
        Transition(
            "appoint", "指定参评", {N.ASKED, N.DECLINED, N.LEFT, N.WITHDRAWN}, N.APPOINTED,
            keeps_invitation, when=is_running, needs_note=True,
        ),
        Transition(
            "take_off", "登记退出", {N.ACCEPTED, N.APPOINTED}, N.LEFT, keeps_invitation,
            when=is_running, change=_left, needs_note=True,
        ),
        Transition(
            "withdraw", "撤回邀请", {N.ASKED}, N.WITHDRAWN, keeps_invitation, when=is_running,
            needs_note=True,
        ),
        Transition(
            "renew", "再次邀请", {N.ASKED, N.DECLINED, N.LEFT, N.WITHDRAWN}, N.ASKED,
            keeps_invitation, when=_again, change=_asked_again, announce=_send,
        ),
    ],
)  # fmt: skip

LOTS = Workflow(
    Lots,
    [
        Transition(
            "draw", "抽签", {L.PREPARED}, L.DRAWN, can_witness, when=lots_still_hold,
            change=_drawn, facts=_lots_facts,
        ),
        Transition(
            "discard", "作废名单", {L.PREPARED}, L.DISCARDED, keeps_lots, needs_note=True,
        ),
    ],
)  # fmt: skip

WISH = Workflow(
    AvoidWish,
    [
        Transition(
            "grant", "采纳", {W.WAITING}, W.GRANTED, judges_wish, change=_tied,
            announce=wishing.tell_applicant,
        ),
        Transition(
            "refuse", "不予采纳", {W.WAITING}, W.REFUSED, judges_wish,
            announce=wishing.tell_applicant, needs_note=True,
        ),
        Transition("take_back", "撤回申请", {W.WAITING}, W.TAKEN_BACK, owns_wish),
    ],
)  # fmt: skip
