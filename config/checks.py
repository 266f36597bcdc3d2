"""What must hold before the program starts. A breach stops it, with a sentence."""

import os

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError, transaction

from foundation.accounts.models import User

NO_PHONE = "0512-00000000"  # The default of the settings, for the demo.


@register()
def safe_start(**kwargs: object) -> list[CheckMessage]:
    """Refuse a shifted clock, demo accounts or an eager queue where real work is done."""
    errors: list[CheckMessage] = []
    testing = os.environ.get("DJANGO_SETTINGS_MODULE") == "config.settings_test"
    if settings.CLOCK_SHIFTABLE and not (settings.DEMO or testing):
        errors.append(Error("CLOCK_SHIFTABLE is for the demo and for tests only.", id="yipin.E001"))
    if settings.DEMO and not set(settings.ALLOWED_HOSTS) <= {
        "127.0.0.1",
        "localhost",
        "[::1]",
        "testserver",
    }:
        errors.append(Error("DEMO=1 listens on loopback only.", id="yipin.E002"))
    if settings.CELERY_TASK_ALWAYS_EAGER and not testing:
        errors.append(Error("CELERY_EAGER is for tests only.", id="yipin.E003"))
    return errors


@register(deploy=True)
def safe_deploy(**kwargs: object) -> list[CheckMessage]:
    """What production adds: no demo, a real database, a Redis that asks for a password."""
    errors: list[CheckMessage] = []
    if settings.DEMO:
        errors.append(Error("DEMO=1 in production.", id="yipin.E011"))
    if "*" in settings.ALLOWED_HOSTS:
        errors.append(Error("ALLOWED_HOSTS must name the hosts.", id="yipin.E012"))
    if settings.SITE["phone"] == NO_PHONE:
        words = "SITE_PHONE is not set: pages would tell the public to call a number of nobody."
        errors.append(Error(words, id="yipin.E014"))
    url = settings.REDIS_URL
    local = any(host in url for host in ("127.0.0.1", "localhost", "unix:"))
    if url and not local and "@" not in url:
        errors.append(Error("Redis on another host needs a password.", id="yipin.E013"))
    return errors


@register(Tags.database)
def no_demo_people(databases: object = None, **kwargs: object) -> list[CheckMessage]:
    """A database that began as a demo keeps its people. They cannot sign in; say so all the same."""
    if settings.DEMO or not databases:
        return []
    try:
        with transaction.atomic():
            found = User.objects.filter(is_demo=True).count()
    except DatabaseError:  # Before the first migration there is nobody.
        return []
    words = f"{found} demo accounts in this database; begin with an empty one."
    return [Warning(words, id="yipin.W021")] if found else []
