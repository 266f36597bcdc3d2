"""Thin tasks; each may run twice."""

from celery import shared_task

from checkups import cycles, lateness


@shared_task
def open_due_cycles() -> None:
    cycles.open_due()


@shared_task
def mark_late() -> int:
    """Late checks turn red; whoever must hear is told by the engine of reminders."""
    return lateness.mark_late()
