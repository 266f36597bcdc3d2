"""Rules of one review, and the aggregate that follows it."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import Enum
from typing import Any

from django.db.models import BigAutoField, QuerySet
from django.urls import reverse

from foundation.notifications.services import Letter, tell
from foundation.statements import Row, Slot, composed_once
from reviews.models import Assignment, Criterion, Entry, Recusal, Round, Rubric, Score
from reviews.models.assignment import SKIPPED
from reviews.results import sheets
from reviews.results.collecting import figures_of

LEAST_COMMENT = 30
MOST_COMMENT = 1000
LOW_SHARE = Decimal("0.6")


class Skip(Enum):
    """Instead of points, where a criterion asks for what an entry cannot have."""

    NOT_APPLICABLE = SKIPPED


NOT_APPLICABLE = Skip.NOT_APPLICABLE
Given = Decimal | Skip


def written_length(text: str) -> int:
    """Characters as people count them here: spaces and line breaks are not counted."""
    return len("".join(text.split()))


def value_fault(criterion: Criterion, value: Given) -> str:
    """Why this value cannot stand, or nothing."""
    if isinstance(value, Skip):
        return "" if criterion.optional else f"不能选“{value.value}”，请评分。"
    if not value.is_finite() or value < 0 or value > criterion.weight:
        return f"应在0到{criterion.weight}分之间。"
    step = criterion.rubric.step
    if value % step:
        return f"只能以{step}分为单位。"
    return ""


def value_faults(criteria: Iterable[Criterion], values: Mapping[int, Given]) -> list[str]:
    """Every impossible value, each named."""
    given = [(c, value_fault(c, values[c.pk])) for c in criteria if c.pk in values]
    return [f"“{criterion.title}”{fault}" for criterion, fault in given if fault]


def comment_fault(rubric: Rubric, comment: str, total: Decimal, *, required: bool) -> str:
    """A comment is compulsory where the round says so, and whenever the total is low."""
    low = total < LOW_SHARE * rubric.full_marks
    if written_length(comment) >= LEAST_COMMENT or not (required or low):
        return ""
    why = "总分低于满分的60%" if low else "本轮评审须写评语"
    return f"{why}，评语不少于{LEAST_COMMENT}字，现有{written_length(comment)}字。"


def total(criteria: Iterable[Criterion], values: Mapping[int, Given]) -> Decimal | None:
    """Of full marks, rounded half up to the cent; None where nothing was applicable.

    What is not applicable counts as if all of it had been judged like the rest (design.md 7).
    """
    asked = list(criteria)
    exact = sheets.total_of([_tenths(values[c.pk]) for c in asked], [c.weight for c in asked])
    return None if exact is None else sheets.points(exact)


def _tenths(value: Given) -> int | None:
    return None if isinstance(value, Skip) else int(value * 10)


def submission_faults(
    assignment: Assignment, values: Mapping[int, Given], comment: str
) -> list[str]:
    """What stands between these scores and their submission."""
    round = assignment.entry.round
    criteria = list(round.rubric.criteria.all())
    unscored = [criterion.title for criterion in criteria if criterion.pk not in values]
    faults = [f"还有{len(unscored)}项未评分：{'、'.join(unscored)}。"] if unscored else []
    faults += value_faults(criteria, values)
    if not unscored and not faults:
        faults.append(whole_fault(round, criteria, values, comment))
    return [fault for fault in faults if fault]


def whole_fault(
    round: Round, criteria: list[Criterion], values: Mapping[int, Given], comment: str
) -> str:
    """Of a review in which every criterion has an answer that can stand."""
    reached = total(criteria, values)
    if reached is None:
        return "各项都选了“不适用”，没有可以计分的指标。请至少评一项。"
    return comment_fault(round.rubric, comment, reached, required=round.comment_required)


def values_of(assignment: Assignment) -> dict[int, Given]:
    """criterion → what was given; nothing of one that was not judged yet."""
    return {pk: _given(value) for pk, value in _values(assignment=assignment.pk)}


def values_of_all(assignments: Iterable[Assignment]) -> dict[int, dict[int, Given]]:
    """The same of many reviews, by their keys, in one statement."""
    found: dict[int, dict[int, Given]] = {one.pk: {} for one in assignments}
    scores = Score.objects.filter(assignment__in=found).order_by()
    for review, pk, value in scores.values_list("assignment", "criterion", "value"):
        found[review][pk] = _given(value)
    return found


def _given(value: Decimal | None) -> Given:
    return NOT_APPLICABLE if value is None else value


@composed_once
def _values() -> QuerySet[Any, Row]:
    given = Score.objects.filter(assignment=Slot("assignment", BigAutoField()))
    return given.order_by().values_list("criterion", "value")


def faults_of(assignment: Assignment) -> list[str]:
    return submission_faults(assignment, values_of(assignment), assignment.comment)


def total_of(assignment: Assignment) -> Decimal:
    """Of a review that may be handed in."""
    reached = total(assignment.entry.round.rubric.asked, values_of(assignment))
    if reached is None:
        raise ValueError(f"Nothing of {assignment} was judged.")
    return reached


def refresh_entry(assignment: Assignment, event: Any = None) -> None:
    """Bring the entry's aggregate up to its submitted reviews, the entry row locked."""
    entry = (
        Entry.objects.select_for_update(of=("self",))
        .select_related("round__rubric")
        .get(pk=assignment.entry_id)
    )
    line = figures_of(entry)
    entry.total_mean, entry.trimmed = line.mean, line.raw
    entry.spread, entry.count = line.spread, line.count
    entry.save(update_fields=["total_mean", "trimmed", "spread", "count"])


def refresh_entry_and_tell(assignment: Assignment, event: Any) -> None:
    refresh_entry(assignment)
    hide = assignment.entry.mask.text
    tell(
        [
            Letter(
                user_id=assignment.reviewer_id,
                key=f"review-reopened:{assignment.pk}:{event.pk}",
                subject=f"评分已退回，请重新评定：{hide(str(assignment.entry.project))}",
                text=hide(f"您对{assignment.entry}的评分已退回。理由：{event.note}"),
                link=reverse("reviews:review", args=[assignment.pk]),
            )
        ]
    )


def keep_recusal(assignment: Assignment, *, by: Any, reason: str) -> None:
    Recusal.objects.create(assignment=assignment, by=by, reason=reason[:500])
