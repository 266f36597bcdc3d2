"""Who is let in. The lock-out stands before every other way."""

from typing import Any

from axes.backends import AxesStandaloneBackend
from axes.exceptions import AxesBackendPermissionDenied
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from foundation.accounts import lockout
from foundation.audit.middleware import client_address


class LockoutBackend(AxesStandaloneBackend):
    """axes counts one account from one address; the day and the address are counted beside it.

    Without Django's permission table: rights come from appointments.
    """

    def authenticate(
        self, request: Any, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> None:
        if self.is_refused(request, username or "") or self.is_locked_by_axes(
            request, username, password, **kwargs
        ):
            # A refused try is no failure: the wait ends when it was said to end.
            request.refused_by_lockout = request.axes_locked_out = True
            raise AxesBackendPermissionDenied("locked out")

    def is_refused(self, request: HttpRequest, username: str) -> bool:
        return bool(lockout.until(username, client_address(request)))

    def is_locked_by_axes(self, request: HttpRequest, *args: Any, **kwargs: Any) -> bool:
        try:
            super().authenticate(request, *args, **kwargs)
        except AxesBackendPermissionDenied:
            return True
        return False


class PersonBackend(ModelBackend):
    """Asked at sign-in and again by every request of a session."""

    def user_can_authenticate(self, user: Any) -> bool:
        if user is not None and user.is_demo and not settings.DEMO:
            return False
        return super().user_can_authenticate(user)
