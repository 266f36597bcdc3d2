"""A Conflict becomes a 409 page with its reason; a script gets the reason alone."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from foundation.verdict import Conflict


class ConflictMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Conflict):
            return None
        if request.headers.get("HX-Request"):
            return HttpResponse(
                str(exception), status=409, content_type="text/plain; charset=utf-8"
            )
        return render(
            request,
            "409.html",
            {"reason": str(exception), "reading": request.method in ("GET", "HEAD")},
            status=409,
        )
