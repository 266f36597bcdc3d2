"""Thin tasks; each may run twice."""

from celery import shared_task

from foundation import clock
from foundation.outbox import services
from foundation.outbox.models import Heartbeat


@shared_task
def drain() -> int:
    return services.drain()


@shared_task
def beat() -> None:
    """Scheduler, broker and worker are alive: this row says when last."""
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": clock.wall_now()})
