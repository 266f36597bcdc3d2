"""Append to the chain, and walk it."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models, transaction
from django.db.models import QuerySet

from foundation import clock
from foundation.audit.middleware import current_address
from foundation.audit.models import AuditEvent, ChainHead
from foundation.statements import Row, composed_lock


def record(
    action: str,
    *,
    by: Any = None,
    via: Any = None,
    obj: models.Model | None = None,
    name: str = "",
    success: bool = True,
    **detail: Any,
) -> AuditEvent:
    """Append one event, in the caller's transaction: what rolls back leaves no record.

    `by` is a user or None, `via` the appointment acted through, `obj` what it happened to (`name`
    overrides its words), `detail` goes in as JSON. Call it last in a transaction: the head row is
    locked from here to the commit (lock order: business rows first, the chain last).
    """
    facts = {"by": by, "via": via, "obj": obj, "name": name, "success": success}
    (event,) = record_all([{"action": action, **facts, **detail}])
    return event


def record_all(records: Iterable[dict[str, Any]]) -> list[AuditEvent]:
    """Append many, each as the keywords of `record`, in three statements however many they are."""
    with transaction.atomic(savepoint=False):
        head = _locked_head()
        events = []
        for facts in records:
            event = _event(head, **facts)
            head.number, head.digest = event.number, event.digest
            events.append(event)
        AuditEvent.objects.bulk_create(events, batch_size=2000)
        ChainHead.objects.filter(pk=1).update(number=head.number, digest=head.digest)
    return events


def _locked_head() -> ChainHead:
    for number, digest in _head():
        return ChainHead(pk=1, number=number, digest=digest)
    return ChainHead.objects.select_for_update().get_or_create(pk=1)[0]


@composed_lock
def _head() -> QuerySet[Any, Row]:
    return ChainHead.objects.filter(pk=1).order_by().values_list("number", "digest")


def _event(
    head: ChainHead,
    /,
    *,
    action: str,
    by: Any = None,
    via: Any = None,
    obj: models.Model | None = None,
    name: str = "",
    success: bool = True,
    **detail: Any,
) -> AuditEvent:
    event = AuditEvent(
        number=head.number + 1,
        at=clock.wall_now(),
        action=action,
        actor_id=getattr(by, "pk", None),
        actor_name=str(getattr(by, "name", "") or "")[:80],
        appointment=str(via or "")[:120],
        object_type=obj._meta.label_lower if obj is not None else "",
        object_id=str(obj.pk or "") if obj is not None else "",
        object_name=(name or (str(obj) if obj is not None else ""))[:200],
        address=current_address(),
        success=success,
        detail=json.dumps(detail, ensure_ascii=False, default=str) if detail else "",
        previous=head.digest,
    )
    event.digest = event.computed_digest()
    return event


def head() -> str:
    """As "12:9f…": the last row and its digest. Kept on paper, it betrays whoever rewrites the rest."""
    row = ChainHead.objects.filter(pk=1).first() or ChainHead()
    return f"{row.number}:{row.digest}"


def faults(kept: str = "", *, since: str = "") -> Iterator[str]:
    """Walk the chain; yield one sentence for each row that is changed, missing or cut off.

    `kept` is a head noted earlier. Who may write to the database can cut the tail and set the
    head row back, or make the whole chain anew; only what is kept elsewhere knows better.
    `since` is a head up to which the chain was walked before: only what follows it is walked now.
    """
    number, digest = _after(since)
    rows = AuditEvent.objects.filter(number__gt=number).order_by("number")
    for event in rows.iterator(chunk_size=2000):
        if event.number != number + 1:
            yield f"Rows {number + 1} to {event.number - 1} are missing."
        elif event.previous != digest:
            yield f"Row {event.number} does not follow row {number}."
        if event.digest != event.computed_digest():
            yield f"Row {event.number} was changed."
        number, digest = event.number, event.digest
    head = ChainHead.objects.filter(pk=1).first()
    if (head.number if head else 0) != number or (head and number and head.digest != digest):
        yield f"The tail is cut: the chain ends at {number}, the head says {head and head.number}."
    if kept and not _holds(kept):
        yield f"The chain is not the one whose head {kept.partition(':')[0]} was kept."


def _after(since: str) -> tuple[int, str]:
    number, _, digest = since.partition(":")
    return (int(number), digest) if digest and number != "0" else (0, "0" * 64)


def _holds(kept: str) -> bool:
    number, _, digest = kept.partition(":")
    if not number.isdecimal() or len(number) > 18:
        return False
    return number == "0" or AuditEvent.objects.filter(number=int(number), digest=digest).exists()
