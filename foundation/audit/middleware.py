"""Facts of the request at hand that a record needs and no service should have to pass along."""

from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse

_address: ContextVar[str] = ContextVar("address", default="")


def client_address(request: HttpRequest) -> str:
    """The caller's address, believing exactly as many proxies as are ours (TRUSTED_PROXIES).

    An X-Forwarded-For sent by the caller is never believed: lock-out by address hangs on it.
    """
    own = str(request.META.get("REMOTE_ADDR", ""))
    hops = [
        hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()
    ]
    trusted = settings.TRUSTED_PROXIES
    if trusted and len(hops) >= trusted:
        return hops[-trusted][:45]
    return own[:45]


def current_address() -> str:
    return _address.get()


class RequestFactsMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _address.set(client_address(request))
        try:
            return self.get_response(request)
        finally:
            _address.reset(token)
