"""A file that arrives in pieces: begun, carried on where the server stands, attached when whole.

The browser is believed in nothing: owner, project, size and offset are the row's (domain.md F-E).
"""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import F

from brands.models import Attachment, FilePart, Project
from brands.models.attachment import KEPT
from brands.permissions import may_change_files
from brands.services import attachments
from foundation import clock, uploads
from foundation.audit.services import record
from foundation.uploads import TryLater, UploadRefused
from foundation.verdict import Conflict

PIECE = 4 * 1024 * 1024  # bytes; DATA_UPLOAD_MAX_MEMORY_SIZE must be larger
MOST_OPEN = attachments.MAX_FILES  # of one person in one project


class Elsewhere(Conflict):
    """The piece does not begin where the server stands: `offset` says where that is."""

    def __init__(self, offset: int) -> None:
        super().__init__("上传进度与服务器不一致，请重试。")
        self.offset = offset


class _Attached(Exception):
    """Another request has just attached the same file."""


def begin(
    project: Project, *, name: str, size: int, mark: str, by: Any, field: str = ""
) -> FilePart:
    """A place for the file, or the one begun for it before; refused early what cannot come in.

    Raises UploadRefused for a kind, a size or a lack of room that is plain before a byte arrives.
    """
    may_change_files(by, project, field).require()
    name = uploads.clean_name(name)
    uploads.kind_of_name(name, attachments.kinds_for(project, field))
    if size < 1:
        raise UploadRefused("文件是空的（0 字节）。请重新选择文件后上传。")
    if size > settings.ATTACHMENT_MAX_BYTES:
        limit = attachments.megabytes(settings.ATTACHMENT_MAX_BYTES)
        raise UploadRefused(f"文件超过 {limit} MB。请压缩或拆分后重新上传。")
    attachments.require_room(project, size, field)
    mine = FilePart.objects.filter(owner=by, project=project)
    known = mine.filter(name=name, size=size, mark=mark, field=field, attachment=None)
    if mark and (part := known.first()):
        FilePart.objects.filter(pk=part.pk).update(touched_at=clock.wall_now())
        return part
    for old in mine.order_by("-touched_at", "-pk")[MOST_OPEN - 1 :]:
        drop(old)
    return FilePart.objects.create(
        project=project, owner=by, field=field, name=name, size=size, mark=mark
    )


def find(key: UUID, *, by: Any) -> FilePart | None:
    """The person's own; whoever asks for another's leaves a record."""
    part = FilePart.objects.select_related("project__batch", "project__organisation").filter(
        key=key
    )
    own = part.visible_to(by).first()
    if own is None and (other := part.first()):
        record("upload.refused", by=by, obj=other.project, success=False, key=str(key))
    return own


def append(part: FilePart, *, offset: int, content: bytes, by: Any) -> None:
    """Keep the next piece. Raises Elsewhere when it is not the next one, UploadRefused when it
    holds more than was announced, TryLater when the disk is full."""
    may_change_files(by, part.project, part.field).require()
    if offset != part.offset:
        raise Elsewhere(part.offset)
    if not 1 <= len(content) <= min(PIECE, part.size - offset):
        raise UploadRefused("上传的内容与所选文件的大小不符。请重新选择文件后上传。")
    with transaction.atomic():
        # Under the row's lock: a slow second copy of a piece must not write into a file that has
        # become whole meanwhile and is being inspected.
        held = FilePart.objects.select_for_update().filter(pk=part.pk)
        now = held.values_list("offset", flat=True).first()
        if now != offset:
            # The same piece came twice, after a lost answer: the other request has counted it.
            raise Elsewhere(now or 0)
        uploads.write_part(part.key, offset, content)
        held.update(offset=F("offset") + len(content), touched_at=clock.wall_now())
    part.offset += len(content)


def finish(part: FilePart, *, contains_minor: bool | None, by: Any) -> Attachment:
    """Attach the whole file, once: who asks again because the answer was lost gets the same.

    Raises UploadRefused as `attach`; what the file itself is refused for also ends the upload.
    """
    if part.attachment:
        return part.attachment
    if not part.is_whole:
        raise Elsewhere(part.offset)

    def claim(attachment: Attachment) -> None:
        mine = FilePart.objects.filter(pk=part.pk, attachment=None)
        if not mine.update(attachment=attachment, touched_at=clock.wall_now()):
            raise _Attached

    try:
        with uploads.open_parts(part.key) as file:
            whole = File(file, name=part.name)
            attachment = attachments.attach(
                part.project,
                whole,
                by=by,
                contains_minor=contains_minor,
                field=part.field,
                listed=claim,
            )
    except FileNotFoundError as error:
        part.refresh_from_db()
        if part.attachment:
            return part.attachment
        drop(part)
        raise UploadRefused("已上传的部分已过期，请重新选择文件后上传。") from error
    except _Attached:
        part.refresh_from_db()
        assert part.attachment is not None
        return part.attachment
    except (TryLater, attachments.Amendable):
        raise
    except UploadRefused:
        drop(part)
        raise
    uploads.drop_parts(part.key)
    return attachment


def drop(part: FilePart) -> None:
    FilePart.objects.filter(pk=part.pk).delete()
    uploads.drop_parts(part.key)


def sweep() -> int:
    """What nobody has carried on for a day, and bytes that no row names; how many rows."""
    expired = list(FilePart.objects.expired())
    for part in expired:
        drop(part)
    named = set(FilePart.objects.values_list("key", flat=True))
    uploads.sweep_parts(named, before=clock.wall_now() - KEPT)
    return len(expired)
