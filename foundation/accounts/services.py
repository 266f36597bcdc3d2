"""Passwords given and changed, notices accepted."""

import secrets
from typing import Any

from django.conf import settings
from django.db import transaction

from foundation import clock
from foundation.accounts.models import User
from foundation.audit.services import record

# Without the letters and figures that are mistaken for each other on paper.
LOWER, UPPER, FIGURES = "abcdefghjkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789"


def next_step(user: Any) -> str:
    """The page this person must pass before any other: its URL name, or empty."""
    if user.must_change_password or is_expired(user):
        return "accounts:password"
    return "" if user.privacy_accepted_at else "accounts:privacy"


def is_expired(user: User) -> bool:
    """By the machine's time: a rehearsal that moves the clock expires nobody."""
    since = user.password_changed_at or user.created_at
    return clock.wall_now() - since >= settings.PASSWORD_MAX_AGE


def one_time_password() -> str:
    """Twelve characters in three groups: fit to be read from paper, about 66 bits."""
    groups = []
    for _ in range(3):
        group = [secrets.choice(UPPER), secrets.choice(LOWER), secrets.choice(FIGURES)]
        group.append(secrets.choice(UPPER + LOWER + FIGURES))
        secrets.SystemRandom().shuffle(group)
        groups.append("".join(group))
    return "-".join(groups)


def give_one_time_password(user: User) -> str:
    """Set one and return it: the caller shows it once and records that it was given."""
    password = one_time_password()
    user.set_password(password)
    user.must_change_password = True
    if user.pk:
        user.save(update_fields=["password", "must_change_password"])
    return password


@transaction.atomic
def change_password(user: User, password: str) -> None:
    """The person's own choice, already validated."""
    user.set_password(password)
    user.must_change_password = False
    user.password_changed_at = clock.wall_now()
    user.save(update_fields=["password", "must_change_password", "password_changed_at"])
    record("password_changed", by=user, obj=user)


@transaction.atomic
def accept_privacy(user: User) -> None:
    user.privacy_accepted_at = clock.wall_now()
    user.save(update_fields=["privacy_accepted_at"])
    record("privacy_accepted", by=user, obj=user)


@transaction.atomic
def change_contact(user: User, changed: list[str]) -> None:
    """Save these columns of the person's own data; the record names them without their content."""
    if changed:
        user.save(update_fields=changed)
        record("profile_changed", by=user, obj=user, fields=changed)
