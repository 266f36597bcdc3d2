"""The chain written out: one JSON object a line, so that it outlives this machine (F-B 21)."""

import json
from datetime import datetime
from typing import TextIO

from django.db.models import Field

from foundation.audit.models import AuditEvent

COLUMNS = [field.name for field in AuditEvent._meta.get_fields() if isinstance(field, Field)]


def write_archive(target: TextIO, *, before: datetime) -> tuple[int, str]:
    """Every row older than `before`; how many, and the head as `verify_audit --head` takes it.

    A line holds all that its digest covers and the digest before it. The last line is the head:
    who keeps it apart can tell whether the archive or the chain was changed afterwards.
    """
    count, head = 0, "0:" + "0" * 64
    for event in AuditEvent.objects.filter(at__lt=before).order_by("number").iterator(2000):
        row = {name: getattr(event, name) for name in COLUMNS if name != "id"}
        row["at"] = event.at.isoformat(timespec="microseconds")
        target.write(json.dumps(row, ensure_ascii=False) + "\n")
        count, head = count + 1, f"{event.number}:{event.digest}"
    target.write(json.dumps({"head": head, "rows": count, "before": before.isoformat()}) + "\n")
    return count, head
