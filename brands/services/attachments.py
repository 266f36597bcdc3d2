"""Private files of a project."""

from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction

from brands.models import Attachment, Project
from brands.permissions import may_change_files
from brands.services.receiving import received
from foundation import uploads
from foundation.audit.services import record
from foundation.uploads import UploadRefused

MAX_FILES = 20


def attach(project: Project, uploaded: Any, *, by: Any) -> Attachment:
    """Inspect, store and list one file. Raises UploadRefused with what to do, in Chinese."""
    inspected = received(uploaded, max_bytes=settings.ATTACHMENT_MAX_BYTES, by=by, obj=project)
    stored = uploads.store(inspected, folder=f"projects/{project.pk}")
    try:
        with transaction.atomic():
            current = _locked(project)
            verdict = may_change_files(by, current)
            verdict.require()
            if current.attachments.count() >= MAX_FILES:
                raise UploadRefused(f"附件最多{MAX_FILES}个，请先删除不需要的文件。")
            attachment = current.attachments.create(
                name=inspected.name,
                stored=stored,
                content_type=inspected.content_type,
                size=inspected.size,
                sha256=inspected.sha256,
                by=by,
            )
            record("attachment.add", by=by, via=verdict.via, obj=attachment, project=project.pk)
    except BaseException:
        default_storage.delete(stored)
        raise
    return attachment


def remove(attachment: Attachment, *, by: Any) -> None:
    """Unlist the file; its content goes after the commit."""
    with transaction.atomic():
        verdict = may_change_files(by, _locked(attachment.project))
        verdict.require()
        stored = attachment.stored
        transaction.on_commit(lambda: default_storage.delete(stored))
        name, project = attachment.name, attachment.project
        attachment.delete()
        record("attachment.remove", by=by, via=verdict.via, obj=project, file=name)


def _locked(project: Project) -> Project:
    return Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
