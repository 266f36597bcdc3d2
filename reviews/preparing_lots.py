"""Lots for whom to invite: the staff prepare the list, supervision draws, the record stays.

Lock order: round, lots, audit chain.
"""

import secrets
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.urls import reverse

from foundation.audit.services import record
from foundation.notifications.services import tell_each
from foundation.verdict import Conflict
from foundation.workflow.engine import perform
from reviews import lots as drawing
from reviews.invited import members_of
from reviews.lots import Candidate, Wanted
from reviews.models import Lots, Round
from reviews.permissions_people import can_invite
from schools.models import Role
from schools.recipients import everybody

CHANGED = "准备名单之后，专家库或邀请有变动，没有抽签。请局工作人员作废这份名单，重新准备。"


def lists_of(round: Round) -> tuple[list[Candidate], list[list[str]]]:
    """Who takes part in the draw, numbered, and who does not, each with the reason."""
    members = members_of(round)
    free = [one for one in members if not one.reason]
    candidates = [
        Candidate(number, one.person, one.name, one.kind, one.unit, one.area)
        for number, one in enumerate(free, 1)
    ]
    return candidates, [[one.name, one.kind, one.reason] for one in members if one.reason]


def prepare(round: Round, wanted: Sequence[Wanted], *, by: Any) -> Lots:
    """The list as it stands, to be drawn from by supervision, who is told."""
    with transaction.atomic():
        current = Round.objects.select_for_update(of=("self",)).get(pk=round.pk)
        can_invite(by, current).require()
        lines = drawing.in_order(wanted)
        candidates, excluded = lists_of(current)
        if short := drawing.shortages(lines, candidates):
            raise Conflict("名单不够抽：" + "".join(short))
        nonce = secrets.token_hex(16)
        text = drawing.text_of(lines, candidates, drawing.commitment_of(nonce))
        lots = Lots.objects.create(
            round=current,
            wanted=[asdict(one) for one in lines],
            candidates=[asdict(one) for one in candidates],
            excluded=excluded,
            nonce=nonce,
            digest=drawing.digest_of(text),
            prepared_by=by,
        )
        tell_each(
            everybody(Role.SUPERVISION),
            f"lots:{lots.pk}",
            "请监督专家抽签",
            f"{current}的专家抽签名单已准备好，请登录系统，核对名单后输入种子抽签。",
            reverse("reviews:lots", args=[lots.pk]),
        )
        record("lots.prepare", by=by, obj=lots, digest=lots.digest, candidates=len(candidates))
    return lots


def wanted_of(lots: Lots) -> list[Wanted]:
    return [Wanted(**row) for row in lots.wanted]


def candidates_of(lots: Lots) -> list[Candidate]:
    return [Candidate(**row) for row in lots.candidates]


def text_of(lots: Lots) -> str:
    commitment = drawing.commitment_of(lots.nonce)
    return drawing.text_of(wanted_of(lots), candidates_of(lots), commitment)


def result(lots: Lots, seed: str) -> list[dict[str, Any]]:
    """Inside the round's lock. Raises Conflict where the list is no longer who may be asked."""
    candidates, _ = lists_of(lots.round)
    if candidates != candidates_of(lots):
        raise Conflict(CHANGED)
    found = drawing.draw(wanted_of(lots), candidates, lots.digest, lots.nonce, seed)
    return [
        {
            "number": one.candidate.number,
            "person": one.candidate.person,
            "line": one.line,
            "ticket": one.ticket,
        }
        for one in found
    ]


def witness(lots: Lots, seed: str, *, by: Any, version: int) -> None:
    """Supervision gives its half of the seed, and it is drawn; nothing changes it afterwards."""
    with transaction.atomic():
        Round.objects.select_for_update(of=("self",)).get(pk=lots.round_id)
        perform(lots, "draw", by=by, version=version, seed=seed)
