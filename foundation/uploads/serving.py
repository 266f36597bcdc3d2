"""Stored files leave as attachments that no browser runs."""

from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header

from foundation.uploads.names import clean_name


def serve(name_in_storage: str, *, filename: str, content_type: str) -> HttpResponseBase:
    """Answer with the file. Who may have it was decided before."""
    prefix = getattr(settings, "X_ACCEL_PREFIX", "")
    response: HttpResponseBase
    if prefix:
        response = HttpResponse(content_type=content_type)
        response["X-Accel-Redirect"] = f"{prefix.rstrip('/')}/{quote(name_in_storage)}"
    else:
        try:
            file = default_storage.open(name_in_storage)
        except FileNotFoundError as error:
            raise Http404("文件不存在。") from error
        response = FileResponse(file, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, clean_name(filename)) or ""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
