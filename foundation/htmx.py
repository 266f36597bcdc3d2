"""What htmx and our own scripts need from the server, in one place."""

from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render, resolve_url
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
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


def is_our_path(target: str) -> bool:
    """May an answer lead there? A word without "/" would be looked for as the name of a view."""
    return target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None)


def wants_json(request: HttpRequest) -> bool:
    """Asked by a script of ours, which says so; a browser's own request accepts much more."""
    return request.headers.get("Accept") == "application/json"


class LoginRedirectMiddleware:
    """A lapsed session inside a fragment sends the whole page to sign-in, not the fragment.

    A script is told by 401 and its reason: it asks for the password in place.
    """

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response: HttpResponse = self.get_response(request)
        to_login = response.status_code == 302 and response["Location"].startswith(
            resolve_url(settings.LOGIN_URL)
        )
        if to_login and wants_json(request):
            told = " ".join(str(message) for message in get_messages(request))
            return JsonResponse({"reason": told or "登录已过期，请重新登录。"}, status=401)
        if not (request.headers.get("HX-Request") and to_login):
            return response
        current = urlsplit(request.headers.get("HX-Current-URL", "")).path or "/"
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': current})}"
        return answer
