"""What a project's dossier tells of its reviews: figures and opinions, never who gave them."""

from collections.abc import Iterator
from typing import Any

from brands.models import Project
from foundation.documents import OfficialDocument, label
from reviews.aggregates import mean_of, rounded
from reviews.models import Assignment, Criterion, Entry, Score
from reviews.permissions import can_see_scores

_FIGURES = ("得分", "平均分", "分差", "有效评分", "名次")
_FIGURE_WIDTHS = (32, 31, 31, 31, 31)
_CRITERION_WIDTHS = (96, 30, 30)


def papers(project: Project, user: Any) -> Iterator[tuple[str, bytes]]:
    """One paper for each round whose scores this person may see."""
    entries = Entry.objects.visible_to(user).filter(project=project)
    for entry in entries.select_related("round__rubric"):
        if can_see_scores(user, entry.round):
            yield f"评审结果（{entry.round.name}）.docx", _paper(project, entry, user)


def _paper(project: Project, entry: Entry, user: Any) -> bytes:
    document = OfficialDocument()
    document.title(f"{project}\n{entry.round.name}结果")
    given = [entry.trimmed, entry.total_mean, entry.spread, entry.count, entry.rank]
    document.form_table(
        [
            [label(name) for name in _FIGURES],
            [label("—" if figure is None else str(figure)) for figure in given],
        ],
        _FIGURE_WIDTHS,
    )
    document.heading("一、各项平均得分")
    document.form_table(_criteria(entry, user), _CRITERION_WIDTHS)
    document.heading("二、专家意见")
    comments = list(_comments(entry))
    for number, comment in enumerate(comments, 1):
        document.paragraph(f"专家{number}：{comment}")
    if not comments:
        document.paragraph("没有文字意见。")
    return document.to_bytes()


def _criteria(entry: Entry, user: Any) -> list[list[Any]]:
    submitted = Assignment.objects.filter(entry=entry).submitted()
    scores = Score.objects.visible_to(user).filter(assignment__in=submitted)
    given: dict[int, list[Any]] = {}
    for key, value in scores.exclude(value=None).values_list("criterion", "value"):
        given.setdefault(key, []).append(value)
    rows: list[list[Any]] = [[label(name) for name in ("指标", "满分", "平均得分")]]
    for criterion in Criterion.objects.filter(rubric=entry.round.rubric_id):
        values = given.get(criterion.pk)
        mean = str(rounded(mean_of(values))) if values else "—"
        rows.append([criterion.title, label(str(criterion.weight)), label(mean)])
    return rows


def _comments(entry: Entry) -> Iterator[str]:
    """In the order of their own words, so that a number tells neither a person nor a score."""
    given = Assignment.objects.filter(entry=entry).submitted().exclude(comment="")
    yield from sorted(given.values_list("comment", flat=True))
