"""Who of the pool may be used in a round: those who said yes, once anybody was asked."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from reviews.barring import AWAY, Pool, barred_pairs, rows_of
from reviews.conflicts import reviewer_pool
from reviews.models import TAKING_PART, Assignment, Invitation, Reviewer, ReviewerKind, Round

NO_PROFILE = "没有登记专家类别"
ALL_NEAR = "与全部参评项目都有利益关系"


def pool_of(round: Round) -> Pool:
    """The whole pool while nobody was invited; then who takes part, and who judges uninvited."""
    pool = reviewer_pool()
    asked = dict(Invitation.objects.filter(round=round).values_list("reviewer", "status"))
    if not asked:
        return pool
    judging = set(
        Assignment.objects.filter(entry__round=round)
        .live()
        .order_by()
        .values_list("reviewer", flat=True)
    )
    return {
        user: appointments
        for user, appointments in pool.items()
        if asked.get(user) in TAKING_PART or (user in judging and user not in asked)
    }


def why_not(round: Round, reviewer: Any) -> str:
    """Why somebody of the pool is not in `pool_of`; "" where that is not the reason."""
    asked = Invitation.objects.filter(round=round)
    own = asked.filter(reviewer=reviewer).first()
    if own is not None:
        return "" if own.status in TAKING_PART else f"本轮邀请“{own.words}”"
    return "没有受到本轮邀请" if asked.exists() else ""


class Member(NamedTuple):
    """One of the pool as far as an invitation goes; `reason` says why not to ask, "" for nothing."""

    person: int
    name: str
    kind: str
    unit: str
    area: str
    reason: str


def members_of(round: Round) -> list[Member]:
    """Everybody of the pool, by kind and name."""
    pool = reviewer_pool()
    profiles = {
        one.user_id: one for one in Reviewer.objects.filter(user__in=pool).select_related("area")
    }
    asked = {one.reviewer_id: one for one in Invitation.objects.filter(round=round)}
    near = _near_all(round, pool, profiles.values())
    found = []
    for user, appointments in pool.items():
        profile, name = profiles.get(user), appointments[0].user.name
        if profile is None:
            found.append(Member(user, name, "", "", "", NO_PROFILE))
            continue
        reason = f"本轮{asked[user].words}" if user in asked else ""
        if not reason and profile.is_away(round.opens_at.date(), round.closes_at.date()):
            reason = AWAY
        if not reason and user in near:
            reason = ALL_NEAR
        kind, area = str(ReviewerKind(profile.kind).label), profile.area
        found.append(Member(user, name, kind, profile.unit, area.name if area else "", reason))
    kinds = [str(label) for label in ReviewerKind.labels]
    return sorted(
        found,
        key=lambda one: (kinds.index(one.kind) if one.kind else len(kinds), one.name, one.person),
    )


def _near_all(round: Round, pool: Pool, profiles: Iterable[Reviewer]) -> set[int]:
    rows = rows_of(round)
    if not rows:
        return set()
    pairs = {pair for found in barred_pairs(round, rows, pool, profiles).values() for pair in found}
    counts = Counter(user for _, user in pairs)
    return {user for user, count in counts.items() if count == len(rows)}
