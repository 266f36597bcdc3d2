"""What several models must agree on. Lock order: round, entry, assignment, project, audit chain."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from foundation.audit.services import record
from foundation.workflow.engine import perform, perform_locked, require_version
from reviews import opening, scoring, seeing
from reviews.models import (
    Assignment,
    AssignmentStatus,
    Criterion,
    EarlierScore,
    Entry,
    Pledge,
    Round,
    Score,
)
from reviews.permissions import can_assign, can_score

STALE = "您打开页面之后，这份评分已在别处保存过。您填写的内容仍在下方，尚未保存；请核对后再保存。"


def open_round(round: Round, *, by: Any, version: int | None = None) -> None:
    perform(round, "open", by=by, version=version)


def freeze_round(round: Round, *, by: Any, version: int | None = None) -> None:
    """Rank, hand score and rank to every project, lock; all of it or nothing."""
    perform(round, "freeze", by=by, version=version)


def add_late_entries(round: Round, *, by: Any) -> int:
    """Projects that became eligible after the round opened join it; how many did."""
    with transaction.atomic():
        current = Round.objects.select_for_update(of=("self",)).get(pk=round.pk)
        can_assign(by, current).require()
        before = current.entries.count()
        opening.enter_projects(current, by=by)
        added = current.entries.count() - before
        if added:
            record("round.late_entries", by=by, obj=current, added=added)
    return added


def pledge(round: Round, *, by: Any) -> Pledge:
    made, created = Pledge.objects.get_or_create(reviewer=by, round=round)
    if created:
        record("round.pledge", by=by, obj=round)
    return made


def _lock_entry(assignment: Assignment) -> Entry:
    """Entry before assignment, everywhere: two reviews of one entry never wait for each other."""
    return Entry.objects.select_for_update(of=("self",)).get(pk=assignment.entry_id)


def save_scores(
    assignment: Assignment,
    values: Mapping[int, scoring.Given | None],
    comment: str,
    *,
    by: Any,
    version: int,
) -> None:
    """Keep a draft: criterion id → points or `NOT_APPLICABLE`, None where not yet scored.

    Raises Conflict when the draft was saved elsewhere since `version`, Forged when there was no such
    version, ValidationError for values that no score may have.
    """
    with transaction.atomic():
        current = seeing.locked(assignment.pk, by)
        can_score(by, current).require()
        require_version(current, version, STALE)
        _write_scores(current, values, assignment.entry.round.rubric.asked)
        comment = comment.strip()[: scoring.MOST_COMMENT]
        if current.status == AssignmentStatus.ASSIGNED:
            perform_locked(current, "begin", by=by, comment=comment)
        else:
            current.comment = comment
            current.version += 1
            current.save(update_fields=["comment", "version"])
    for name in ("version", "status", "comment"):
        setattr(assignment, name, getattr(current, name))


def is_saved(
    assignment: Assignment, values: Mapping[int, scoring.Given | None], comment: str
) -> bool:
    """Does the draft already say this? Then an answer was lost on its way, and nothing else.

    Brings `assignment` up to what is stored.
    """
    assignment.refresh_from_db(fields=["version", "status", "comment"])
    given = {pk: value for pk, value in values.items() if value is not None}
    same = scoring.values_of(assignment) == given and assignment.comment == comment.strip()
    return same and assignment.is_unfinished


def _write_scores(
    assignment: Assignment, values: Mapping[int, scoring.Given | None], asked: list[Criterion]
) -> None:
    criteria = {criterion.pk: criterion for criterion in asked}
    if unknown := set(values) - set(criteria):
        raise ValidationError(f"评分标准中没有这些指标：{sorted(unknown)}。")
    given = {pk: value for pk, value in values.items() if value is not None}
    if faults := scoring.value_faults(criteria.values(), given):
        raise ValidationError(faults)
    dropped = [pk for pk, value in values.items() if value is None]
    if dropped and assignment.status != AssignmentStatus.ASSIGNED:
        assignment.scores.filter(criterion__in=dropped).delete()
    Score.objects.bulk_create(
        [
            Score(assignment=assignment, criterion_id=pk, value=_kept(value))
            for pk, value in given.items()
        ],
        update_conflicts=True,
        update_fields=["value"],
        unique_fields=["assignment", "criterion"],
    )


def _kept(value: scoring.Given) -> Decimal | None:
    return None if isinstance(value, scoring.Skip) else value


def submit_review(assignment: Assignment, *, by: Any, version: int | None = None) -> None:
    """Lock the saved scores; total and the entry's aggregate in the same transaction."""
    with transaction.atomic():
        _lock_entry(assignment)
        perform(assignment, "submit", by=by, version=version)


def recuse(assignment: Assignment, reason: str, *, by: Any, version: int | None = None) -> None:
    """The reviewer steps back; the entry may be given to somebody else."""
    with transaction.atomic():
        _lock_entry(assignment)
        perform(assignment, "recuse", by=by, note=reason, version=version)


def release(assignment: Assignment, reason: str, *, by: Any, version: int | None = None) -> None:
    """The staff takes a reviewer off an entry, for example one who is late."""
    with transaction.atomic():
        _lock_entry(assignment)
        perform(assignment, "release", by=by, note=reason, version=version)


def give_up(assignment: Assignment, reason: str, *, by: Any) -> None:
    """Somebody leaves the round, by their own word or the staff's."""
    with transaction.atomic():
        _lock_entry(assignment)
        perform(assignment, "give_up", by=by, note=reason)


def reopen_review(
    assignment: Assignment, reason: str, *, by: Any, version: int | None = None
) -> None:
    """A submitted review becomes a draft again; what it said is kept."""
    with transaction.atomic():
        _lock_entry(assignment)
        old = Assignment.objects.get(pk=assignment.pk)
        scores = {
            code: scoring.NOT_APPLICABLE.value if value is None else str(value)
            for code, value in old.scores.values_list("criterion__code", "value")
        }
        perform(assignment, "reopen", by=by, note=reason, version=version)
        old.explanations.filter(answered_at=None).delete()
        EarlierScore.objects.create(
            assignment=assignment,
            total=scoring.total_of(old),
            scores=scores,
            comment=old.comment,
            reason=reason[:500],
            by=by,
        )
        record(
            "assignment.old_scores",
            by=by,
            obj=assignment,
            total=str(old.total),
            scores=scores,
            comment=old.comment,
        )
