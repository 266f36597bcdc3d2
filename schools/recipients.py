"""Who hears about something: live appointments, read in one query however many organisations."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db.models import QuerySet

from schools.models import Appointment, PartyOrganisation, Role, Tier
from schools.rights import SCHOOL_ROLES


def school_people(organisations: Collection[int]) -> dict[int, list[int]]:
    """Organisation → its secretaries, or its staff where it has no secretary's account."""
    rows = (
        Appointment.objects.holders(*SCHOOL_ROLES)
        .filter(organisation__in=organisations)
        .values_list("organisation_id", "role", "user_id")
    )
    found: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for organisation, role, user in rows:
        found[organisation][role].append(user)
    return {
        organisation: sorted(set(roles.get(Role.SECRETARY) or roles[Role.STAFF]))
        for organisation, roles in found.items()
    }


_STEP = 9  # eight digits and a slash: one link of `path`


def people_at(organisation: PartyOrganisation, *roles: str) -> list[int]:
    """Users with one of `roles` here or above: those whose rights reach this organisation."""
    path = organisation.path
    chain = [path[: end + _STEP] for end in range(0, len(path), _STEP)]
    return _users(Appointment.objects.holders(*roles).filter(organisation__path__in=chain))


def everybody(*roles: str) -> list[int]:
    """Users with one of `roles` anywhere."""
    return _users(Appointment.objects.holders(*roles))


def _users(posts: QuerySet[Appointment]) -> list[int]:
    return list(posts.order_by("user_id").values_list("user_id", flat=True).distinct())


def desks(role: str, tier: str) -> list[tuple[str, int]]:
    """(path of the desk's organisation, user) for the live holders of `role` at `tier`."""
    rows = Appointment.objects.holders(role).filter(organisation__tier=tier)
    return sorted(set(rows.values_list("organisation__path", "user_id")))


def district_desks() -> list[tuple[str, int]]:
    return desks(Role.DISTRICT, Tier.AREA)


def bureau_desks() -> list[tuple[str, int]]:
    return desks(Role.BUREAU, Tier.CITY)


def within(path: str, organisations: Iterable[PartyOrganisation]) -> int:
    """How many of `organisations` lie under `path`."""
    return sum(organisation.path.startswith(path) for organisation in organisations)
