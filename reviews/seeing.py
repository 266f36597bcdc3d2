"""What a reviewer has in hand, in statements composed once for everybody.

Ties to an applicant are looked at row by row (`has_conflict`): inside the statement they would make
it another one for each reviewer. `Assignment.objects.visible_to` says the same of a queryset.
"""

from datetime import datetime
from hashlib import md5
from typing import Any, NamedTuple

from django.db.models import (
    BigAutoField,
    Case,
    CharField,
    DateTimeField,
    Exists,
    OuterRef,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import MD5, Cast, Coalesce, Concat

from brands.models import Batch
from foundation import clock
from foundation.statements import Row, Slot, Whole, composed_lock, composed_once, of_the_one
from reviews.conflicts import has_conflict
from reviews.masking.reading import masks_of
from reviews.models import Assignment, Pledge
from reviews.models.assignment import AssignmentQuerySet
from schools.models import PartyOrganisation, Role, School
from schools.rights import rights_of

UNIT_HIDDEN = "（盲评，不显示）"
SOME = 20  # Ties are rare: the first of these is seen, or nearly so.
KEY, READER = Slot("pk", BigAutoField()), Slot("reader", BigAutoField())

_LONG = {"entry__project__content", "entry__project__edits"}
_LINKS = (
    *("entry", "entry__round", "entry__round__rubric"),
    *("entry__project", "entry__project__organisation"),
)
_TO_SCORE = Whole(Assignment, *_LINKS, without=_LONG)
_SHEET = Whole(
    Assignment,
    *(*_LINKS, "entry__version", "entry__project__organisation__school"),
    *("entry__project__batch", "entry__project__batch__form"),
    without=_LONG,
)


class _Unit(NamedTuple):
    path: str
    school_id: int | None


class _Applicant(NamedTuple):
    """As much of a project as a tie may hang on."""

    area_id: int | None
    organisation: _Unit


TIES = (
    *("entry__round__avoid_area", "entry__project__area"),
    *("entry__project__organisation__path", "entry__project__organisation__school"),
)


def is_seen(user: Any, avoid_area: bool, area: int | None, path: str, school: int | None) -> bool:
    """Does a person whose review it is see it? The columns TIES say what it could be near to."""
    rights = rights_of(user)
    applicant = _Applicant(area, _Unit(path, school))
    near = has_conflict(rights.appointments, applicant, area=avoid_area)
    return rights.has(Role.REVIEWER) and not near


def to_score(user: Any, pk: int) -> Assignment | None:
    """What must be known to take scores, if this person sees the review."""
    return _seen(user, _TO_SCORE, _own_to_score(pk=pk, reader=user.pk, now=clock.now()))


def sheet(user: Any, pk: int) -> Assignment | None:
    """The review with the version that it judges, if this person sees it."""
    return _seen(user, _SHEET, _own_sheet(pk=pk, reader=user.pk, now=clock.now()))


def place_of(pk: int, reader: int) -> str:
    """Where a review stands in its reader's queue, as `_place` says it in the database.

    Everybody has an order of their own, the same each time: who is read first or last gains or
    loses by it, so it is nobody's turn twice (docs/adr/0025).
    """
    return md5(f"{pk}:{reader}".encode(), usedforsecurity=False).hexdigest()


def following(user: Any, pk: int) -> int | None:
    """The next unfinished review of the queue after this one, or the first."""
    rows = _unfinished(pk=pk, place=place_of(pk, user.pk), reader=user.pk, now=clock.now())
    for key, *ties in rows:
        if is_seen(user, *ties):
            return int(key)
    if len(rows) < SOME:
        return None
    others = Assignment.objects.visible_to(user).unfinished().exclude(pk=pk)
    return others.values_list("pk", flat=True).first()


def desk(user: Any) -> list["OnDesk"]:
    """All that this person has in hand, what closes first on top, then in an order of their own."""
    rows = _desk(reader=user.pk, now=clock.now())
    width = len(OnDesk._fields)
    seen = [OnDesk(*row[:width]) for row in rows if is_seen(user, *row[width:])]
    return _masked_desk(seen) if any(one.is_blind for one in seen) else seen


def _masked_desk(seen: list["OnDesk"]) -> list["OnDesk"]:
    masks = masks_of([one.key for one in seen if one.is_blind])
    return [
        one._replace(title=masks[one.key].text(one.title), unit=UNIT_HIDDEN)
        if one.is_blind
        else one
        for one in seen
    ]


class OnDesk(NamedTuple):
    """One review as the desk shows it."""

    key: int
    status: str
    round: int
    kind: str
    mode: str
    closes_at: datetime
    is_blind: bool
    batch: str
    title: str
    unit: str


def locked(pk: int, user: Any) -> Assignment:
    """The same of any review, its row locked; whether it is this person's is asked after."""
    rows = _locked(pk=pk, reader=user.pk)
    if not rows:
        raise Assignment.DoesNotExist
    return _made(user, _TO_SCORE, rows[0])


def _seen(user: Any, whole: Whole, rows: list[Row]) -> Assignment | None:
    if not rows:
        return None
    found = _made(user, whole, rows[0])
    round, project = found.entry.round, found.entry.project
    unit = project.organisation
    seen = is_seen(user, round.avoid_area, project.area_id, unit.path, unit.school_id)
    return masked(found) if seen else None


def masked(assignment: Assignment) -> Assignment:
    """Of a blind round the rows in hand lose what tells who applies, before any page has them.

    They are for reading: nobody saves a project or a unit that came this way.
    """
    entry = assignment.entry
    if not entry.round.is_blind:
        return assignment
    project, hide = entry.project, entry.mask.text
    project.title, project.person = hide(project.title), ""
    project.number, project.search_text = None, ""
    unit = project.organisation
    unit.name, unit.secretary_name, unit.search_text = UNIT_HIDDEN, "", ""
    if unit.school_id:
        unit.school = School(pk=unit.school_id, name=UNIT_HIDDEN)
    entry.version.title = hide(entry.version.title)
    return assignment


def _made(user: Any, whole: Whole, row: Row) -> Assignment:
    assignment: Assignment = whole.of(row)
    assignment.entry.round.pledged_by = user.pk if row[-1] else 0
    return assignment


@composed_once
def _own_to_score() -> QuerySet[Any, Row]:
    return _columns(in_hand().filter(pk=KEY), _TO_SCORE)


@composed_once
def _own_sheet() -> QuerySet[Any, Row]:
    return _columns(in_hand().filter(pk=KEY), _SHEET)


@composed_lock
def _locked() -> QuerySet[Any, Row]:
    return _columns(Assignment.objects.filter(pk=KEY), _TO_SCORE)


@composed_once
def _desk() -> QuerySet[Any, Row]:
    mine = in_hand().order_by("entry__round__closes_at", "entry__round", _place())
    return mine.values_list(
        *("pk", "status", "entry__round", "entry__round__kind", "entry__round__mode"),
        *("entry__round__closes_at", "entry__round__is_blind"),
        of_the_one(Batch.objects.all(), "entry__round__batch", "title"),
        "entry__project__title",
        of_the_one(
            PartyOrganisation.objects.all(),
            "entry__project__organisation",
            Coalesce("school__name", "name"),
        ),
        *TIES,
    )


@composed_once
def _unfinished() -> QuerySet[Any, Row]:
    place = Slot("place", CharField())
    later = Case(When(place__gt=place, then=Value(0)), default=Value(1))
    others = in_hand().unfinished().exclude(pk=KEY).annotate(place=_place())
    return others.order_by(later, "place").values_list("pk", *TIES)[:SOME]


def _place() -> MD5:
    words = Concat(Cast("pk", CharField()), Value(":"), Cast("reviewer", CharField()))
    return MD5(words)


def _columns(assignments: AssignmentQuerySet, whole: Whole) -> QuerySet[Any, Row]:
    mine = Pledge.objects.filter(reviewer=READER, round=OuterRef("entry__round"))
    return assignments.order_by().values_list(*whole.columns, Exists(mine.order_by()))


def in_hand() -> AssignmentQuerySet:
    return Assignment.objects.in_hand(READER, Slot("now", DateTimeField()))
