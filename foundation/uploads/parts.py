"""Files that arrive piece by piece: bytes on a private disk until they are whole.

How much has arrived is told by the caller's row, never by the length of the file: a process that
dies while it writes leaves bytes that the next try writes over.
"""

import os
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import IO
from uuid import UUID

from django.conf import settings

from foundation.uploads.kinds import StorageFull

_SUFFIX = ".part"


def write_part(key: UUID, offset: int, content: bytes) -> None:
    """Put `content` at `offset`, down to the disk. Raises StorageFull when there is no room."""
    path = _path(key)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            written = 0
            while written < len(content):
                written += os.pwrite(descriptor, content[written:], offset + written)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise StorageFull from error


def open_parts(key: UUID) -> IO[bytes]:
    """Raises FileNotFoundError when the bytes are gone."""
    return _path(key).open("rb")


def drop_parts(key: UUID) -> None:
    _path(key).unlink(missing_ok=True)


def sweep_parts(named: Collection[UUID], *, before: datetime) -> int:
    """Delete what no row names and nobody has written to since `before`; how many files."""
    folder, names, swept = Path(settings.UPLOAD_DIR), {f"{key}{_SUFFIX}" for key in named}, 0
    for path in folder.glob(f"*{_SUFFIX}"):
        with suppress(FileNotFoundError):
            if path.name not in names and path.stat().st_mtime < before.timestamp():
                path.unlink()
                swept += 1
    return swept


def _path(key: UUID) -> Path:
    return Path(settings.UPLOAD_DIR) / f"{key}{_SUFFIX}"
