"""Signing in and out are recorded wherever they happen."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from foundation.audit.services import record


@receiver(user_logged_in)
def signed_in(sender: Any, user: Any, **kwargs: Any) -> None:
    record("sign_in", by=user, obj=user)


@receiver(user_logged_out)
def signed_out(sender: Any, user: Any, **kwargs: Any) -> None:
    if user is not None:
        record("sign_out", by=user, obj=user)


@receiver(user_login_failed)
def sign_in_failed(sender: Any, credentials: dict[str, Any], **kwargs: Any) -> None:
    record("sign_in_failed", name=str(credentials.get("username", ""))[:80], success=False)
