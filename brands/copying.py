"""Last year's batch as the draft of the next. Apps above append what of theirs comes along."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from brands.models import Allotment, Batch, BatchStage, BatchStatus, Quota
from foundation.audit.services import record
from foundation.workdays.services import Calendar, add_workdays

# callable(old, new, by): copy what belongs to the old batch in a higher app.
COPIERS: list[Callable[[Batch, Batch, Any], None]] = []
A_YEAR = timedelta(weeks=52)  # The same days of the week.
_LONGEST_HOLIDAY = timedelta(days=15)

# What a new round must be given anew: its paper, its life and its place in the year.
_OWN = ("id", "version", "status", "year", "number", "title", "source_document", "form")
_OWN_RULES = ("checklist",)  # Fixed anew when it opens.
_OWN_PAPER = ("approval_document", "approving_body")


def left_out(batch: Batch) -> list[str]:
    """What a copy of `batch` comes without and staff fill in anew, in words."""
    paper = {"批准文号": batch.approval_document, "批准机关": batch.approving_body}
    files = batch.source_files.count()
    return [
        "文号",
        *([f"依据文件（原批次{files}份）"] if files else []),
        *(name for name, value in paper.items() if value),
    ]


def a_year_on(moment: datetime) -> datetime:
    """The same day of the week next year; from a day off on to the first working day after it."""
    first = timezone.localdate(moment + A_YEAR)
    calendar = Calendar(first, first + _LONGEST_HOLIDAY)
    return moment + A_YEAR + (_working(first, calendar) - first)


def _working(day: date, calendar: Calendar) -> date:
    return day if calendar.look_up(day)[0] else add_workdays(day, 1, calendar).date


def copy_batch(batch: Batch, *, by: Any, via: Any) -> Batch:
    """A draft for the next year with the same rules, windows a year on and no paper number."""
    same = [f.name for f in Batch._meta.fields if f.name not in {*_OWN, *_OWN_PAPER, *_OWN_RULES}]
    year = batch.year + 1
    with transaction.atomic():
        new = Batch.objects.create(
            **{name: getattr(batch, name) for name in same},
            status=BatchStatus.DRAFT,
            year=year,
            number=_free_number(batch, year),
            title=batch.title.replace(f"{batch.year}年", f"{year}年"),
        )
        BatchStage.objects.bulk_create(
            BatchStage(
                batch=new,
                stage=row.stage,
                opens_at=a_year_on(row.opens_at),
                closes_at=a_year_on(row.closes_at),
            )
            for row in batch.stages.all()
        )
        Quota.objects.bulk_create(
            Quota(
                batch=new,
                area_id=quota.area_id,
                places=quota.places,
                private=quota.private,
                kindergartens=quota.kindergartens,
            )
            for quota in batch.quotas.all()
        )
        Allotment.objects.bulk_create(
            Allotment(batch=new, area_id=row.area_id, kind=row.kind, places=row.places)
            for row in batch.allotments.all()
        )
        for copier in COPIERS:
            copier(batch, new, by)
        record("batch.copy", by=by, via=via, obj=new, source=batch.pk)
    return new


def _free_number(batch: Batch, year: int) -> int:
    """The same number while nobody has it; else the next after the year's last."""
    taken = set(
        Batch.objects.select_for_update()
        .filter(programme=batch.programme_id, year=year)
        .values_list("number", flat=True)
    )
    return batch.number if batch.number not in taken else max(taken) + 1
