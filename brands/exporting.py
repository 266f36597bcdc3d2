"""The summary sheet of projects (汇总表): by area, with sub-totals (domain.md F-E 47)."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from brands import presenting
from brands.models import Project
from foundation import clock
from foundation.documents import chinese_date
from foundation.spreadsheets import Column, Sheet, write_workbook

COLUMNS = [
    Column("序号", 6, numeric=True),
    Column("板块", 14),
    Column("学校（单位）", 30),
    Column("项目名称", 26),
    Column("批次", 26),
    Column("受理编号", 16),
    Column("状态", 18),
    Column("推荐顺序", 10, numeric=True),
    Column("提交时间", 18),
    Column("联系人", 12),
    Column("联系电话", 16),
]


def projects_workbook(projects: Iterable[Project], *, user: Any, title: str) -> bytes:
    sheet = Sheet(
        name=title,
        columns=COLUMNS,
        rows=list(_rows(projects, user)),
        title=f"{title}汇总表",
        notes=[f"单位：项　　日期：{chinese_date(clock.today())}"],
    )
    return write_workbook([sheet])


def _rows(projects: Iterable[Project], user: Any) -> Iterator[list[object]]:
    number = 0
    for area, group in groupby(projects, key=_area):
        count = 0
        for project in group:
            number += 1
            count += 1
            yield _row(number, area, project, user)
        yield ["", f"{area}小计", "", f"{count} 项", *[""] * (len(COLUMNS) - 4)]
    yield ["", "合计", "", f"{number} 项", *[""] * (len(COLUMNS) - 4)]


def _area(project: Project) -> str:
    return project.area.name if project.area else "市直属"


def _row(number: int, area: str, project: Project, user: Any) -> list[object]:
    return [
        number,
        area,
        project.organisation.short,
        project.title,
        project.batch.title,
        project.number or "",
        presenting.chip(project, user)["label"],
        project.place.number if project.place else "",
        project.submitted_at or "",
        project.content.get("contact", ""),
        presenting.masked(str(project.content.get("phone", ""))),
    ]
