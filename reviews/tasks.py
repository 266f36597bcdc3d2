"""Work that the scheduler repeats. Every task may run twice without harm."""

from celery import shared_task

from reviews.masking import copies


@shared_task
def make_copies() -> int:
    """Reviewer copies that wait; a missed run is made up by the next."""
    return copies.make_due()
