"""Rules of one review, and the aggregate that follows it."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import BigAutoField, QuerySet
from django.urls import reverse

from foundation.notifications.services import Letter, tell
from foundation.statements import Row, Slot, composed_once
from reviews.aggregates import aggregate
from reviews.models import Assignment, Criterion, Entry, Recusal, Rubric, Score

LEAST_COMMENT = 30
MOST_COMMENT = 1000
LOW_SHARE = Decimal("0.6")


def written_length(text: str) -> int:
    """Characters as people count them here: spaces and line breaks are not counted."""
    return len("".join(text.split()))


def value_fault(criterion: Criterion, value: Decimal) -> str:
    """Why this value cannot stand, or nothing."""
    if not value.is_finite() or value < 0 or value > criterion.weight:
        return f"应在0到{criterion.weight}分之间。"
    step = criterion.rubric.step
    if value % step:
        return f"只能以{step}分为单位。"
    return ""


def value_faults(criteria: Iterable[Criterion], values: Mapping[int, Decimal]) -> list[str]:
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


def submission_faults(
    assignment: Assignment, values: Mapping[int, Decimal], comment: str
) -> list[str]:
    """What stands between these scores and their submission."""
    round = assignment.entry.round
    criteria = list(round.rubric.criteria.all())
    unscored = [criterion.title for criterion in criteria if criterion.pk not in values]
    faults = [f"还有{len(unscored)}项未评分：{'、'.join(unscored)}。"] if unscored else []
    faults += value_faults(criteria, values)
    if not unscored:
        total = sum(values.values(), Decimal())
        faults.append(comment_fault(round.rubric, comment, total, required=round.comment_required))
    return [fault for fault in faults if fault]


def values_of(assignment: Assignment) -> dict[int, Decimal]:
    return dict(_values(assignment=assignment.pk))


@composed_once
def _values() -> QuerySet[Any, Row]:
    given = Score.objects.filter(assignment=Slot("assignment", BigAutoField()))
    return given.order_by().values_list("criterion", "value")


def faults_of(assignment: Assignment) -> list[str]:
    return submission_faults(assignment, values_of(assignment), assignment.comment)


def total_of(assignment: Assignment) -> Decimal:
    return sum(values_of(assignment).values(), Decimal())


def refresh_entry(assignment: Assignment, event: Any = None) -> None:
    """Bring the entry's aggregate up to its submitted reviews, the entry row locked."""
    entry = (
        Entry.objects.select_for_update(of=("self",))
        .select_related("round")
        .get(pk=assignment.entry_id)
    )
    totals = [total for _, total in Assignment.objects.filter(entry=entry).totals()]
    result = aggregate(totals, scoring=entry.round.scoring)
    entry.total_mean, entry.trimmed = result.mean, result.trimmed
    entry.spread, entry.count = result.spread, result.count
    entry.save(update_fields=["total_mean", "trimmed", "spread", "count"])


def refresh_entry_and_tell(assignment: Assignment, event: Any) -> None:
    refresh_entry(assignment)
    tell(
        [
            Letter(
                user_id=assignment.reviewer_id,
                key=f"review-reopened:{assignment.pk}:{event.pk}",
                subject=f"评分已退回，请重新评定：{assignment.entry.project}",
                text=f"您对{assignment.entry}的评分已退回。理由：{event.note}",
                link=reverse("reviews:review", args=[assignment.pk]),
            )
        ]
    )


def keep_recusal(assignment: Assignment, *, by: Any, reason: str) -> None:
    Recusal.objects.create(assignment=assignment, by=by, reason=reason[:500])
