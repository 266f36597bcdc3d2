"""A paper form in somebody's hand: is it what was submitted?"""

import math

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from brands.services import proving
from foundation import clock
from foundation.audit.middleware import client_address

LONGEST = 40


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: HttpRequest) -> HttpResponse:
    """Asked by POST, so that no code stands in an address or a log."""
    number, code = (
        request.POST.get(name, "").replace("\0", "").strip()[:LONGEST]
        for name in ("number", "code")
    )
    context = {"number": number, "code": code, "is_asked": bool(number and code)}
    if not context["is_asked"]:
        return render(request, "portal/paper.html", context)
    address = client_address(request)
    if until := proving.wait_of(address):
        return _wait(request, context, (until - clock.wall_now()).total_seconds())
    found = proving.proven(number, code)
    if found is None:
        proving.missed(address)
    return render(request, "portal/paper.html", context | {"paper": found})


def _wait(request: HttpRequest, context: dict[str, object], seconds: float) -> HttpResponse:
    minutes = max(1, math.ceil(seconds / 60))
    page = render(request, "portal/paper.html", context | {"minutes": minutes}, status=429)
    page["Retry-After"] = str(minutes * 60)
    return page
