"""All milestones across projects as a workbook (M33): who has to do what by when, and what is late."""

from collections.abc import Callable, Iterator
from typing import Any

from django.http import QueryDict

from brands.forms.pursuing import MilestonesForm
from brands.models import Milestone
from foundation import clock
from foundation.documents import chinese_date
from foundation.spreadsheets import Column, Sheet, write_workbook

COLUMNS = [
    Column("序号", 6, numeric=True),
    Column("板块", 14),
    Column("单位", 28),
    Column("项目", 26),
    Column("批次", 26),
    Column("节点任务", 32),
    Column("责任人", 14),
    Column("完成时限", 16),
    Column("完成日期", 16),
    Column("情况", 10),
    Column("完成情况", 40),
]
_STEP = 500


def chosen(user: Any, params: QueryDict) -> tuple[Any, MilestonesForm]:
    """What this person sees under these filters, by deadline."""
    filters = MilestonesForm(params, user=user)
    rows = Milestone.objects.visible_to(user).select_related(
        "project__batch", "project__organisation__school", "project__area"
    )
    rows = rows.defer("project__content", "project__edits")
    return filters.apply(rows).order_by("due_on", "pk"), filters


def workbook(rows: Any, progress: Callable[[int, int], None] = lambda *_: None) -> bytes:
    sheet = Sheet(
        name="节点任务",
        columns=COLUMNS,
        rows=_lines(rows, rows.count(), progress),
        title="节点任务清单",
        notes=[f"单位：项　　日期：{chinese_date(clock.today())}"],
    )
    return write_workbook([sheet])


def _lines(rows: Any, total: int, progress: Callable[[int, int], None]) -> Iterator[list[object]]:
    today = clock.today()
    for number, row in enumerate(rows.iterator(chunk_size=_STEP), 1):
        if number % _STEP == 0:
            progress(min(number, total), total)
        project = row.project
        is_late = row.done_on is None and row.due_on < today
        yield [
            number,
            project.area.name if project.area else "市直属",
            project.organisation.short,
            str(project),
            project.batch.title,
            row.title,
            row.owner,
            chinese_date(row.due_on),
            chinese_date(row.done_on) if row.done_on else "",
            "已完成" if row.done_on else "已逾期" if is_late else "未完成",
            row.result,
        ]
    progress(total, total)
