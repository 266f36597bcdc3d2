"""From a checked upload to the reviews: all of its rows or none."""

from typing import Any

from django.db import transaction

from foundation import clock
from foundation.audit.services import record
from foundation.verdict import Conflict
from reviews import services
from reviews.models import Assignment, Entry, Round, ScoreUpload
from reviews.offline.reading import CHANGED, WRONG, given, read
from reviews.offline.sheet import own_of


def draft(uploaded: Any, round: Round, *, name: str, by: Any) -> ScoreUpload:
    """Raises SheetError for a file that is no such sheet."""
    rows = read(uploaded, round, by=by)
    return ScoreUpload.objects.create(owner=by, round=round, name=name[:200], rows=rows)


def take_over(upload: ScoreUpload, *, hand_in: bool, by: Any) -> tuple[int, int]:
    """How many drafts were saved, and how many of them handed in, if `hand_in`.

    Raises Conflict, and changes nothing, where a row is wrong or a review has moved on since the
    upload was looked at.
    """
    with transaction.atomic():
        current = ScoreUpload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
        if current.applied_at is not None:
            raise Conflict("这份评分表已经办理过，没有重复办理。")
        if any(row["outcome"] == WRONG for row in current.rows):
            raise Conflict("表中有错误，没有办理。请改正后重新上传。")
        due = [row for row in current.rows if row["outcome"] == CHANGED]
        own = _locked(current.round, [row["key"] for row in due], by=by)
        for row in due:
            _save(own.get(row["key"]), row, by=by)
        whole = [row for row in due if hand_in and not row["missing"]]
        for row in whole:
            services.submit_review(own[row["key"]], by=by)
        current.applied_at = clock.now()
        current.save(update_fields=["applied_at"])
        record("score_upload.apply", by=by, obj=current, saved=len(due), handed_in=len(whole))
    return len(due), len(whole)


def _locked(round: Round, keys: list[int], *, by: Any) -> dict[int, Assignment]:
    """Entries before reviews, and in one order: nobody waits for somebody who waits for them."""
    entries = Entry.objects.filter(assignments__in=keys).order_by("pk")
    list(entries.select_for_update(of=("self",)).values_list("pk"))
    return {one.pk: one for one in own_of(round, by)}


def _save(assignment: Assignment | None, row: dict[str, Any], *, by: Any) -> None:
    if assignment is None:
        raise Conflict(
            f"第{row['number']}行《{row['title']}》已不在您的任务中，整份表没有办理。请重新上传。"
        )
    values = {criterion.pk: None for criterion in assignment.entry.round.rubric.asked}
    told = {int(pk): given(words) for pk, words in row["values"].items()}
    try:
        services.save_scores(
            assignment, values | told, row["comment"], by=by, version=row["version"]
        )
    except Conflict as conflict:
        raise Conflict(
            f"第{row['number']}行《{row['title']}》在您核对之后网上又有变动，整份表没有办理。请重新上传核对。"
        ) from conflict
