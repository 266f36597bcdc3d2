"""Is the paper in hand what was submitted? Asked by anybody who holds it, with no more to learn.

The number and the code stand together in the footer, so only who holds the paper has both; a wrong
number, a wrong code and what was taken back are answered alike. Who guesses must wait: misses are
counted by address, what is found is not, so that a pile of paper can be gone through.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.crypto import constant_time_compare

from brands.models import PaperMiss, ProjectVersion
from brands.models.project import PRIVATE
from foundation import clock

MISSES = 10
WAIT = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Paper:
    """What is told of it: whose, which submission, of which day, and whether there is a newer one."""

    unit: str
    number: int
    day: date
    is_last: bool


def proven(number: str, code: str) -> Paper | None:
    """By what stands in the footer, however it was typed."""
    number, code = ("".join(typed.split()).upper() for typed in (number, code))
    versions = ProjectVersion.objects.filter(project__number__iexact=number)
    filed = versions.exclude(project__status__in=PRIVATE).order_by("-number")
    for place, version in enumerate(filed.select_related("project__organisation__school")):
        if version.code and constant_time_compare(version.code, code):
            day = timezone.localdate(version.at)
            return Paper(version.project.organisation.short, version.number, day, place == 0)
    return None


def wait_of(address: str) -> datetime | None:
    """Until when this address must wait; None: may ask. Two at once may both still be let in."""
    since = clock.wall_now() - WAIT
    misses = PaperMiss.objects.filter(address=address, at__gt=since).order_by("-at")
    oldest = misses.values_list("at", flat=True)[MISSES - 1 : MISSES]
    return next((at + WAIT for at in oldest), None)


def missed(address: str) -> None:
    now = clock.wall_now()
    PaperMiss.objects.filter(at__lte=now - WAIT).delete()
    PaperMiss.objects.create(address=address, at=now)
