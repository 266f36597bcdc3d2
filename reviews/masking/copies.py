"""Reviewer copies: planned with the dictionary, made in the background, settled by the staff."""

import io
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q

from brands.models import Attachment, ProgressFile
from foundation import clock
from foundation.audit.services import record
from foundation.redrawing import CannotRedraw, redrawn
from foundation.uploads import Kind, UploadRefused, new_file
from foundation.uploads.images import cleaned_image
from foundation.verdict import Conflict
from reviews.masking.office import CannotClean, cleaned_office, words_of
from reviews.masking.words import Masker
from reviews.models import CopyState, Decision, Masking, ReviewerCopy, RoundKind

FOLDER = "reviewer-copies"
LEASE = timedelta(minutes=10)
MOST_ATTEMPTS = 3
A_RUN = 20  # copies, so that one run does not keep a worker
_KINDS = {kind.content_type: kind for kind in Kind}


def files_of(masking: Masking) -> list[Attachment | ProgressFile]:
    """What reviewers of this round may be shown at all: never a stamped paper."""
    files: list[Attachment | ProgressFile] = [
        *Attachment.objects.filter(project=masking.project_id).order_by("pk")
    ]
    if masking.round.kind == RoundKind.CLOSING:
        files += ProgressFile.objects.filter(project=masking.project_id).order_by("pk")
    return files


def plan(masking: Masking) -> None:
    """Inside the masking's lock: every file gets a copy by the dictionary as it is now.

    What was withheld stays so; any other decision was about another copy.
    """
    files = files_of(masking)
    old = {(one.attachment_id, one.progress_id): one for one in masking.copies.all()}
    for number, file in enumerate(files, 1):
        own = _key(file)
        copy = old.pop(own, None) or ReviewerCopy(
            masking=masking, attachment_id=own[0], progress_id=own[1]
        )
        copy.name = f"附件{number}.{_KINDS[file.content_type].value}"
        copy.content_type, copy.edition = file.content_type, masking.edition
        copy.state, copy.problem, copy.left, copy.is_unread = CopyState.WAITING, "", "", False
        copy.attempt, copy.lease_until = 0, None
        if copy.decision != Decision.WITHHELD:
            copy.decision, copy.decided_by = Decision.NONE, None
        copy.stored, gone = "", copy.stored
        copy.save()
        _delete_later(gone)
    for copy in old.values():
        _delete_later(copy.stored)
        copy.delete()
    transaction.on_commit(_hint)


def _key(file: Attachment | ProgressFile) -> tuple[int | None, int | None]:
    return (file.pk, None) if isinstance(file, Attachment) else (None, file.pk)


def _delete_later(stored: str) -> None:
    if stored:
        transaction.on_commit(lambda: default_storage.delete(stored))


def _hint() -> None:
    """Only a hint: the tick asks again."""
    from reviews.tasks import make_copies

    with suppress(Exception):  # The broker may fail in any way; the rows stand.
        make_copies.apply_async(retry=False)


def waiting() -> Any:
    free = Q(lease_until=None) | Q(lease_until__lt=clock.wall_now())
    return ReviewerCopy.objects.filter(free, state=CopyState.WAITING)


def make_due() -> int:
    """Make what waits, a few at a time; how many were made. May run twice at once."""
    made = 0
    for copy in list(waiting().order_by("pk")[:A_RUN]):
        claimed = waiting().filter(pk=copy.pk, attempt=copy.attempt)
        values = {"attempt": copy.attempt + 1, "lease_until": clock.wall_now() + LEASE}
        if claimed.update(**values):
            copy.attempt += 1
            made += _make(copy)
    return made


def _make(copy: ReviewerCopy) -> bool:
    masking = Masking.objects.prefetch_related("masks").get(pk=copy.masking_id)
    masker = Masker((mask.found, mask.shown) for mask in masking.masks.all())
    try:
        content, left, is_unread, kind = _made(copy, masker)
    except (CannotClean, CannotRedraw, UploadRefused, FileNotFoundError) as problem:
        said = (
            str(problem) if isinstance(problem, CannotClean) else "不能生成副本，请隐去这个文件。"
        )
        _still_mine(copy).update(state=CopyState.FAILED, problem=said[:200], lease_until=None)
        return False
    except Exception:
        if copy.attempt >= MOST_ATTEMPTS:
            said = "不能生成副本，请隐去这个文件。"
            _still_mine(copy).update(state=CopyState.FAILED, problem=said, lease_until=None)
        raise
    with new_file(FOLDER, kind.value) as (name, file):
        file.write(content)
    done = _still_mine(copy).update(
        state=CopyState.MADE, stored=name, size=len(content), left=left[:500],
        is_unread=is_unread, content_type=kind.content_type, lease_until=None,
    )  # fmt: skip
    if not done:  # Planned anew meanwhile.
        default_storage.delete(name)
    return bool(done)


def _still_mine(copy: ReviewerCopy) -> Any:
    return ReviewerCopy.objects.filter(
        pk=copy.pk, state=CopyState.WAITING, edition=copy.edition, attempt=copy.attempt
    )


def _made(copy: ReviewerCopy, masker: Masker) -> tuple[bytes, str, bool, Kind]:
    """Content, words left in it, whether a person must look, and the kind of the copy."""
    if copy.original is None:
        raise FileNotFoundError
    with default_storage.open(copy.original.stored) as file:
        content = file.read()
    kind = _KINDS[copy.original.content_type]
    if kind is Kind.PDF:
        drawn = redrawn(content, *masker.patterns)
        return drawn.content, "", bool(drawn.unread), kind
    if kind in (Kind.JPG, Kind.PNG):
        return cleaned_image(io.BytesIO(content), kind), "", True, kind
    cleaned, has_pictures = cleaned_office(content, masker)
    left = masker.count(words_of(cleaned))
    return cleaned, "、".join(sorted(left)), has_pictures, kind


def unsettled(masking: Masking) -> list[str]:
    """What stands between these files and their reviewers, in Chinese; empty: nothing."""
    copies = {(one.attachment_id, one.progress_id): one for one in masking.copies.all()}
    files = files_of(masking)
    if {_key(file) for file in files} != set(copies):
        return ["附件有变动，请点“重新生成副本”。"]
    settled = set(masking.copies.settled().values_list("pk", flat=True))
    return [f"{copy.name}：{waits_for(copy)}" for copy in copies.values() if copy.pk not in settled]


def waits_for(copy: ReviewerCopy) -> str:
    if copy.state == CopyState.WAITING:
        return "副本正在生成，请稍后刷新。"
    if copy.state == CopyState.FAILED:
        return copy.problem
    if copy.left:
        return f"副本中仍有“{copy.left}”，请查看后决定。"
    return "副本中有图片或扫描页，请查看后决定。"


def decide(masking: Masking, key: int, decision: Decision, *, by: Any) -> None:
    """Inside the masking's lock: shown as it is, or kept from the reviewers."""
    copy = masking.copies.of_now().select_for_update(of=("self",)).filter(pk=key).first()
    if copy is None:
        raise Conflict("副本已经重新生成，请刷新页面后再决定。")
    if decision == Decision.SHOWN and copy.state != CopyState.MADE:
        raise Conflict(f"{copy.name}的副本没有生成，不能给专家看。")
    copy.decision, copy.decided_by = decision, by
    copy.save(update_fields=["decision", "decided_by"])
    record("masking.copy", by=by, obj=copy, decision=str(decision.value))
