"""When a quarter's check opens and is due, and opening it (domain.md C2)."""

from dataclasses import asdict, dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q

from checkups.models import Checkup, Cycle, Template
from checkups.models.checkup import QUARTER_ENDS
from foundation import clock
from foundation.audit.services import record
from foundation.workdays.services import add_workdays
from schools.models import PartyOrganisation

TEMPLATE = "quarterly"
WORKDAYS_TO_FILE = 10
WORKDAYS_OF_GRACE = 5
OPENS_ON_DAY = 20  # of the quarter's last month


@dataclass(frozen=True, slots=True)
class Dates:
    opens_on: date
    due_on: date
    late_on: date
    provisional: bool


def dates_of(year: int, quarter: int) -> Dates:
    end = date(year, *QUARTER_ENDS[quarter])
    due = add_workdays(end, WORKDAYS_TO_FILE)
    late = add_workdays(due.date, WORKDAYS_OF_GRACE)
    return Dates(
        end.replace(day=OPENS_ON_DAY), due.date, late.date, due.provisional or late.provisional
    )


def current_quarter(day: date) -> tuple[int, int]:
    """The latest quarter whose check has opened by `day`."""
    opened = [
        (year, quarter)
        for year in (day.year - 1, day.year)
        for quarter, (month, _) in QUARTER_ENDS.items()
        if date(year, month, OPENS_ON_DAY) <= day
    ]
    return opened[-1]


def open_due() -> Cycle | None:
    """Open the current quarter's check and give every live unit its own.

    A quarter is opened between its opening day and its deadline, both included: missed days are
    made up, and a quarter nobody could file in time any more is not opened at all. A unit added
    within that time gets its check at the next tick. Running it twice does no harm.
    """
    day = clock.today()
    year, quarter = current_quarter(day)
    _refresh_provisional()
    dates = dates_of(year, quarter)
    return open_cycle(year, quarter) if day <= dates.due_on else None


@transaction.atomic
def open_cycle(year: int, quarter: int) -> Cycle:
    """The cycle of this quarter with a check for every live unit, made where missing."""
    known = Cycle.objects.filter(template__code=TEMPLATE, year=year, quarter=quarter).first()
    if known:
        _give_checkups(known)
        return known
    template = Template.objects.filter(code=TEMPLATE).first()  # The newest version.
    if template is None:
        raise LookupError("There is no template for the quarterly check.")
    cycle, created = Cycle.objects.get_or_create(
        template=template, year=year, quarter=quarter, defaults=asdict(dates_of(year, quarter))
    )
    Template.objects.filter(pk=template.pk).update(frozen=True)
    _give_checkups(cycle)
    if created:
        record("cycle.open", obj=cycle, due_on=str(cycle.due_on))
    return cycle


def _give_checkups(cycle: Cycle) -> None:
    taking_part = Q(checked_from=None) | Q(checked_from__lte=cycle.ends_on)
    units = PartyOrganisation.objects.live().units().filter(taking_part)
    missing = units.exclude(checkups__cycle=cycle).order_by().values_list("pk", flat=True)
    Checkup.objects.bulk_create(
        [Checkup(cycle=cycle, organisation_id=pk) for pk in missing],
        ignore_conflicts=True,
        batch_size=500,
    )


def _refresh_provisional() -> None:
    """A provisional deadline is computed again until its year's calendar is known."""
    for cycle in Cycle.objects.filter(provisional=True):
        dates = dates_of(cycle.year, cycle.quarter)
        fresh = asdict(dates)
        if any(getattr(cycle, column) != value for column, value in fresh.items()):
            with transaction.atomic():
                Cycle.objects.filter(pk=cycle.pk).update(**fresh)
                record("cycle.dates", obj=cycle, before=str(cycle.due_on), after=str(dates.due_on))


def next_opening(day: date) -> date:
    """When the next quarter's check opens."""
    openings = [
        date(year, month, OPENS_ON_DAY)
        for year in (day.year, day.year + 1)
        for month, _ in QUARTER_ENDS.values()
    ]
    return min(opening for opening in openings if opening > day)
