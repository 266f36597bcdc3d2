"""Stored files as pictures of their pages: what a browser shows is always a JPEG of our making."""

from django.core.files.storage import default_storage
from django.http import Http404, HttpResponse

from foundation.drawing import CannotDraw, NoSuchPage, drawn
from foundation.uploads.kinds import PICTURED, Kind
from foundation.uploads.pdfs import page_count

_DRAWN_AS = {Kind.PDF: "pdf", Kind.JPG: "jpeg", Kind.PNG: "png"}
_BY_TYPE = {kind.content_type: kind for kind in PICTURED}


def can_preview(content_type: str) -> bool:
    return content_type in _BY_TYPE


def pages_of(name_in_storage: str, content_type: str) -> int:
    """How many pages there are to show; a picture is one, what cannot be shown has none."""
    kind = _BY_TYPE.get(content_type)
    return page_count(_content(name_in_storage)) if kind is Kind.PDF else int(kind is not None)


def page_response(name_in_storage: str, content_type: str, page: int) -> HttpResponse:
    """Answer with the picture of one page, to be shown in ours. Who may was decided before.

    Raises Http404 for a page, or a kind of file, that there is no picture of.
    """
    kind = _BY_TYPE.get(content_type)
    if kind is None:
        raise Http404("这种文件不能预览。")
    try:
        picture = drawn(_content(name_in_storage), _DRAWN_AS[kind], page)
    except NoSuchPage as error:
        raise Http404("没有这一页。") from error
    except CannotDraw:
        return HttpResponse(
            "这一页不能预览，请下载查看。", status=422, content_type="text/plain; charset=utf-8"
        )
    response = HttpResponse(picture, content_type="image/jpeg")
    response["Content-Disposition"] = "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


def _content(name_in_storage: str) -> bytes:
    try:
        with default_storage.open(name_in_storage) as file:
            return bytes(file.read())
    except FileNotFoundError as error:
        raise Http404("文件不存在。") from error
