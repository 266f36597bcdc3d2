"""The one way in for files from outside: inspected, an infected one on record, kept or not at all."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.files.storage import default_storage
from django.db import models

from foundation import uploads
from foundation.audit.services import record
from foundation.uploads import ALL_KINDS, Infected, Inspected


def received(
    uploaded: Any,
    *,
    max_bytes: int,
    by: Any = None,
    obj: models.Model | None = None,
    allowed: Collection[str] = ALL_KINDS,
) -> Inspected:
    """`uploads.inspect` for `obj`. Raises UploadRefused with what to do, in Chinese.

    Call it outside the transaction of the change: what is rolled back leaves no record.
    """
    try:
        return uploads.inspect(uploaded, max_bytes=max_bytes, allowed=allowed)
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


@contextmanager
def kept(files: Iterable[Inspected], *, folder: str) -> Iterator[list[dict[str, Any]]]:
    """The columns of a `PrivateFile` for each of `files`, which lie in the storage from here on.

    Their rows are made in the block. When it fails, the files go again: all or none.
    """
    rows: list[dict[str, Any]] = []
    try:
        for file in files:
            columns: dict[str, Any] = {"name": file.name, "content_type": file.content_type}
            columns |= {"size": file.size, "sha256": file.sha256}
            rows.append(columns | {"stored": uploads.store(file, folder=folder)})
        yield rows
    except BaseException:
        for row in rows:
            default_storage.delete(row["stored"])
        raise
