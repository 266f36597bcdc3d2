"""Who must wait before the next try (design.md 10).

5 failures of one account from one address in 15 minutes, 20 of one account a day, 50 from one
address in 15 minutes: each closes the door for 15 minutes, the second also tells the staff.
django-axes holds the first; the other two are counted here, from one row for each failure.
"""

import math
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from foundation import clock
from foundation.accounts.models import SignInFailure, User
from foundation.audit.middleware import client_address

WAIT: timedelta = settings.AXES_COOLOFF_TIME
DAY = timedelta(days=1)
DAILY_LIMIT = 20
ADDRESS_LIMIT = 50

# Told when an account reaches its limit for the day. Apps above add theirs; each must bear being
# called more than once a day for the same person.
ON_DAILY_LIMIT: list[Callable[[User], None]] = []


def until(username: str, address: str) -> datetime | None:
    """When the longest wait of this account at this address ends; None: may try."""
    now = clock.wall_now()
    of_day = SignInFailure.objects.filter(username=username, at__gt=now - DAY)
    of_address = SignInFailure.objects.filter(address=address, at__gt=now - WAIT)
    ends = [
        _end(of_day.aggregate(number=Count("pk"), last=Max("at")), DAILY_LIMIT),
        _end(of_address.aggregate(number=Count("pk"), last=Max("at")), ADDRESS_LIMIT),
    ]
    return max((end for end in ends if end and end > now), default=None)


def _end(facts: dict[str, Any], limit: int) -> datetime | None:
    return facts["last"] + WAIT if facts["number"] >= limit else None


def count(request: HttpRequest, username: str) -> None:
    """One more failure. The one that reaches a limit is answered with the wait at once."""
    now, address = clock.wall_now(), client_address(request)
    SignInFailure.objects.filter(at__lte=now - DAY).delete()
    SignInFailure.objects.create(username=username[:150], address=address, at=now)
    if until(username, address):
        request.axes_locked_out = True  # type: ignore[attr-defined]
    if SignInFailure.objects.filter(username=username).count() >= DAILY_LIMIT:
        for user in User.objects.filter(username=username):
            for tell in ON_DAILY_LIMIT:
                tell(user)


def forget(username: str, address: str) -> None:
    """Signed in: the slips from this address are forgiven, others' tries are not."""
    SignInFailure.objects.filter(username=username, address=address).delete()


def has_failures(username: str) -> bool:
    return (
        SignInFailure.objects.filter(username=username).exists()
        or AccessAttempt.objects.filter(username=username).exists()
    )


def unlock(username: str) -> None:
    """By a person's decision: the account may try again from anywhere."""
    reset(username=username)
    SignInFailure.objects.filter(username=username).delete()


def answer(request: HttpRequest, response: HttpResponse, credentials: Any) -> HttpResponse:
    """The page that says how long to wait; axes calls it (AXES_LOCKOUT_CALLABLE)."""
    now, address = clock.wall_now(), client_address(request)
    username = request.POST.get("username", "").strip() or request.user.get_username()
    attempts = AccessAttempt.objects.filter(username=username, ip_address=address)
    last = attempts.aggregate(last=Max("attempt_time"))["last"]
    ends = [until(username, address)]
    if last and sum(a.failures_since_start for a in attempts) >= settings.AXES_FAILURE_LIMIT:
        ends.append(last + WAIT)
    end = max((end for end in ends if end), default=now + WAIT)
    minutes = max(1, math.ceil((end - now).total_seconds() / 60))
    context = {"minutes": minutes, "signed_in": request.user.is_authenticated}
    page = render(request, "accounts/locked.html", context, status=429)
    page["Retry-After"] = str(minutes * 60)
    return page
