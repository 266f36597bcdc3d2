"""Which reviewers may not have which entries, by reason: for the whole round at once."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from foundation import clock
from reviews.assigning.problem import Pairs
from reviews.conflicts import ancestors
from reviews.models import Assignment, AssignmentStatus, Entry, Reviewer, Round, Tie, TieKind
from reviews.models.pool import years_before
from schools.models import Appointment, Role
from schools.rights import CITY_ROLES, SCHOOL_ROLES

OWN = "在申报单位任职"
AREA = "与申报单位同一板块"
SEES = "盲评：职务上看得到申报单位"
TAKEN_OFF = "已回避或已撤换"
AWAY = "评审期间不能参评"

Pool = dict[int, list[Appointment]]


class Row(NamedTuple):
    """An entry as far as conflicts and categories go."""

    entry: int
    project: int
    title: str
    path: str
    school: int | None
    kind: str | None
    name: str | None
    area: int | None
    lead: int | None
    author: int


def rows_of(round: Round, **only: Any) -> list[Row]:
    columns = (
        "pk",
        "project",
        "project__title",
        "project__organisation__path",
        "project__organisation__school",
        "project__organisation__school__kind",
        "project__organisation__school__name",
        "project__area",
        "project__lead",
        "project__created_by",
    )
    entries = Entry.objects.filter(round=round, **only).order_by("pk")
    return [Row(*row) for row in entries.values_list(*columns)]


def barred_pairs(
    round: Round, rows: list[Row], pool: Pool, profiles: Iterable[Reviewer]
) -> dict[str, Pairs]:
    """reason → (entry, reviewer). The same answer as `has_conflict` and the ties, one by one.

    What the pool says of a person's unit and area counts as an appointment there would.
    """
    found: dict[str, set[tuple[int, int]]] = defaultdict(set)
    index = _Index(rows)
    for user, appointments in pool.items():
        for appointment in appointments:
            found[OWN].update((entry, user) for entry in index.near(appointment))
            if round.is_blind and appointment.role in (Role.DISTRICT, *CITY_ROLES):
                below = appointment.organisation.path
                found[SEES].update((r.entry, user) for r in rows if r.path.startswith(below))
            if round.avoid_area and (area := appointment.organisation.area_id):
                found[AREA].update((entry, user) for entry in index.area[area])
    profiles = list(profiles)
    for profile in profiles:
        found[OWN].update((entry, profile.user_id) for entry in index.unit[profile.unit])
        if round.avoid_area and profile.area_id:
            found[AREA].update((entry, profile.user_id) for entry in index.area[profile.area_id])
    found[AREA] -= found[OWN]
    team = str(TieKind.TEAM.label)
    for row in rows:
        found[team].update((row.entry, user) for user in (row.lead, row.author) if user in pool)
    for user, kind, school, project in Tie.objects.in_force().values_list(
        "user", "kind", "school", "project"
    ):
        if user in pool:
            tied = index.project[project] if project else index.school[school]
            found[str(TieKind(kind).label)].update((entry, user) for entry in tied)
    old = str(TieKind.EMPLOYMENT.label)
    for appointment in _left_lately(pool):
        found[old].update((entry, appointment.user_id) for entry in index.near(appointment))
    off = Assignment.objects.filter(entry__round=round, status=AssignmentStatus.RECUSED)
    found[TAKEN_OFF].update(off.order_by().values_list("entry", "reviewer"))
    first, last = round.opens_at.date(), round.closes_at.date()
    for profile in profiles:
        if profile.is_away(first, last):
            found[AWAY].update((row.entry, profile.user_id) for row in rows)
    return {reason: frozenset(pairs) for reason, pairs in found.items() if pairs}


def _left_lately(pool: Pool) -> Iterable[Appointment]:
    """Posts in schools that ended within three years: the system's own record of employment."""
    today = clock.today()
    return Appointment.objects.filter(
        user__in=pool,
        organisation__school__isnull=False,
        until__lt=today,
        until__gte=years_before(today),
    ).select_related("organisation")


def barred_by_entry(round: Round, pool: Pool, **only: Any) -> dict[int, set[int]]:
    """entry → everybody of the pool who may not have it, for whatever reason."""
    rows = rows_of(round, **only)
    found: dict[int, set[int]] = defaultdict(set)
    profiles = Reviewer.objects.filter(user__in=pool)
    for pairs in barred_pairs(round, rows, pool, profiles).values():
        for entry, user in pairs:
            found[entry].add(user)
    return found


class _Index:
    """Entries by what an appointment or a tie can name."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        self.path: dict[str, list[int]] = defaultdict(list)
        self.school: dict[int | None, list[int]] = defaultdict(list)
        self.area: dict[int | None, list[int]] = defaultdict(list)
        self.unit: dict[str | None, list[int]] = defaultdict(list)
        self.project: dict[int, list[int]] = defaultdict(list)
        for row in rows:
            self.path[row.path].append(row.entry)
            self.area[row.area].append(row.entry)
            self.project[row.project].append(row.entry)
            if row.name:
                self.unit[row.name].append(row.entry)
            if row.school:
                self.school[row.school].append(row.entry)

    def near(self, appointment: Appointment) -> set[int]:
        own = appointment.organisation
        found = {entry for path in ancestors(own.path) for entry in self.path.get(path, ())}
        if own.school_id:
            found.update(self.school[own.school_id])
        if appointment.role in SCHOOL_ROLES:
            found.update(row.entry for row in self.rows if row.path.startswith(own.path))
        return found
