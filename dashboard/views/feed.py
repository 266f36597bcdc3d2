"""The address of one's calendar feed, and the feed itself."""

import secrets

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from dashboard.feed import calendar_of, deadlines_of
from foundation.accounts.backends import PersonBackend
from foundation.accounts.models import User
from foundation.audit.services import record


@require_http_methods(["GET", "POST"])
def feed_page(request: HttpRequest) -> HttpResponse:
    """POST makes a new address; whoever has the old one sees nothing any more."""
    user = request.user
    assert isinstance(user, User)
    if request.method == "POST":
        user.calendar_key = secrets.token_urlsafe(24)
        user.save(update_fields=["calendar_key"])
        record("calendar.key", by=user, obj=user)
        messages.success(request, "已生成新的订阅地址，以前的地址已失效。")
        return redirect("dashboard:feed")
    key = user.calendar_key
    address = settings.SITE_URL + reverse("dashboard:feed-ics", args=[key]) if key else ""
    context = {"address": address, "deadlines": deadlines_of(user)}
    return render(request, "dashboard/feed.html", context)


@login_not_required
@require_GET
def feed(request: HttpRequest, key: str) -> HttpResponse:
    """Calendar programs have no session: the key is the permission, and an account off is no key."""
    user = User.objects.filter(calendar_key=key).first()
    if user is None or not PersonBackend().user_can_authenticate(user):
        raise Http404
    response = HttpResponse(calendar_of(user), content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    return response
