"""An unfiled check turns red when the grace days are over (domain.md C5).

Written by the scheduler rather than worked out at view time: lists filter and count by colour in
the database, and the event says since when. The status does not change, so `perform` has no part.
"""

from django.db import transaction
from django.db.models import F

from checkups.models import Checkup, CheckupEvent, Colour
from checkups.scoring import colour_of
from foundation import clock
from foundation.audit.services import record

BATCH = 500


def mark_late() -> int:
    """Every unfiled check past its grace days, at or before now; how many turned red."""
    marked = 0
    while keys := _unmarked():
        marked += _mark(keys)
    return marked


def _unmarked() -> list[int]:
    late = Checkup.objects.unfiled().filter(colour="", cycle__late_on__lt=clock.today())
    return list(late.order_by("pk").values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def _mark(keys: list[int]) -> int:
    # Locked and asked again: a school may be filing at this very moment.
    locked = (
        Checkup.objects.unfiled().filter(pk__in=keys, colour="").select_for_update(of=("self",))
    )
    rows = list(locked.select_related("cycle__template").order_by("pk"))
    if not rows:
        return 0
    template = rows[0].cycle.template
    colour, why = colour_of(
        None, green_from=template.green_from, yellow_from=template.yellow_from, late=True
    )
    CheckupEvent.objects.bulk_create(
        CheckupEvent(
            checkup=checkup,
            name="mark_late",
            label="逾期亮红灯",
            source=checkup.status,
            target=checkup.status,
            appointment="系统",
            note=why,
        )
        for checkup in rows
    )
    Checkup.objects.filter(pk__in=[checkup.pk for checkup in rows]).update(
        colour=Colour(colour), red_reason=why, version=F("version") + 1
    )
    record("checkup.mark_late", count=len(rows), checkups=[checkup.pk for checkup in rows])
    return len(rows)
