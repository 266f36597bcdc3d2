"""The files under which a batch is held: put up by staff, and kept once somebody may have read them."""

from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction

from brands.models import Batch, BatchStatus, SourceFile
from brands.permissions import may_edit_batch, may_manage_batches
from brands.services.receiving import kept, received
from foundation.audit.services import record
from foundation.uploads import Kind, UploadRefused
from foundation.verdict import Verdict, not_now

MOST = 5
KINDS = frozenset({Kind.PDF, Kind.DOCX})


def may_add(user: Any, batch: Batch) -> Verdict:
    """Also to an open batch: a correction or an explanation comes later."""
    person = may_manage_batches(user)
    if person and batch.status == BatchStatus.CLOSED:
        return not_now("批次已结束，不能再上传依据文件。")
    return person


def add(batch: Batch, uploaded: Any, *, by: Any) -> SourceFile:
    """Raises UploadRefused with what to do, in Chinese."""
    inspected = received(uploaded, max_bytes=settings.ATTACHMENT_MAX_BYTES, by=by, obj=batch)
    if inspected.kind not in KINDS:
        raise UploadRefused("依据文件请上传 PDF 或 Word（docx）。")
    with kept([inspected], folder=f"sources/{batch.pk}") as [columns], transaction.atomic():
        locked = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
        verdict = may_add(by, locked)
        verdict.require()
        if locked.source_files.count() >= MOST:
            raise UploadRefused(f"一个批次的依据文件最多{MOST}个。")
        file = locked.source_files.create(**columns, by=by)
        record("source.add", by=by, via=verdict.via, obj=file, batch=batch.pk)
    return file


def remove(file: SourceFile, *, by: Any) -> None:
    """Before the batch opens; what applicants may have read stays."""
    with transaction.atomic():
        batch = Batch.objects.select_for_update(of=("self",)).get(pk=file.batch_id)
        verdict = may_edit_batch(by, batch)
        verdict.require()
        record("source.remove", by=by, via=verdict.via, obj=file, batch=batch.pk)
        stored = file.stored
        file.delete()
        transaction.on_commit(lambda: default_storage.delete(stored))
