"""A sheet of schools in two steps: read and compare, then apply all of it or nothing."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction

from foundation import clock
from foundation.accounts.models import User
from foundation.audit.services import record
from foundation.spreadsheets import RawRow
from foundation.verdict import Conflict
from schools.importing.applying import apply_rows
from schools.importing.comparing import (
    CHANGED,
    NEW,
    OUTCOMES,
    WRONG,
    Compared,
    compare,
    missing,
    present,
)
from schools.importing.reading import read_sheet
from schools.models import ImportDraft
from schools.permissions import can_import
from schools.services.organisations import ensure_trees

STALE = "预览之后学校数据已有变动（{count} 行的结果与预览不同）。没有导入任何内容，请重新上传核对。"
RACE = "有人正好同时修改了这些学校。没有导入任何内容，请重新上传核对。"


def draft_import(uploaded: Any, *, name: str, by: User) -> ImportDraft:
    """Read and check the sheet, keep the result for its owner. Raises SheetError for a wrong file."""
    can_import(by).require()
    sheet = read_sheet(uploaded)
    there = present()
    rows = compare(sheet.rows, there)
    return ImportDraft.objects.create(
        owner=by,
        name=name[:200],
        rows=[row.as_json() for row in rows],
        counts=_counts(rows),
        missing=missing(sheet.rows, there),
        notices=sheet.notices,
    )


def apply_import(draft: ImportDraft, *, by: User) -> bool:
    """Write the draft's rows, once. False when it had been applied before.

    The rows are judged again by the database as it is now; where that differs from what the owner
    saw, nothing is written and Conflict says so.
    """
    verdict = can_import(by)
    verdict.require()
    try:
        with transaction.atomic():
            draft = ImportDraft.objects.select_for_update().get(pk=draft.pk, owner=by)
            if draft.applied_at:
                return False
            _refuse_wrong(draft)
            ensure_trees()
            rows = compare(map(RawRow.from_json, draft.rows), present(lock=True))
            _refuse_stale(draft, rows)
            apply_rows(rows)
            draft.applied_at = clock.now()
            draft.save(update_fields=["applied_at"])
            record(
                "import", by=by, via=verdict.via, obj=draft, **draft.counts, changes=_audited(rows)
            )
    except IntegrityError as error:
        raise Conflict(RACE) from error
    return True


def _refuse_wrong(draft: ImportDraft) -> None:
    wrong = draft.counts.get(WRONG, 0)
    if wrong:
        raise Conflict(f"还有 {wrong} 行有错误，不能导入。请改正后重新上传。")


def _refuse_stale(draft: ImportDraft, rows: list[Compared]) -> None:
    differing = sum(
        (row.outcome, row.changes) != (seen["outcome"], seen["changes"])
        for row, seen in zip(rows, draft.rows, strict=True)
    )
    if differing:
        raise Conflict(STALE.format(count=differing))


def _counts(rows: Iterable[Compared]) -> dict[str, int]:
    found = Counter(row.outcome for row in rows)
    return {outcome: found[outcome] for outcome in OUTCOMES}


def _audited(rows: Iterable[Compared]) -> dict[str, Any]:
    """What the audit keeps: codes of the new schools, old and new words of the changed ones."""
    rows = list(rows)
    return {
        "created": [row.checked.code for row in rows if row.outcome == NEW],
        "changed": {row.checked.code: row.changes for row in rows if row.outcome == CHANGED},
    }
