"""The Celery application and the one schedule. Every entry may run twice without harm."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("yipin")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_configure.connect
def schedule(sender: Celery, **kwargs: object) -> None:
    """Each tick asks the database what is due by now; a missed one is made up by the next."""
    from django.conf import settings

    for name in ("REDBEAT_REDIS_URL", "REDBEAT_REDIS_OPTIONS"):
        # redbeat looks for its names without our prefix, and else warns that they are not set.
        if hasattr(settings, f"CELERY_{name}"):
            setattr(sender.conf, name.lower(), getattr(settings, f"CELERY_{name}"))
    tick = settings.TICK_SECONDS
    sender.conf.beat_schedule = {
        "heartbeat": {"task": "foundation.outbox.tasks.beat", "schedule": tick},
        "drain": {"task": "foundation.outbox.tasks.drain", "schedule": tick},
        "publicity": {"task": "brands.tasks.close_due_publicity", "schedule": tick},
        "rechecks": {"task": "brands.tasks.keep_rechecks", "schedule": tick},
        "cycles": {"task": "checkups.tasks.open_due_cycles", "schedule": tick},
        "late-checks": {"task": "checkups.tasks.mark_late", "schedule": tick},
        "reminders": {"task": "foundation.notifications.tasks.plan_reminders", "schedule": tick},
        "copies": {"task": "reviews.tasks.make_copies", "schedule": tick},
        "jobs": {"task": "foundation.jobs.tasks.resume", "schedule": tick},
        # Each hour of the night, so that one missed is made up; the letter goes once.
        "audit-head": {
            "task": "schools.tasks.tell_audit_head",
            "schedule": crontab(hour="0-6", minute=20),
        },
        "old-files": {
            "task": "foundation.jobs.tasks.sweep",
            "schedule": crontab(hour=3, minute=50),
        },
        "uploads": {
            "task": "brands.tasks.forget_old_uploads",
            "schedule": crontab(hour=3, minute=55),
        },
        "old-drafts": {
            "task": "brands.tasks.forget_old_drafts",
            "schedule": crontab(hour=4, minute=5),
        },
        "sign-ins": {
            "task": "foundation.accounts.tasks.forget_old_sign_ins",
            "schedule": crontab(hour=3, minute=40),
        },
        "old-marks": {
            "task": "foundation.notifications.tasks.forget_old_marks",
            "schedule": crontab(hour=3, minute=35),
        },
        "sessions": {
            "task": "foundation.accounts.tasks.forget_old_sessions",
            "schedule": crontab(hour=3, minute=45),
        },
    }
