"""Hard conflicts of interest: the same school, its branches, and by option the same area (B3)."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from schools.models import Appointment, Role
from schools.rights import NOTHING, SCHOOL_ROLES

_STEP = 9  # one node of a path: eight digits and "/"


def ancestors(path: str) -> list[str]:
    return [path[:end] for end in range(_STEP, len(path) + 1, _STEP)]


def conflict_q(appointments: Iterable[Appointment], prefix: str = "", *, area: bool = False) -> Q:
    """Projects at `prefix` that a person with these live appointments may not judge.

    Any appointment at the applicant, below it or in its school; a school role above it; with
    `area` also any appointment in the applicant's area.
    """
    conflict = NOTHING
    for appointment in appointments:
        own = appointment.organisation
        conflict |= Q(**{f"{prefix}organisation__path__in": ancestors(own.path)})
        if own.school_id:
            conflict |= Q(**{f"{prefix}organisation__school": own.school_id})
        if appointment.role in SCHOOL_ROLES:
            conflict |= Q(**{f"{prefix}organisation__path__startswith": own.path})
        if area and own.area_id:
            conflict |= Q(**{f"{prefix}area": own.area_id})
    return conflict


def has_conflict(appointments: Iterable[Appointment], project: Any, *, area: bool = False) -> bool:
    """The same answer as `conflict_q` for one project, or what it has of one, already at hand."""
    target = project.organisation
    for appointment in appointments:
        own = appointment.organisation
        if own.path.startswith(target.path):
            return True
        if own.school_id and own.school_id == target.school_id:
            return True
        if appointment.role in SCHOOL_ROLES and target.path.startswith(own.path):
            return True
        if area and own.area_id and own.area_id == project.area_id:
            return True
    return False


def reviewer_pool() -> dict[int, list[Appointment]]:
    """Everyone who may be asked to judge, with all live appointments of each: two queries."""
    live = Appointment.objects.live().filter(user__is_active=True)
    pool: dict[int, list[Appointment]] = {}
    members = live.filter(role=Role.REVIEWER).order_by().values("user")
    for appointment in live.filter(user__in=members).select_related("organisation", "user"):
        pool.setdefault(appointment.user_id, []).append(appointment)
    return pool
