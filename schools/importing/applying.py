"""Write compared rows in bulk: the number of queries does not grow with each school."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat, LPad

from schools.importing.columns import AREA, CODE, NAME, ORGANISATION_FIELDS, SCHOOL_FIELDS, Field
from schools.importing.comparing import CHANGED, NEW, Compared
from schools.models import Area, PartyOrganisation, School, Tier
from schools.models.organisation import tell_renamed
from schools.models.school import searchable
from schools.services.organisations import move_under

BATCH = 500


def apply_rows(rows: Iterable[Compared]) -> None:
    """Call inside a transaction, after `ensure_trees`."""
    areas = {area.name: area for area in Area.objects.all()}
    parents = _parents()
    created = [row for row in rows if row.outcome == NEW]
    changed = [row for row in rows if row.outcome == CHANGED]
    _create_schools(created, areas)
    _update_schools(changed, areas)
    _create_units([*created, *(row for row in changed if row.unit is None)], areas, parents)
    _update_units([row for row in changed if row.unit is not None], areas, parents)


def _parents() -> dict[int | None, PartyOrganisation]:
    """The committee above the units of each area; None: of the areas without one, the root."""
    committees = PartyOrganisation.objects.live().filter(tier__in=(Tier.CITY, Tier.AREA))
    found: dict[int | None, PartyOrganisation] = {}
    for committee in committees.order_by("-path"):
        found[committee.area_id if committee.tier == Tier.AREA else None] = committee
    return found


def _values(row: Compared, fields: Iterable[Field], areas: dict[str, Area]) -> dict[str, Any]:
    values = {one.attribute: row.clean[one.title] for one in fields if one.title in row.clean}
    if "area" in values:
        values["area"] = areas[row.clean[AREA]]
    return values


def _create_schools(rows: list[Compared], areas: dict[str, Area]) -> None:
    schools = []
    for row in rows:
        school = School(code=row.clean[CODE], **_values(row, SCHOOL_FIELDS, areas))
        school.search_text = searchable(school.name, school.code)
        schools.append(school)
    School.objects.bulk_create(schools, batch_size=BATCH)
    by_code = dict(zip((school.code for school in schools), schools, strict=True))
    if schools and schools[0].pk is None:
        for school in School.objects.filter(code__in=list(by_code)):
            by_code[school.code] = school
    for row in rows:
        row.school = by_code[row.clean[CODE]]


def _update_schools(rows: list[Compared], areas: dict[str, Area]) -> None:
    schools = []
    for row in rows:
        assert row.school is not None
        for attribute, value in _values(row, SCHOOL_FIELDS, areas).items():
            setattr(row.school, attribute, value)
        row.school.search_text = searchable(row.school.name, row.school.short_name, row.school.code)
        schools.append(row.school)
    columns = [one.attribute for one in SCHOOL_FIELDS]
    School.objects.bulk_update(schools, [*columns, "search_text"], batch_size=BATCH)


def _create_units(
    rows: list[Compared], areas: dict[str, Area], parents: dict[int | None, PartyOrganisation]
) -> None:
    mark = f"new-{uuid.uuid4().hex}-"
    units = []
    for number, row in enumerate(rows):
        area = areas[row.clean[AREA]]
        unit = PartyOrganisation(
            tier=Tier.UNIT,
            parent=_parent(area, parents),
            area=area,
            school=row.school,
            path=f"{mark}{number}",
            **_values(row, ORGANISATION_FIELDS, areas),
        )
        unit.search_text = searchable(unit.name, row.clean[NAME])
        units.append(unit)
    PartyOrganisation.objects.bulk_create(units, batch_size=BATCH)
    key = LPad(Cast("pk", CharField(max_length=20)), 8, Value("0"))
    for parent in {unit.parent for unit in units}:
        assert parent is not None
        fresh = PartyOrganisation.objects.filter(parent=parent, path__startswith=mark)
        fresh.update(path=Concat(Value(parent.path), key, Value("/")))


def _update_units(
    rows: list[Compared], areas: dict[str, Area], parents: dict[int | None, PartyOrganisation]
) -> None:
    units = []
    for row in rows:
        unit, area = row.unit, areas[row.clean[AREA]]
        assert unit is not None
        for attribute, value in _values(row, ORGANISATION_FIELDS, areas).items():
            setattr(unit, attribute, value)
        unit.area = area
        unit.search_text = searchable(unit.name, row.clean[NAME])
        units.append(unit)
    columns = [one.attribute for one in ORGANISATION_FIELDS]
    PartyOrganisation.objects.bulk_update(
        units, [*columns, "area", "search_text"], batch_size=BATCH
    )
    tell_renamed(units)
    for unit in units:
        assert unit.area is not None
        parent = _parent(unit.area, parents)
        if unit.parent_id != parent.pk:
            move_under(unit, parent)


def _parent(area: Area, parents: dict[int | None, PartyOrganisation]) -> PartyOrganisation:
    return parents.get(area.pk) or parents[None]
