"""What the sheet would do to the schools that are there."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from foundation.phones import GAP
from foundation.spreadsheets import RawRow
from schools.areas import AREAS
from schools.importing.checking import Checked, check_rows
from schools.importing.columns import (
    AREA,
    CODE,
    LABELS,
    NAME,
    ORG_NAME,
    ORGANISATION_FIELDS,
    PHONE,
    SCHOOL_FIELDS,
    Field,
)
from schools.models import Area, PartyOrganisation, School, Tier

NEW, CHANGED, UNCHANGED, WRONG = "new", "changed", "unchanged", "wrong"
OUTCOMES = {WRONG: "有错误", NEW: "新增", CHANGED: "变更", UNCHANGED: "无变化"}
_DIRECT = {area.name for area in AREAS if area.is_direct}


@dataclass(slots=True)
class Present:
    """The schools and units of the database, read once."""

    schools: dict[str, School] = field(default_factory=dict)
    units: dict[int, PartyOrganisation] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)  # name → code
    taken: dict[tuple[str, str], int | None] = field(default_factory=dict)  # (area, name) → school
    direct: set[str] = field(default_factory=set)


def present(*, lock: bool = False) -> Present:
    """With `lock` (inside a transaction) nobody changes them before the import has ended."""
    found = Present(
        direct={*_DIRECT, *Area.objects.filter(is_direct=True).values_list("name", flat=True)}
    )
    schools = School.objects.select_related("area").order_by("pk")
    organisations = PartyOrganisation.objects.exclude(tier=Tier.BRANCH)
    if lock:
        schools = schools.select_for_update(of=("self",))
        organisations = organisations.select_for_update(of=("self",))
    for school in schools:
        found.schools[school.code] = school
        found.codes[school.name] = school.code
    for organisation in organisations.select_related("parent__area").order_by("pk"):
        if organisation.tier == Tier.UNIT and organisation.school_id and not organisation.closed_on:
            found.units[organisation.school_id] = organisation
        parent = organisation.parent
        if parent is not None:
            place = parent.area.name if parent.area and not parent.area.is_direct else ""
            found.taken[place, organisation.name] = organisation.school_id
    return found


@dataclass(slots=True)
class Compared:
    checked: Checked
    outcome: str
    changes: list[list[str]] = field(default_factory=list)  # [title, old, new]
    school: School | None = None
    unit: PartyOrganisation | None = None

    @property
    def clean(self) -> dict[str, Any]:
        return self.checked.clean

    def as_json(self) -> dict[str, Any]:
        return {
            **self.checked.row.as_json(),
            "outcome": self.outcome,
            "changes": self.changes,
            "errors": self.checked.errors,
            "warnings": self.checked.warnings,
        }


def compare(rows: Iterable[RawRow], there: Present) -> list[Compared]:
    """Every row against what is there; a row with an error has the outcome WRONG."""
    area_names = {name: name for name in Area.objects.values_list("name", flat=True)}
    return [_compare(checked, there) for checked in check_rows(rows, area_names)]


def missing(rows: Iterable[RawRow], there: Present) -> list[list[str]]:
    """[code, name] of the schools that the sheet does not name. They are told, never deleted."""
    codes = {row.values.get(CODE, "") for row in rows}
    return [
        [school.code, school.name]
        for school in there.schools.values()
        if school.code not in codes and not school.is_fictional
    ]


def _compare(checked: Checked, there: Present) -> Compared:
    school = there.schools.get(checked.code)
    unit = there.units.get(school.pk) if school else None
    _check_taken(checked, school, there)
    if checked.errors:
        return Compared(checked, WRONG, school=school, unit=unit)
    if school is None:
        if GAP in checked.row.values.get(PHONE, ""):
            checked.warnings.append("联系电话不完整，没有录入；请填写完整的号码。")
        return Compared(checked, NEW)
    changes = [*_changes(checked.clean, school, SCHOOL_FIELDS)]
    if unit is None:
        changes.append([ORG_NAME, "", checked.clean[ORG_NAME]])
    else:
        changes += _changes(checked.clean, unit, ORGANISATION_FIELDS)
    return Compared(checked, CHANGED if changes else UNCHANGED, changes, school, unit)


def _check_taken(checked: Checked, school: School | None, there: Present) -> None:
    clean = checked.clean
    holder = there.codes.get(clean.get(NAME, ""))
    if holder is not None and holder != checked.code:
        checked.errors.append(f"学校名称“{clean[NAME]}”已由标识码为 {holder} 的学校使用。")
    if AREA in clean and ORG_NAME in clean:
        place = "" if clean[AREA] in there.direct else clean[AREA]
        owner = there.taken.get((place, clean[ORG_NAME]), school.pk if school else None)
        if (place, clean[ORG_NAME]) in there.taken and (school is None or owner != school.pk):
            checked.errors.append(f"党组织名称“{clean[ORG_NAME]}”在{clean[AREA]}已有其他单位使用。")


def _changes(
    clean: dict[str, Any], there: School | PartyOrganisation, fields: Iterable[Field]
) -> list[list[str]]:
    found = []
    for one in fields:
        if one.title in clean:
            old, new = shown(one, getattr(there, one.attribute)), shown(one, clean[one.title])
            if old != new:
                found.append([one.title, old, new])
    return found


def shown(one: Field, value: Any) -> str:
    return LABELS.get(one.title, {}).get(value, str(value))
