"""A Conflict becomes a 409 page with its reason, and so does what is Forged; what is refused to a signed-in person is recorded."""

from collections.abc import Callable
from datetime import timedelta

from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from foundation import clock
from foundation.audit.models import AuditEvent
from foundation.audit.services import record
from foundation.verdict import Conflict, Forged


class ConflictMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Conflict | Forged):
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


REFUSED = "request.refused"
MOST_A_MINUTE = 20
REFUSALS = (PermissionDenied, Http404, Forged, BadRequest, SuspiciousOperation)


class RefusalMiddleware:
    """Puts on record what a signed-in person sent and was refused: another's action, another's
    object, a made-up field or version. An honest conflict of two people is none of these.

    Stands inside ConflictMiddleware, so that it sees the exception, and outside the view's
    transaction. At most twenty rows a minute and person: nobody floods the record.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        refusal = getattr(request, "refusal", getattr(response, "refusal", None))
        if request.method == "POST" and refusal is not None and request.user.is_authenticated:
            self._record(request, response.status_code, refusal)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        if isinstance(exception, REFUSALS):
            request.refusal = str(exception)  # type: ignore[attr-defined]

    def _record(self, request: HttpRequest, status: int, reason: str) -> None:
        since = clock.now() - timedelta(minutes=1)
        mine = AuditEvent.objects.filter(actor_id=request.user.pk, action=REFUSED, at__gte=since)
        so_far = mine.count()
        if so_far >= MOST_A_MINUTE:
            return
        record(
            REFUSED,
            by=request.user,
            success=False,
            path=request.path,
            status=status,
            reason=reason[:200],
            more="这一分钟内不再逐条记录" if so_far == MOST_A_MINUTE - 1 else "",
        )
