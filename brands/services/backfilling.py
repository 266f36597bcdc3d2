"""Earlier honours into the register in two steps: read and check, then all of them or none."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction

from brands.importing.checking import NEW, OUTCOMES, WRONG, Checked, check_rows
from brands.importing.sheet import (
    BRAND,
    DOCUMENT,
    LEVEL,
    SCHOOL,
    VALID_UNTIL,
    YEAR,
    read_sheet,
)
from brands.models import Honour, HonourImport, Programme
from brands.permissions_after import may_import_honours
from brands.services.naming import numbers_from
from foundation import clock
from foundation.audit.services import record
from foundation.spreadsheets import RawRow
from foundation.verdict import Conflict

STALE = "预览之后名录已有变动（{count} 行的结果与预览不同）。没有导入任何内容，请重新上传核对。"
RACE = "有人正好同时在登记荣誉。没有导入任何内容，请重新上传核对。"


def draft_import(uploaded: Any, programme: Programme, *, name: str, by: Any) -> HonourImport:
    """Read and check the sheet, keep the result for its owner. Raises SheetError for a wrong file."""
    may_import_honours(by).require()
    rows = check_rows(read_sheet(uploaded), programme)
    return HonourImport.objects.create(
        owner=by,
        programme=programme,
        name=name[:200],
        rows=[row.as_json() for row in rows],
        counts=_counts(rows),
    )


def apply_import(draft: HonourImport, *, by: Any) -> bool:
    """Write the draft's new rows, once. False when it had been applied before.

    The rows are checked again by the register as it is now; where that differs from what the
    owner saw, nothing is written and Conflict says so.
    """
    verdict = may_import_honours(by)
    verdict.require()
    try:
        with transaction.atomic():
            # One import at a time: two sheets of a programme with the same honour would both find it missing.
            programme = Programme.objects.select_for_update().get(pk=draft.programme_id)
            draft = HonourImport.objects.select_for_update().get(pk=draft.pk, owner=by)
            if draft.applied_at:
                return False
            if wrong := draft.counts.get(WRONG, 0):
                raise Conflict(f"还有 {wrong} 行有错误，不能导入。请改正后重新上传。")
            rows = check_rows(map(RawRow.from_json, draft.rows), programme)
            _refuse_stale(draft, rows)
            fresh = [row for row in rows if row.outcome == NEW]
            numbers = _enter(fresh, programme, by, str(verdict.via))
            draft.applied_at = clock.now()
            draft.save(update_fields=["applied_at"])
            record("honour.import", by=by, via=verdict.via, obj=draft, numbers=numbers)
    except IntegrityError as error:
        raise Conflict(RACE) from error
    return True


def _refuse_stale(draft: HonourImport, rows: list[Checked]) -> None:
    pairs = zip(rows, draft.rows, strict=True)
    differing = sum(row.outcome != seen["outcome"] for row, seen in pairs)
    if differing:
        raise Conflict(STALE.format(count=differing))


def _enter(rows: list[Checked], programme: Programme, by: Any, appointment: str) -> list[str]:
    """By year, in the order in which the namings lock it."""
    years = sorted({row.clean[YEAR] for row in rows})
    sequence = {year: numbers_from(year, programme.honour_code) for year in years}
    entered = []
    for row in rows:
        clean = row.clean
        holder = clean[SCHOOL]
        honour = Honour.objects.create(
            number=next(sequence[clean[YEAR]]),
            programme=programme,
            school=holder.school,
            organisation=holder.organisation,
            holder=str(holder),
            brand_name=clean[BRAND],
            level=clean[LEVEL],
            label=programme.result_label,
            year=clean[YEAR],
            document_number=clean[DOCUMENT],
            valid_until=clean[VALID_UNTIL],
            is_example=bool(holder.school and holder.school.is_fictional),
        )
        honour.events.create(
            name="import",
            label="从 Excel 补录",
            source=honour.status,
            target=honour.status,
            by=by,
            appointment=appointment,
        )
        entered.append(honour.number)
    return entered


def _counts(rows: Iterable[Checked]) -> dict[str, int]:
    found = Counter(row.outcome for row in rows)
    return {outcome: found[outcome] for outcome in OUTCOMES}
