"""What an audit event changed, as the auditor reads it; numbers of persons in part (domain.md F-C 31)."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.apps import apps
from django.utils import timezone

from brands.scanning import without_personal
from foundation.audit.models import AuditEvent
from foundation.phones import masked

Change = tuple[str, str, str]
LONGEST = 160
EMPTY = "（空）"


def changes_of(event: AuditEvent) -> list[Change]:
    """(what, before, after) of each thing that the event kept both of; a new thing was empty before.

    Notes, scores and other particulars stay in the record: this is about what was changed.
    """
    detail = json.loads(event.detail) if event.detail else {}
    return [(name, _shown(name, old), _shown(name, new)) for name, old, new in _kept(event, detail)]


def _kept(event: AuditEvent, detail: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    changed = detail.get("changed")
    if isinstance(changed, dict):
        yield from ((name, *pair) for name, pair in changed.items())
    if "source" in detail and detail["source"] != detail.get("target"):
        words = _statuses(event.object_type)
        old, new = str(detail["source"]), str(detail.get("target"))
        yield "状态", words.get(old, old), words.get(new, new)
    after = detail.get("after")
    if isinstance(after, dict):
        yield from ((name, "", value) for name, value in after.items() if value)
    elif "before" in detail and after is not None:
        yield "期限", detail["before"], after


def _statuses(label: str) -> dict[str, str]:
    try:
        field = apps.get_model(label)._meta.get_field("status")
    except (LookupError, ValueError):
        return {}
    return dict(getattr(field, "choices", None) or ())


def _shown(name: str, value: Any) -> str:
    text = _moment(str(value if value is not None else ""))
    text = masked(text) if "电话" in name else without_personal(text)
    return f"{text[:LONGEST]}…" if len(text) > LONGEST else text or EMPTY


def _moment(text: str) -> str:
    """A moment as it stands in the record is in UTC: here as clocks show it."""
    try:
        moment = datetime.fromisoformat(text) if ":" in text else None
    except ValueError:
        moment = None
    if moment is None or timezone.is_naive(moment):
        return text
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")
