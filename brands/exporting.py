"""The summary sheet of projects (汇总表): by area, with sub-totals (domain.md F-E 47)."""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.http import QueryDict

from brands.forms.filters import ProjectFilterForm, choices_for, narrowed, projects_for
from brands.models import Batch, ProjectStatus
from brands.models.project import ProjectQuerySet
from brands.models.stamped import is_stamped
from brands.permissions import sees_results, status_as_seen
from brands.services import stamping
from foundation import clock
from foundation.documents import chinese_date
from foundation.phones import masked
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
    Column("盖章件", 10),
    Column("联系人", 12),
    Column("联系电话", 16),
]
_CITY = "市直属"
_FIELDS = (
    *("area__name", "organisation__name", "organisation__school__name", "title", "batch__title"),
    *("batch__has_review", "batch__needs_stamp", "has_scan"),
    *("number", "status", "place__number", "submitted_at", "content", "batch"),
)
_STATUSES = dict(ProjectStatus.choices)  # Asking each member for its label is dear.
_STEP = 500
DIRECT_ROWS = 2000  # More than this is made in the background.

REACHED = ("contact", "phone")  # Roles, and the keys of forms that know of no roles.
Reached = dict[int, tuple[str, ...]]
Progress = Callable[[int, int], None]


def chosen(user: Any, params: QueryDict) -> tuple[ProjectQuerySet, str]:
    """What the list page shows this person under these filters, and what to call it."""
    found = projects_for(user)
    if not params:
        return found, "申报项目"
    filters = ProjectFilterForm(params, choices=choices_for(user))
    wanted = filters.wanted()
    if wanted is None:
        return found.none(), "申报项目"
    found = narrowed(found, wanted, sees=sees_results(user), now=clock.now())
    return found, filters.words_of("batch") or "申报项目"


def projects_workbook(
    projects: ProjectQuerySet, *, user: Any, title: str, progress: Progress = lambda *_: None
) -> bytes:
    """`projects` as `projects_for(user)` gives them. Plain rows: 10,000 of them in one breath."""
    ordered = projects.order_by("area__order", "area__code", "place__number", "pk")
    sees = sees_results(user)
    lines = ordered.annotate(has_scan=is_stamped()).values(
        *_FIELDS, *([] if sees else ["is_released"])
    )
    reached = _reached(projects)
    sheet = Sheet(
        name=title,
        columns=COLUMNS,
        rows=_counted(_rows(lines.iterator(), sees, reached), projects.count(), progress),
        title=f"{title}汇总表",
        notes=[f"单位：项　　日期：{chinese_date(clock.today())}"],
    )
    return write_workbook([sheet])


def _counted(
    rows: Iterable[list[object]], total: int, progress: Progress
) -> Iterator[list[object]]:
    progress(0, total)
    for number, row in enumerate(rows):
        if number and number % _STEP == 0:
            progress(min(number, total), total)
        yield row
    progress(total, total)


def _reached(projects: ProjectQuerySet) -> Reached:
    """Of each batch the keys of its form under which contact and phone stand."""
    batches = Batch.objects.filter(pk__in=projects.order_by().values("batch"))
    found = {}
    for batch in batches.exclude(form=None).select_related("form"):
        fields = [batch.form.spec.in_role(role) for role in REACHED]  # type: ignore[union-attr]
        found[batch.pk] = tuple(field.key if field else "" for field in fields)
    return found


def _rows(lines: Iterable[dict[str, Any]], sees: bool, reached: Reached) -> Iterator[list[object]]:
    number = 0
    for area, group in groupby(lines, key=itemgetter("area__name")):
        name, before = area or _CITY, number
        for line in group:
            number += 1
            keys = reached.get(line["batch"], REACHED)
            contact, phone = (str(line["content"].get(key, "")) for key in keys)
            yield [*_row(number, name, line, sees), contact, masked(phone)]
        yield _sum(f"{name}小计", number - before)
    yield _sum("合计", number)


def _sum(label: str, count: int) -> list[object]:
    return ["", label, "", f"{count} 项", *[""] * (len(COLUMNS) - 4)]


def _row(number: int, area: str, line: dict[str, Any], sees: bool) -> list[object]:
    out = line["status"] == ProjectStatus.DECLINED and bool(line.get("is_released"))
    has_review = line["batch__has_review"]
    status = status_as_seen(line["status"], sees=sees, outcome_is_out=out, has_review=has_review)
    return [
        number,
        area,
        line["organisation__school__name"] or line["organisation__name"],
        line["title"],
        line["batch__title"],
        line["number"] or "",
        _STATUSES[status],
        line["place__number"] or "",
        line["submitted_at"] or "",
        stamping.words(
            needs=line["batch__needs_stamp"], status=line["status"], stamped=line["has_scan"]
        ),
    ]
