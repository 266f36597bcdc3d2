"""A file is stored whole or not at all."""

import os
import uuid
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage

from foundation.uploads.inspection import Inspected
from foundation.uploads.kinds import UploadRefused


def store(inspected: Inspected, *, folder: str) -> str:
    """Write the content under a random name in `folder`; returns the name in the storage.

    Call it before the database row is made: a crash in between leaves a file nobody
    names, which is harmless; the other order leaves a row without its file.
    """
    name = f"{folder.strip('/')}/{uuid.uuid4()}.{inspected.extension}"
    try:
        if isinstance(default_storage, FileSystemStorage):
            path = Path(default_storage.path(name))
            _write(path, inspected.content, default_storage.file_permissions_mode)
            return name
        return default_storage.save(name, ContentFile(inspected.content))
    except OSError as error:
        raise UploadRefused("存储空间不足，文件没有保存。请稍后再试，或联系管理员。") from error


def _write(path: Path, content: bytes, mode: int | None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    try:
        with part.open("xb") as file:
            file.write(content)
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
