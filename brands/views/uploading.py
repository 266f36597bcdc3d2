"""Uploads by the page's script: JSON in four addresses, each for the owner of the file only."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from brands.filing import file_rows
from brands.models import FilePart
from brands.services import attachments, uploading
from brands.services.attachments import Amendable
from brands.views.attachments import answer_of
from brands.views.projects import visible_project
from foundation.uploads import TryLater, UploadRefused
from foundation.verdict import Conflict

View = Callable[..., HttpResponse]
WHOLE_NUMBER = 10  # digits


def in_words(view: View) -> View:
    """Every refusal as JSON: its reason, and whether the same file may be tried again."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except uploading.Elsewhere as error:
            return _no(409, str(error), again=True, offset=error.offset)
        except (TryLater, Amendable) as refusal:
            return _no(503 if isinstance(refusal, TryLater) else 422, str(refusal), again=True)
        except UploadRefused as refusal:
            return _no(422, str(refusal))
        except Conflict as error:
            return _no(409, str(error))
        except PermissionDenied as error:
            return _no(403, str(error))

    return answered


def _no(status: int, reason: str, *, again: bool = False, **more: Any) -> JsonResponse:
    return JsonResponse({"reason": reason, "again": again, **more}, status=status)


@require_POST
@in_words
def upload_begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what is to come; answered with where to send it and how much is there already."""
    project = visible_project(request, pk)
    part = uploading.begin(
        project,
        name=request.POST.get("name", "")[:1000],
        size=_number(request.POST.get("size", "")) or 0,
        mark=request.POST.get("mark", "").replace("\0", "")[:40],
        field=request.POST.get("field", "")[:30],
        by=request.user,
    )
    return JsonResponse({"url": reverse("brands:upload", args=[part.key]), **_standing(part)})


@require_http_methods(["GET", "POST"])
@in_words
def upload(request: HttpRequest, key: UUID) -> HttpResponse:
    """GET: how far it is. POST: the next piece, its bytes as the body, its place in a header."""
    part = _own(request, key)
    if request.method == "POST":
        offset = _number(request.headers.get("Upload-Offset", ""))
        if request.content_type != "application/octet-stream" or offset is None:
            return _no(400, "上传的内容不完整，请重试。", again=True)
        uploading.append(part, offset=offset, content=request.body, by=request.user)
    return JsonResponse(_standing(part))


@require_POST
@in_words
def upload_finish(request: HttpRequest, key: UUID) -> HttpResponse:
    """The whole file inspected and attached; answered with its row of the list."""
    part = _own(request, key)
    attachment = uploading.finish(part, contains_minor=answer_of(request), by=request.user)
    rows = file_rows(part.project, request.user, editable=True)
    row = next(row for row in rows if row["pk"] == attachment.pk)
    return JsonResponse(
        {
            "row": render_to_string("includes/_file_row.html", {"file": row}),
            "room": str(attachments.room_of(part.project)),
        }
    )


@require_POST
@in_words
def upload_cancel(request: HttpRequest, key: UUID) -> HttpResponse:
    uploading.drop(_own(request, key))
    return JsonResponse({})


def _own(request: HttpRequest, key: UUID) -> FilePart:
    part = uploading.find(key, by=request.user)
    if part is None:
        raise Http404
    return part


def _standing(part: FilePart) -> dict[str, Any]:
    return {"offset": part.offset, "size": part.size, "piece": uploading.PIECE}


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= WHOLE_NUMBER else None
