"""The ranking as a workbook: with the exported scores anyone gets the same list."""

from collections.abc import Iterable, Iterator

from django.db.models import QuerySet

from foundation.spreadsheets import Column, Sheet, write_workbook
from reviews.models import Assignment, Criterion, Entry, Round
from reviews.models.assignment import SKIPPED
from reviews.results.collecting import recipe_of

RANKING = [
    Column("名次", 8, text=False, numeric=True),
    Column("项目", 36),
    Column("申报单位", 32),
    Column("板块", 14),
    Column("得分", 10, text=False, numeric=True),
    Column("平均分", 10, text=False, numeric=True),
    Column("分差", 10, text=False, numeric=True),
    Column("有效评分", 10, text=False, numeric=True),
]


def recipe(round: Round) -> list[str]:
    criteria = list(round.rubric.criteria.all())
    titles = {one.code: one.title for one in criteria}
    made = recipe_of(round, criteria)
    return [
        f"评分标准：{round.rubric}。状态：{round.get_status_display()}。",
        *made.words([titles[code] for code in made.ties]),
    ]


def workbook(round: Round, entries: QuerySet[Entry]) -> bytes:
    """Reviewers appear as numbers within an entry, never by name."""
    criteria = list(round.rubric.criteria.all())
    detail = [
        Column("项目", 36),
        Column("专家序号", 10, text=False, numeric=True),
        *(Column(c.title, 12, text=False, numeric=True) for c in criteria),
        Column("总分", 10, text=False, numeric=True),
    ]
    return write_workbook(
        [
            Sheet("名次", RANKING, _rows(entries), title=f"{round}名次", notes=recipe(round)),
            Sheet("评分明细", detail, _detail(round, criteria), title=f"{round}评分明细"),
        ]
    )


def _rows(entries: Iterable[Entry]) -> Iterator[list[object]]:
    for entry in entries:
        project = entry.project
        yield [
            entry.rank,
            project.title,
            project.organisation.short,
            project.area.name if project.area else "",
            entry.trimmed,
            entry.total_mean,
            entry.spread,
            entry.count,
        ]


def _detail(round: Round, criteria: list[Criterion]) -> Iterator[list[object]]:
    """Within an entry ordered by total, so that a number tells nothing about a person."""
    submitted = (
        Assignment.objects.filter(entry__round=round)
        .submitted()
        .select_related("entry__project")
        .defer("comment", "entry__project__content")
        .prefetch_related("scores")
        .order_by("entry", "-total", "pk")
    )
    entry_id, number = 0, 0
    for assignment in submitted:
        number = number + 1 if assignment.entry_id == entry_id else 1
        entry_id = assignment.entry_id
        given = {
            score.criterion_id: SKIPPED if score.value is None else score.value
            for score in assignment.scores.all()
        }
        yield [
            assignment.entry.project.title,
            number,
            *(given.get(criterion.pk) for criterion in criteria),
            assignment.total,
        ]
