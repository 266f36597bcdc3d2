"""What a person's live appointments add up to. Every `visible_to` and every permission asks here."""

from collections.abc import Iterable
from functools import cached_property
from hashlib import sha256
from typing import Any, NamedTuple, cast

from django.db.models import BigAutoField, DateField, Q, QuerySet

from foundation import clock
from foundation.notifications.models import Notice
from foundation.statements import CountOf, Row, Slot, Whole, composed_once
from schools.models.appointment import Appointment, Role
from schools.models.organisation import PartyOrganisation

NOTHING = Q(pk__in=[])
EVERYTHING = Q(pk__isnull=False)  # An empty Q would vanish beside NOTHING.

# Roles whose appointment opens the business of the organisations below it. Administrators of the
# system, auditors and reviewers see no business data through the tree (design.md 4; 三员分立).
TREE_ROLES = (Role.SECRETARY, Role.STAFF, Role.DISTRICT, Role.BUREAU, Role.LEADER, Role.SUPERVISION)
SCHOOL_ROLES = (Role.SECRETARY, Role.STAFF)
CITY_ROLES = (Role.BUREAU, Role.LEADER, Role.SUPERVISION)


class Rights:
    """The live appointments of one person: one query, kept on the user for the request.

    The same query brings the number of unread notices, which every page shows; None: not counted.
    """

    def __init__(self, appointments: Iterable[Appointment], unread: int | None = None) -> None:
        self.appointments = list(appointments)
        self.unread = unread

    def having(self, *roles: str) -> list[Appointment]:
        return [a for a in self.appointments if a.role in roles]

    def has(self, *roles: str) -> bool:
        return bool(self.having(*roles))

    def via(self, organisation: PartyOrganisation, *roles: str) -> Appointment | None:
        """The appointment in one of `roles` that reaches down to `organisation`, if any."""
        for appointment in self.having(*roles):
            if organisation.path.startswith(appointment.organisation.path):
                return appointment
        return None

    def reach(self, prefix: str = "", roles: Iterable[str] = TREE_ROLES) -> Q:
        """Q on the organisation at `prefix` ("organisation__", ""): down the tree, never sideways.

        There is one root (`schools_org_one_root`): whoever is appointed there needs no look at the
        tree, which every list of the bureau would pay for.
        """
        reach = NOTHING
        for appointment in self.having(*roles):
            if appointment.organisation.is_root:
                return EVERYTHING
            reach |= Q(**{f"{prefix}path__startswith": appointment.organisation.path})
        return reach

    @property
    def is_city(self) -> bool:
        """Bureau staff, leader or supervision: sees the whole tree."""
        return self.has(*CITY_ROLES)

    @property
    def manages_people(self) -> bool:
        return self.has(Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.BUREAU)


class Spot(NamedTuple):
    path: str
    is_root: bool


class Place(NamedTuple):
    role: str
    organisation: Spot


class Standing(frozenset[Place]):
    """What the tree says about a person and nothing else: who stands alike sees the same rows.

    It goes in a person's place to a `visible_to` that asks the rights alone, where a statement is
    composed once for all who stand there (foundation.statements). Whatever else is asked of it
    (who it is, which appointment) fails, so nothing can depend on what is not in it.
    """

    is_authenticated = is_active = True

    @cached_property
    def _rights(self) -> Rights:
        return Rights(cast(Any, sorted(self)))


def standing_of(user: Any) -> Standing:
    live = rights_of(user).appointments
    spots = ((a.role, a.organisation.path, a.organisation.is_root) for a in live)
    return Standing(Place(role, Spot(path, is_root)) for role, path, is_root in spots)


def standing_in_words(user: Any) -> str:
    """Differs as soon as what the tree opens to this person does."""
    return sha256(repr(sorted(standing_of(user))).encode()).hexdigest()


def rights_of(user: Any) -> Rights:
    """Cached on the user object: one query a request."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return Rights([])
    if not hasattr(user, "_rights"):
        live = _live(user=user.pk, today=clock.today())
        user._rights = Rights(map(_WHOLE.of, live), live[0][-1] if live else None)
    rights: Rights = user._rights
    return rights


_WHOLE = Whole(Appointment, "organisation", "organisation__school", "organisation__area")


@composed_once
def _live() -> QuerySet[Any, Row]:
    today: Any = Slot("today", DateField())
    unread = Notice.objects.visible_to(Slot("user", BigAutoField())).unread().order_by()
    return (
        Appointment.objects.live(today)
        .filter(user=Slot("user", BigAutoField()))
        .values_list(*_WHOLE.columns, CountOf(unread.values("pk")))
    )
