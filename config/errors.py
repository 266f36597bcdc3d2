"""Pages of refusal: each says in words what happened and what to do next."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

PLAIN = "系统出错了，已经记录。这不是您的操作造成的；请稍后再试，仍不能办理的，请联系工作人员。"


def _page(request: HttpRequest, status: int, reason: str = "", template: str = "") -> HttpResponse:
    # Without the request: these pages need no context processor, which may be what has just failed.
    page = render_to_string(template or f"{status}.html", {"reason": reason})
    return HttpResponse(page, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 403, str(exception or ""))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(request, 403, template="403_csrf.html")


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """A database that does not answer is a pause (503, come again), not a fault of the program."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        response = _page(request, 503)
        response["Retry-After"] = "60"
        return response
    try:
        return _page(request, 500)
    except Exception:  # What the page itself is drawn from may be what is broken.
        return HttpResponse(PLAIN, status=500, content_type="text/plain; charset=utf-8")
