"""Work that the scheduler repeats. Every task may run twice without harm."""

from celery import shared_task

from brands.models import Publicity, PublicityStatus
from brands.services import forgetting, keeping, publishing, returning, uploading
from brands.services.publishing import this_second
from foundation.verdict import Conflict
from foundation.workflow.engine import perform


@shared_task
def close_due_publicity() -> int:
    """End every publicity whose last second is past; a missed run is made up by the next.

    Before that, what was counted without the year's calendar is counted again, so that none ends
    too early.

    The public page withdraws itself at that second, whether this has run or not.
    """
    publishing.refresh_provisional()
    returning.refresh_provisional()
    ended = 0
    for publicity in Publicity.objects.filter(
        status=PublicityStatus.PUBLISHED, closes_at__lt=this_second()
    ):
        try:
            perform(publicity, "end", by=None)
        except Conflict:
            continue  # Another run has just ended it.
        ended += 1
    return ended


@shared_task
def keep_rechecks() -> int:
    """Open the checks of named brands that are due, mark what was not reported in time."""
    return keeping.tick()


@shared_task
def forget_old_drafts() -> int:
    """Announce and delete drafts that were never handed in."""
    return forgetting.tick()


@shared_task
def forget_old_uploads() -> int:
    """Clear what has arrived of files that nobody has carried on for a day."""
    return uploading.sweep()
