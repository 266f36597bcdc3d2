"""Who hears about something: live appointments, read in one query however many organisations."""

from collections import defaultdict
from collections.abc import Collection, Iterable

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
