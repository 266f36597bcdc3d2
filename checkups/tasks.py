"""Thin tasks; each may run twice."""

from celery import shared_task

from checkups import cycles, lateness, reminders


@shared_task
def open_due_cycles() -> None:
    cycles.open_due()


@shared_task
def plan_reminders() -> int:
    """Late checks turn red, then whoever must hear is told through the outbox."""
    lateness.mark_late()
    return reminders.plan()
