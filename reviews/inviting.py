"""Asking people to judge a round, and what follows from their answers.

The round's row is locked first, as where a plan is published: nobody who has just left is given
an entry. Lock order: round, invitation, entry, assignment, audit chain.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from foundation import clock
from foundation.audit.services import record
from foundation.notifications.services import Letter, tell, tell_each
from foundation.verdict import Conflict
from foundation.workflow.engine import perform
from foundation.workflow.models import Event
from reviews import services
from reviews.conflicts import reviewer_pool
from reviews.models import (
    TAKING_PART,
    Assignment,
    Invitation,
    InvitationStatus,
    Lots,
    LotsStatus,
    Round,
)
from reviews.permissions_people import can_invite


@contextmanager
def _round_locked(pk: int) -> Iterator[Round]:
    with transaction.atomic():
        yield Round.objects.select_for_update(of=("self",)).get(pk=pk)


def invite(round: Round, people: Collection[int], answer_by: datetime, *, by: Any) -> int:
    """Ask these, again who was asked before; how many. Who takes part already is left alone."""
    with _round_locked(round.pk) as current:
        can_invite(by, current).require()
        if answer_by <= clock.now():
            raise Conflict("答复截止时间已过，请改为以后的时间。")
        pool = reviewer_pool()
        if strangers := set(people) - set(pool):
            raise Conflict(f"有{len(strangers)}人已不在专家名单中，请刷新页面后重新选择。")
        asked = {one.reviewer_id: one for one in current.invitations.all()}
        drawn = _drawn_by(current)
        count = 0
        for person in sorted(set(people)):
            if person in asked:
                count += _ask_again(asked[person], answer_by, by=by)
                continue
            made = Invitation.objects.create(
                round=current,
                reviewer_id=person,
                answer_by=answer_by,
                lots_id=drawn.get(person),
                asked_by=by,
            )
            send(made)
            record("invitation.create", by=by, obj=made, reviewer=person, lots=made.lots_id)
            count += 1
    return count


def _ask_again(invitation: Invitation, answer_by: datetime, *, by: Any) -> bool:
    if invitation.status in TAKING_PART:
        return False
    if invitation.status == InvitationStatus.ASKED and not invitation.has_lapsed:
        return False
    perform(invitation, "renew", by=by, answer_by=answer_by)
    return True


def _drawn_by(round: Round) -> dict[int, int]:
    """person → the lots that chose them."""
    found: dict[int, int] = {}
    for lots in Lots.objects.filter(round=round, status=LotsStatus.DRAWN).order_by("pk"):
        found |= {row["person"]: lots.pk for row in lots.drawn}
    return found


def move(
    invitation: Invitation, name: str, *, by: Any, note: str = "", version: int | None = None
) -> Event:
    """One line of its table, in the order of locks that a published plan keeps."""
    with _round_locked(invitation.round_id):
        return perform(invitation, name, by=by, note=note, version=version)


def give_back(invitation: Invitation, reason: str, *, by: Any) -> int:
    """Who leaves gives back what is not handed in; what is handed in counts on."""
    left = Assignment.objects.filter(
        entry__round=invitation.round_id, reviewer=invitation.reviewer_id
    ).unfinished()
    rows = list(left.order_by("entry"))
    for assignment in rows:
        services.give_up(assignment, f"退出本轮评审：{reason}", by=by)
    return len(rows)


def to_replace(invitations: Iterable[Invitation]) -> dict[str, int]:
    """kind → how many said no, left or let the day pass, for whom nobody of it was asked since."""
    gone: dict[str, list[datetime]] = defaultdict(list)
    asked: dict[str, list[datetime]] = defaultdict(list)
    for one in invitations:
        profile = getattr(one.reviewer, "reviewer", None)
        kind = profile.kind if profile else ""
        if one.has_lapsed:
            gone[kind].append(one.answer_by)
        elif one.status in (InvitationStatus.DECLINED, InvitationStatus.LEFT):
            gone[kind].append(one.answered_at or one.asked_at)
        elif one.status != InvitationStatus.WITHDRAWN:
            asked[kind].append(one.asked_at)
    left: Counter[str] = Counter()
    for kind, moments in gone.items():
        later = sorted(asked[kind])
        for moment in sorted(moments):
            later = [one for one in later if one > moment]
            if later:
                later.pop(0)
            else:
                left[kind] += 1
    return dict(left)


def send(invitation: Invitation) -> None:
    """Round and day, never who applied."""
    round = invitation.round
    tell(
        [
            Letter(
                user_id=invitation.reviewer_id,
                key=f"invitation:{invitation.pk}:{words(invitation.answer_by)}",
                subject=f"请您参加评审，请于{_day(invitation.answer_by)}前答复",
                text=(
                    f"请您担任{round}的评审专家，评分时间{words(round.opens_at)}至"
                    f"{words(round.closes_at)}。请于{words(invitation.answer_by)}前登录系统，"
                    "接受邀请，或写明理由谢绝。"
                ),
                link=reverse("reviews:invitation", args=[invitation.pk]),
                subject_kind="invitation",
                facts={"invitation": invitation.pk},
            )
        ]
    )


def is_wanted(facts: dict[str, Any]) -> bool:
    return Invitation.objects.waiting().filter(pk=facts["invitation"]).exists()


def tell_asker(invitation: Invitation, event: Event) -> None:
    """Who asked hears of a no, and of somebody who leaves: there is a replacement to be found."""
    reason = f"理由：{event.note}" if event.note else ""
    tell_each(
        {invitation.asked_by_id},
        f"invitation-answer:{event.pk}",
        f"{invitation.reviewer.name}{invitation.get_status_display()}评审邀请"
        if invitation.status == InvitationStatus.DECLINED
        else f"{invitation.reviewer.name}退出评审",
        f"{invitation.round}：{invitation.reviewer.name}{event.label}。{reason}请补抽或另邀专家。",
        reverse("reviews:invitations", args=[invitation.round_id]),
    )


def words(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y年%m月%d日%H:%M}"


def _day(moment: datetime) -> str:
    local = timezone.localtime(moment)
    return f"{local.month}月{local.day}日"
