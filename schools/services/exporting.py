"""The bureau's sheet: title, unit and date line, sub-totals by area (domain.md F-E 47)."""

from itertools import groupby

from django.db.models import QuerySet

from foundation import clock
from foundation.phones import masked
from foundation.spreadsheets import Sheet, write_workbook
from schools.importing.columns import NUMBERS, TITLES, sheet_columns
from schools.models import PartyOrganisation, School

TITLE = "苏州市中小学校党组织基本情况表"


def schools_workbook(
    schools: "QuerySet[School]", units: "QuerySet[PartyOrganisation]"
) -> tuple[bytes, int]:
    """The workbook and how many schools are in it. It may be uploaded again as it is:
    telephone numbers are masked, and the import leaves a masked one as it was."""
    chosen = list(schools.select_related("area").order_by("area__order", "area__code", "code"))
    by_school = {unit.school_id: unit for unit in units}
    rows: list[list[object]] = []
    lines: list[list[object]] = []
    for area, group in groupby(chosen, key=lambda school: school.area.name):
        here = [
            _line(len(lines) + number, school, by_school.get(school.pk))
            for number, school in enumerate(group, 1)
        ]
        lines += here
        rows += [*here, _total(f"{area}小计", here)]
    rows.append(_total("合计", lines))
    day = clock.today()
    sheet = Sheet(
        name="基本情况表",
        title=TITLE,
        notes=[
            f"填报单位：苏州市教育局　　填报日期：{day.year}年{day.month}月{day.day}日　　单位：个、人"
        ],
        columns=sheet_columns(),
        rows=rows,
    )
    return write_workbook([sheet]), len(lines)


def _line(number: int, school: School, unit: PartyOrganisation | None) -> list[object]:
    there = [number, school.code, school.name, school.area.name, school.get_kind_display()]
    there.append(school.get_ownership_display())
    if unit is None:
        return [*there, "", "", "", masked(school.phone), 0, 0, 0, school.note]
    return [
        *there,
        unit.get_kind_display(),
        unit.name,
        unit.secretary_name,
        masked(school.phone),
        unit.declared_branches,
        unit.full_members,
        unit.probationary_members,
        school.note,
    ]


def _total(words: str, lines: list[list[object]]) -> list[object]:
    row: list[object] = [""] * len(TITLES)
    row[0] = words
    for title in NUMBERS:
        place = TITLES.index(title)
        row[place] = sum(line[place] for line in lines if isinstance(line[place], int))  # type: ignore[misc]
    return row
