"""How the files of a project show themselves in its list. The viewer decides what is in a row."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import prefetch_related_objects
from django.shortcuts import resolve_url
from django.urls import reverse

from brands.forms.files import form_id
from brands.models import Attachment, Project, Remark
from brands.models.attachment import FILES
from brands.models.project import PRIVATE
from brands.permissions import is_bureau_of
from brands.services import remarks
from foundation import uploads

SHOWN_DIGITS = 8
MOST_DIGITS = 6


def file_rows(project: Project, user: Any, *, editable: bool) -> list[dict[str, Any]]:
    """A row for `_file_row.html` for each file, oldest first. `editable`: this person may write
    here now; which files may go then, the remarks of a return say."""
    open_ = remarks.unlocked(project) if editable else frozenset()
    prefetch_related_objects([project], FILES)
    files = list(project.attachments.all())
    elsewhere = _elsewhere(project, files) if is_bureau_of(user, project) else {}
    first: dict[str, Attachment] = {}
    return [
        {
            "pk": file.pk,
            "field": file.field,
            "name": file.name,
            "size": file.size,
            "who": file.by.name,
            "at": file.at,
            "checksum": file.sha256[:SHOWN_DIGITS],
            "mark": "含未成年人影像" if file.contains_minor else "",
            "note": _note(first.setdefault(file.sha256, file), file, elsewhere),
            "url": reverse("brands:attachment", args=[file.pk]),
            "preview_url": preview_of(file, "brands:attachment-view", file.pk),
            "delete_url": reverse("brands:attachment-delete", args=[file.pk])
            if open_ is None or (file.field or Remark.FILES) in open_
            else "",
        }
        for file in files
    ]


def uploads_of(project: Project, user: Any, fields: Iterable[str]) -> dict[str, Any]:
    """What `_upload_forms.html` needs for these fields; "" is what belongs to none."""
    return {
        "places": [{"form_id": form_id(key), "field": key} for key in fields],
        "facts": {
            "begin": reverse("brands:upload-begin", args=[project.pk]),
            "login": resolve_url("accounts:login"),
            "username": user.get_username(),
        },
    }


def preview_of(file: Any, name: str, *args: int) -> str:
    """The address `name` of its page, when there is something to show there."""
    return reverse(name, args=args) if uploads.can_preview(file.content_type) else ""


def shown(
    file: Any, page: str, *, url: str, own_url: str, picture_url: Callable[[int], str]
) -> dict[str, Any]:
    """What `_preview.html` needs; `page` as it stands in the address, the first without one."""
    pages = uploads.pages_of(file.stored, file.content_type)
    number = int(page) if page.isascii() and page.isdecimal() and len(page) < MOST_DIGITS else 1
    number = min(max(number, 1), max(pages, 1))
    return {
        "name": file.name,
        "url": url,
        "page": number,
        "pages": pages,
        "picture_url": picture_url(number),
        "page_urls": {
            "previous": f"{own_url}?page={number - 1}" if number > 1 else "",
            "next": f"{own_url}?page={number + 1}" if number < pages else "",
        },
    }


def _note(first: Attachment, file: Attachment, elsewhere: dict[str, str]) -> str:
    notes = [f"与“{first.name}”内容相同"] if first != file else []
    if where := elsewhere.get(file.sha256):
        notes.append(f"{where}也有内容相同的附件")
    return "；".join(notes)


def _elsewhere(project: Project, files: list[Attachment]) -> dict[str, str]:
    """Digest → the other projects of the batch with the same bytes: for the staff's eyes only.

    Of drafts nothing is told: they are still the school's own.
    """
    others = (
        Attachment.objects.filter(project__batch=project.batch_id)
        .filter(sha256__in=[file.sha256 for file in files])
        .exclude(project=project)
        .exclude(project__status__in=PRIVATE)
        .order_by("project__organisation__name", "project")
        .values_list("sha256", "project__organisation__name", "project__title")
        .distinct()
    )
    found: dict[str, list[str]] = {}
    for digest, unit, title in others:
        found.setdefault(digest, []).append(f"{unit}《{title}》")
    return {digest: "、".join(names) for digest, names in found.items()}
