"""A file is stored whole or not at all."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, default_storage

from foundation.uploads.inspection import Inspected
from foundation.uploads.kinds import StorageFull


def store(inspected: Inspected, *, folder: str) -> str:
    """Write the content under a random name in `folder`; returns the name in the storage.

    Call it before the database row is made: a crash in between leaves a file nobody
    names, which is harmless; the other order leaves a row without its file.
    """
    try:
        with new_file(folder, inspected.extension) as (name, file):
            file.write(inspected.content)
    except OSError as error:
        raise StorageFull from error
    return name


@contextmanager
def new_file(folder: str, extension: str) -> Iterator[tuple[str, IO[bytes]]]:
    """A random name in the storage and a file to write to.

    Only when the block ends well does the file stand under that name. A process that dies in
    between leaves a ".part" at most, which nobody hands out.
    """
    name = f"{folder.strip('/')}/{uuid.uuid4()}.{extension}"
    if isinstance(default_storage, FileSystemStorage):
        path = Path(default_storage.path(name))
        with _local_file(path, default_storage.file_permissions_mode) as file:
            yield name, file
        return
    with TemporaryFile() as file:
        yield name, file
        file.seek(0)
        default_storage.save(name, File(file))


@contextmanager
def _local_file(path: Path, mode: int | None) -> Iterator[IO[bytes]]:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    try:
        with part.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            part.chmod(mode)
        part.rename(path)
        _sync_folder(path.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    """The new name, too, must survive a power cut."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
