"""What a reviewer has in hand, in statements composed once for everybody.

Ties to an applicant are looked at row by row (`has_conflict`): inside the statement they would make
it another one for each reviewer. `Assignment.objects.visible_to` says the same of a queryset.
"""

from typing import Any

from django.db.models import BigAutoField, DateTimeField, Exists, OuterRef, QuerySet

from foundation import clock
from foundation.statements import Slot, Whole, composed_lock, composed_once
from reviews.conflicts import has_conflict
from reviews.models import Assignment, Pledge
from reviews.models.assignment import AssignmentQuerySet
from schools.models import Role
from schools.rights import rights_of

KEY, READER = Slot("pk", BigAutoField()), Slot("reader", BigAutoField())

_TO_SCORE = Whole(
    Assignment,
    *("entry", "entry__round", "entry__round__rubric"),
    *("entry__project", "entry__project__organisation"),
    without={"entry__project__content", "entry__project__edits"},
)


def is_seen(user: Any, assignment: Assignment) -> bool:
    """May a person whose it is see it: still in the pool, and without a tie to the applicant?"""
    rights, entry = rights_of(user), assignment.entry
    near = has_conflict(rights.appointments, entry.project, area=entry.round.avoid_area)
    return rights.has(Role.REVIEWER) and not near


def to_score(user: Any, pk: int) -> Assignment | None:
    """What must be known to take scores, if this person sees the review."""
    found = _with_pledge(_own(pk=pk, reader=user.pk, now=clock.now()), user)
    return found if found and is_seen(user, found) else None


def locked(pk: int, user: Any) -> Assignment:
    """The same of any review, its row locked; whether it is this person's is asked after."""
    found = _with_pledge(_locked(pk=pk, reader=user.pk), user)
    if found is None:
        raise Assignment.DoesNotExist
    return found


def _with_pledge(rows: list[tuple[Any, ...]], user: Any) -> Assignment | None:
    if not rows:
        return None
    assignment: Assignment = _TO_SCORE.of(rows[0])
    assignment.entry.round.pledged_by = user.pk if rows[0][-1] else 0
    return assignment


@composed_once
def _own() -> QuerySet[Any, tuple[Any, ...]]:
    return _columns(in_hand().filter(pk=KEY))


@composed_lock
def _locked() -> QuerySet[Any, tuple[Any, ...]]:
    return _columns(Assignment.objects.filter(pk=KEY))


def _columns(assignments: AssignmentQuerySet) -> QuerySet[Any, tuple[Any, ...]]:
    return assignments.order_by().values_list(*_TO_SCORE.columns, has_pledged("entry__round"))


def in_hand() -> AssignmentQuerySet:
    return Assignment.objects.in_hand(READER, Slot("now", DateTimeField()))


def has_pledged(round: str) -> Exists:
    return Exists(Pledge.objects.filter(reviewer=READER, round=OuterRef(round)).order_by())
