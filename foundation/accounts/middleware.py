"""How long a session may last, and what a first sign-in asks."""

import secrets
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from foundation import clock
from foundation.accounts.models import User
from foundation.accounts.services import next_step

BEGAN, SEEN, MARK = "began", "seen", "mark"
WRITE_EVERY = 60  # seconds
OPEN_PAGES = {"accounts:password", "accounts:privacy", "accounts:logout", "accounts:ping"}


def begin(session: SessionBase) -> None:
    session[BEGAN] = session[SEEN] = int(clock.wall_now().timestamp())


def replace_others(session: SessionBase, user: User) -> None:
    """Where an account may have one session only: from here on this is it (F-B 16)."""
    user.sign_in_mark = session[MARK] = secrets.token_hex(16)
    user.save(update_fields=["sign_in_mark"])


class SessionLimitsMiddleware:
    """Ends a session that idled, grew old, or whose person was disabled.

    Machine time, not business time: a rehearsal that moves the clock signs nobody out. The marks
    live in the session row, which is loaded anyway, and are written once a minute at most.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if SESSION_KEY in request.session:
            reason = self.reason_to_end(request)
            if reason:
                logout(request)
                messages.warning(request, reason)
        return self.get_response(request)

    def reason_to_end(self, request: HttpRequest) -> str:
        session, now = request.session, int(clock.wall_now().timestamp())
        if not request.user.is_authenticated:
            return "您的账号状态或密码已变更，请重新登录。"
        if settings.ONE_SESSION and session.get(MARK, "") != request.user.sign_in_mark:
            return (
                "您的账号刚在另一处登录，这里的登录已结束。"
                "如果不是您本人，请立即重新登录并修改密码，再告知管理员。"
            )
        if BEGAN not in session:
            begin(session)
        if now - session[BEGAN] >= settings.SESSION_ABSOLUTE.total_seconds():
            return "本次登录时间已到上限，请重新登录。"
        if now - session[SEEN] >= settings.SESSION_IDLE.total_seconds():
            return "您已有一段时间没有操作，为安全起见已退出，请重新登录。"
        if now - session[SEEN] >= WRITE_EVERY:
            session[SEEN] = now
        return ""


class FirstSignInMiddleware:
    """Nothing else opens before the one-time password is changed and the notice accepted."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        is_public = not getattr(view, "login_required", True)
        if is_public or not request.user.is_authenticated:
            return None
        step = next_step(request.user)
        match = request.resolver_match
        if not step or (match and match.view_name in OPEN_PAGES):
            return None
        target = reverse(step)
        if request.method == "GET" and not request.headers.get("HX-Request"):
            target += f"?{urlencode({'next': request.get_full_path()})}"
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": target})
        return redirect(target)
