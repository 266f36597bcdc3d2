"""Reminders to reviewers, for whoever wants these alone: the tick plans those of every kind."""

from celery import shared_task

from foundation.notifications import reminding


@shared_task
def remind_reviewers() -> int:
    """T-2, T-1, T0 to whoever has something left; after the end to the staff. How many letters."""
    return reminding.plan("review-due", "review-late")
