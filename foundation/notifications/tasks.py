"""Thin tasks; each may run twice."""

from datetime import timedelta

from celery import shared_task

from foundation import clock
from foundation.notifications import reminding
from foundation.notifications.models import Reminded

KEPT = timedelta(days=400)  # No step of a matter lies so long after another.


@shared_task
def plan_reminders() -> int:
    return reminding.plan()


@shared_task
def forget_old_marks() -> int:
    """Of steps whose matter is long over; how many."""
    return Reminded.objects.filter(at__lt=clock.wall_now() - KEPT).delete()[0]
