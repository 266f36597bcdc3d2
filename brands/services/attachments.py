"""Private files of a project."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction

from brands.forms import spec
from brands.forms.fields import MOST_FILES, Field
from brands.models import Attachment, Batch, Project
from brands.permissions import may_change_files, may_mark_minors
from brands.services.receiving import kept, received
from foundation.audit.services import record
from foundation.uploads import ALL_KINDS, PICTURED, Kind, UploadRefused

MAX_FILES = MOST_FILES
MB = 1024 * 1024


class Amendable(UploadRefused):
    """Not the file's fault: the person can put it right, and need not send it again."""


class NoRoom(Amendable):
    """Too many files, or too large together: there is room again when one is deleted."""


class Unanswered(Amendable):
    def __init__(self) -> None:
        super().__init__("请先回答“是否含未成年人影像”，再上传。")


@dataclass(frozen=True, slots=True)
class Room:
    """What the files of one project may take together, in bytes."""

    limit: int
    used: int

    @property
    def left(self) -> int:
        return max(self.limit - self.used, 0)

    def __str__(self) -> str:
        return f"附件合计不超过 {megabytes(self.limit)} MB，还可上传 {megabytes(self.left)} MB。"


def room_of(project: Project, used: int | None = None) -> Room:
    """`used` by who has just listed the files; else they are asked for."""
    known = project.attachments.all().total_size() if used is None else used
    return Room(project.batch.project_megabytes * MB, known)


def megabytes(size: int) -> str:
    """Rounded down, so that what is said to be left is there."""
    return f"{size * 10 // MB / 10:g}"


def require_room(project: Project, size: int, field: str = "") -> None:
    """Raises NoRoom when a file of this size does not fit in, with what is left; UploadRefused for
    a field that takes no files."""
    if field:
        _require_place(project, field)
    if project.attachments.count() >= MAX_FILES:
        raise NoRoom(f"附件最多{MAX_FILES}个，请先删除不需要的文件。")
    room = room_of(project)
    if size > room.left:
        raise NoRoom(f"{room}请压缩后再上传，或先删除不需要的文件。")
    limit = project.batch.batch_megabytes * MB
    left = max(limit - Attachment.objects.filter(project__batch=project.batch).total_size(), 0)
    if size > left:
        raise NoRoom(
            f"本批次附件合计不超过 {megabytes(limit)} MB，还剩 {megabytes(left)} MB。"
            "请压缩后再上传，或联系局工作人员。"
        )


def kinds_for(project: Project, key: str) -> frozenset[Kind]:
    """What this field takes; what belongs to none may be of any kind."""
    return _field_of(project, key).limits.kinds if key else ALL_KINDS


def _field_of(project: Project, key: str) -> Field:
    field = spec.form_of(project.batch).file_field(key)
    if field is None:
        raise UploadRefused("申报表里没有这一栏。请刷新页面后再上传。")
    return field


def _require_place(project: Project, key: str) -> None:
    field = _field_of(project, key)
    if project.attachments.filter(field=key).count() >= field.most_files:
        raise NoRoom(f"“{field.label}”最多{field.most_files}个，请先删除不需要的文件。")


def attach(
    project: Project,
    uploaded: Any,
    *,
    by: Any,
    contains_minor: bool | None,
    field: str = "",
    listed: Callable[[Attachment], None] = lambda attachment: None,
) -> Attachment:
    """Inspect, store and list one file. Raises UploadRefused with what to do, in Chinese.

    `contains_minor` is the person's answer; None, no answer, will do for Word and Excel only.
    `field` is the key of the form's field that the file answers; "" for what comes besides it.
    `listed` runs in the same transaction: what it raises undoes all.
    """
    inspected = received(
        uploaded,
        max_bytes=settings.ATTACHMENT_MAX_BYTES,
        by=by,
        obj=project,
        allowed=kinds_for(project, field),
    )
    if contains_minor is None and inspected.kind in PICTURED:
        raise Unanswered
    with kept([inspected], folder=f"projects/{project.pk}") as [columns], transaction.atomic():
        current = _locked(project)
        verdict = may_change_files(by, current, field)
        verdict.require()
        Batch.objects.select_for_update().get(pk=current.batch_id)  # Its limit is everybody's.
        require_room(current, inspected.size, field)
        attachment = current.attachments.create(
            **columns,
            field=field,
            contains_minor=bool(contains_minor) and inspected.kind in PICTURED,
            by=by,
        )
        listed(attachment)
        record("attachment.add", by=by, via=verdict.via, obj=attachment, project=project.pk)
    return attachment


def mark_minors(attachment: Attachment, contains_minor: bool, *, by: Any) -> None:
    """Correct the answer given at the upload."""
    with transaction.atomic():
        verdict = may_mark_minors(by, _locked(attachment.project), attachment.field)
        verdict.require()
        changed = Attachment.objects.filter(pk=attachment.pk).exclude(contains_minor=contains_minor)
        if changed.update(contains_minor=contains_minor):
            record(
                "attachment.mark",
                by=by,
                via=verdict.via,
                obj=attachment,
                project=attachment.project_id,
                contains_minor=contains_minor,
            )


def remove(attachment: Attachment, *, by: Any) -> None:
    """Unlist the file; its content goes after the commit."""
    with transaction.atomic():
        verdict = may_change_files(by, _locked(attachment.project), attachment.field)
        verdict.require()
        stored = attachment.stored
        transaction.on_commit(lambda: default_storage.delete(stored))
        name, project = attachment.name, attachment.project
        attachment.delete()
        record("attachment.remove", by=by, via=verdict.via, obj=project, file=name)


def _locked(project: Project) -> Project:
    return Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
