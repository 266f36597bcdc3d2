"""What signing in, or failing to, leaves behind."""

from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.dispatch import receiver

from foundation.accounts import lockout
from foundation.accounts.middleware import begin, replace_others
from foundation.audit.middleware import client_address


@receiver(user_logged_in)
def signed_in(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    begin(request.session)
    if settings.ONE_SESSION:
        replace_others(request.session, user)
    lockout.forget(user.get_username(), client_address(request))


@receiver(user_login_failed)
def sign_in_failed(
    sender: Any, credentials: dict[str, Any], request: Any = None, **kwargs: Any
) -> None:
    if request is not None and not getattr(request, "refused_by_lockout", False):
        lockout.count(request, str(credentials.get("username", "")))
