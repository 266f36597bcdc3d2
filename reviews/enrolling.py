"""Experts into the pool in two steps: read and check, then all of them or none."""

from collections import Counter
from typing import Any

from django.db import IntegrityError, transaction

from foundation import clock
from foundation.accounts.models import User
from foundation.audit.services import record
from foundation.spreadsheets import RawRow, SheetError
from foundation.verdict import Conflict
from reviews.importing.checking import (
    CREATED,
    JOINED,
    OUTCOMES,
    SAME,
    WRONG,
    Checked,
    check_rows,
)
from reviews.importing.sheet import EMAIL, NAME, USERNAME, password_sheet, read_sheet
from reviews.models import PoolImport, Reviewer
from reviews.permissions import can_manage
from schools.models import PartyOrganisation, Role
from schools.services import people

MOST_ACCOUNTS = 200  # A password takes some 25 ms to hash: more would outlast a proxy's patience.
STALE = "预览之后专家库已有变动（{count} 行的结果与预览不同）。没有导入任何内容，请重新上传核对。"
RACE = "有人正好同时在登记专家。没有导入任何内容，请重新上传核对。"


def draft_import(uploaded: Any, *, name: str, by: Any) -> PoolImport:
    """Read and check the sheet, keep the result for its owner. Raises SheetError for a wrong file."""
    can_manage(by).require()
    rows = check_rows(read_sheet(uploaded), by=by)
    counts = Counter(row.outcome for row in rows)
    if counts[CREATED] > MOST_ACCOUNTS:
        raise SheetError(f"一次最多新建{MOST_ACCOUNTS}个账号，请分成几个文件上传。")
    return PoolImport.objects.create(
        owner=by,
        name=name[:200],
        rows=[row.as_json() for row in rows],
        counts={outcome: counts[outcome] for outcome in OUTCOMES},
    )


def apply_import(draft: PoolImport, *, by: Any) -> bytes | None:
    """Enter the rows, once: the sheet of one-time passwords, b"" if no account was made.

    None when it had been applied before. The rows are checked again by the pool as it is now; where
    that differs from what the owner saw, nothing is written and Conflict says so.
    """
    verdict = can_manage(by)
    verdict.require()
    try:
        with transaction.atomic():
            # One import at a time: two sheets with the same person would both find none.
            list(PartyOrganisation.objects.select_for_update().filter(parent=None))
            current = PoolImport.objects.select_for_update().get(pk=draft.pk, owner=by)
            if current.applied_at:
                return None
            if wrong := current.counts.get(WRONG, 0):
                raise Conflict(f"还有 {wrong} 行有错误，不能导入。请改正后重新上传。")
            rows = check_rows(map(RawRow.from_json, current.rows), by=by)
            _refuse_stale(current, rows)
            given = _enter(rows, by=by)
            current.applied_at = clock.now()
            current.save(update_fields=["applied_at"])
            record("reviewer.import", by=by, via=verdict.via, obj=current, counts=current.counts)
    except IntegrityError as error:
        raise Conflict(RACE) from error
    return password_sheet(given) if given else b""


def _refuse_stale(draft: PoolImport, rows: list[Checked]) -> None:
    pairs = zip(rows, draft.rows, strict=True)
    differing = sum(
        (row.outcome, row.clean.get(USERNAME, "")) != (seen["outcome"], seen["username"])
        for row, seen in pairs
    )
    if differing:
        raise Conflict(STALE.format(count=differing))


def _enter(rows: list[Checked], *, by: Any) -> list[tuple[str, str, str, str]]:
    given = []
    for row in rows:
        if row.outcome == SAME:
            continue
        assert row.place is not None
        user = row.user
        if user is None:
            user, password = _account(row, by=by)
            given.append((user.name, row.clean["unit"], user.username, password))
        if row.outcome in (CREATED, JOINED):
            people.appoint(
                user, by=by, role=Role.REVIEWER, organisation=row.place, since=clock.today()
            )
        Reviewer.objects.update_or_create(user=user, defaults=row.profile)
    return given


def _account(row: Checked, *, by: Any) -> tuple[User, str]:
    clean = row.clean
    return people.create_person(
        by=by, username=clean[USERNAME], name=clean[NAME], email=clean[EMAIL]
    )
