"""Remarks pinned to fields: only what they name unlocks for correction (domain.md B1 stage 5)."""

from collections.abc import Iterable, Mapping
from typing import Any

from brands.forms import spec
from brands.models import Project, ProjectStatus, Remark
from foundation import clock
from foundation.audit.services import record
from foundation.verdict import Conflict

MOST_CHARACTERS = 500
LOCKED = "本次退回只要求修改注明意见的内容，其他内容不能改动。请刷新页面后再保存。"


def pin(project: Project, remarks: Mapping[str, str], *, by: Any) -> None:
    """Under the lock of the move. Raises Conflict for what is not in the form, or is too long."""
    keys = {field.key for field in spec.form_of(project.batch).fields} | {Remark.FILES}
    written = {key: text.strip() for key, text in remarks.items() if text.strip()}
    if unknown := set(written) - keys:
        raise Conflict(
            f"申报表里没有这些字段：{'、'.join(sorted(unknown))}。请刷新页面后再填写意见。"
        )
    if any(len(text) > MOST_CHARACTERS for text in written.values()):
        raise Conflict(f"每条意见不超过{MOST_CHARACTERS}字，请精简。")
    version = project.versions.count()
    Remark.objects.bulk_create(
        Remark(project=project, field=key, text=text, version=version, by=by, at=clock.now())
        for key, text in written.items()
    )


def live(project: Project) -> dict[str, Remark]:
    """Field → what is still to be corrected there."""
    return {remark.field: remark for remark in project.remarks.filter(cleared_at=None)}


def unlocked(project: Project) -> frozenset[str] | None:
    """The fields that may change now; None when all may, because nothing was pinned."""
    if project.status != ProjectStatus.RETURNED:
        return None
    return frozenset(live(project)) or None


def is_unlocked(project: Project, field: str) -> bool:
    open_ = unlocked(project)
    return open_ is None or field in open_


def clear(project: Project) -> None:
    """Handed in again, taken as it was, or over: the remarks stay on record and lock nothing."""
    project.remarks.filter(cleared_at=None).update(cleared_at=clock.now())


def locked_among(project: Project, fields: Iterable[str]) -> list[str]:
    open_ = unlocked(project)
    return [] if open_ is None else sorted(set(fields) - open_)


def refuse_locked(project: Project, fields: Iterable[str], *, by: Any, via: Any) -> None:
    """Raises Conflict when one of `fields` is locked, and keeps a record: no page of ours sends it.

    Call it before the transaction of the change: what is rolled back leaves no record.
    """
    if locked := locked_among(project, fields):
        record("project.refused", by=by, via=via, obj=project, success=False, fields=locked)
        raise Conflict(LOCKED)
