"""What htmx needs from the server, in one place."""

from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django_htmx.middleware import HtmxDetails


class HtmxRequest(HttpRequest):
    htmx: HtmxDetails


def render_partial(
    request: HttpRequest, template: str, partial: str, context: dict[str, Any]
) -> HttpResponse:
    """One view, one template, two sizes: the whole page, or the part htmx asked for."""
    htmx = cast(HtmxRequest, request).htmx
    wants_part = htmx and not (htmx.boosted or htmx.history_restore_request)
    name = f"{template}#{partial}" if wants_part else template
    response = render(request, name, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


class LoginRedirectMiddleware:
    """A lapsed session inside a fragment sends the whole page to sign-in, not the fragment."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response: HttpResponse = self.get_response(request)
        to_login = response.status_code == 302 and response["Location"].startswith(
            resolve_url(settings.LOGIN_URL)
        )
        if not (request.headers.get("HX-Request") and to_login):
            return response
        current = urlsplit(request.headers.get("HX-Current-URL", "")).path or "/"
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': current})}"
        return answer
