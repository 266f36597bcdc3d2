"""Pages of refusal: each says in words what happened and what to do next."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string


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
    return _page(request, 500)
