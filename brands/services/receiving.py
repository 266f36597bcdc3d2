"""The one way in for files from outside: inspected, and an infected one leaves a record."""

from typing import Any

from django.db import models

from foundation import uploads
from foundation.audit.services import record
from foundation.uploads import Infected, Inspected


def received(
    uploaded: Any, *, max_bytes: int, by: Any = None, obj: models.Model | None = None
) -> Inspected:
    """`uploads.inspect` for `obj`. Raises UploadRefused with what to do, in Chinese.

    Call it outside the transaction of the change: what is rolled back leaves no record.
    """
    try:
        return uploads.inspect(uploaded, max_bytes=max_bytes)
    except Infected as refusal:
        name = uploads.clean_name(uploaded.name or "")
        record(
            "upload.infected",
            by=by,
            obj=obj,
            success=False,
            file=name,
            signature=refusal.signature,
        )
        raise
