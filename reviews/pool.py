"""The pool of reviewers as the staff keep it: profiles, and ties that take entries away."""

from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from foundation import clock
from foundation.accounts.models import User
from foundation.audit.services import record
from foundation.verdict import ALLOWED, Verdict, not_now
from reviews import services
from reviews.models import Assignment, AssignmentStatus, Reviewer, RoundStatus, Tie, TieKind
from reviews.permissions import can_manage
from schools.models import Appointment, Role

_LIVE = Q(assignments__entry__round__status=RoundStatus.OPEN) & ~Q(
    assignments__status=AssignmentStatus.RECUSED
)


def members() -> QuerySet[User]:
    """Everybody with a live reviewer's appointment: profile, entries at hand, ties."""
    live = Appointment.objects.live().filter(role=Role.REVIEWER).order_by().values("user")
    return (
        User.objects.filter(pk__in=live, is_active=True)
        .select_related("reviewer__area")
        .annotate(
            load=Count("assignments", filter=_LIVE, distinct=True),
            tie_count=Count("ties", distinct=True),
        )
        .order_by("name", "pk")
    )


def save_profile(profile: Reviewer, *, by: Any) -> None:
    can_manage(by).require()
    with transaction.atomic():
        profile.save()
        record("reviewer.profile", by=by, obj=profile, kind=profile.kind, most=profile.most)


def add_tie(tie: Tie, *, by: Any) -> int:
    """Put on record; an applicant's wish waits for `confirm`. How many entries it took away."""
    can_manage(by).require()
    with transaction.atomic():
        tie.by = by
        tie.confirmed_at = None if tie.kind == TieKind.AVOID else clock.now()
        tie.save()
        record("tie.create", by=by, obj=tie, kind=tie.kind, reason=tie.reason)
        return _take_away(tie, by=by)


def may_confirm(user: Any, tie: Tie) -> Verdict:
    manages = can_manage(user, tie)
    if not manages:
        return manages
    return not_now("这条回避已经确认。") if tie.confirmed_at else ALLOWED


def confirm(tie: Tie, *, by: Any) -> int:
    """The applicant's reason holds: from now on this person gets nothing of theirs."""
    with transaction.atomic():
        current = Tie.objects.select_for_update(of=("self",)).get(pk=tie.pk)
        may_confirm(by, current).require()
        current.confirmed_at = clock.now()
        current.save(update_fields=["confirmed_at"])
        record("tie.confirm", by=by, obj=current)
        return _take_away(current, by=by)


def _take_away(tie: Tie, *, by: Any) -> int:
    """Reviews not finished go back, so that their pages and files close at once."""
    if not Tie.objects.in_force().filter(pk=tie.pk).exists():
        return 0
    near = Q(entry__project=tie.project_id)
    if tie.school_id:
        near |= Q(entry__project__organisation__school=tie.school_id)
    unfinished = Assignment.objects.filter(near, reviewer=tie.user_id).unfinished()
    taken = list(unfinished.filter(entry__round__status=RoundStatus.OPEN).order_by("entry"))
    for assignment in taken:
        services.release(assignment, f"利益关系：{tie.get_kind_display()}。", by=by)
    return len(taken)
