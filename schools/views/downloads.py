"""A workbook as a download."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook_response(content: bytes, name: str) -> HttpResponse:
    disposition = content_disposition_header(True, name) or "attachment"
    return HttpResponse(
        content,
        content_type=XLSX,
        headers={"Content-Disposition": disposition, "X-Content-Type-Options": "nosniff"},
    )
