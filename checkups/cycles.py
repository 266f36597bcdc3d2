"""When a quarter's check opens and is due, and opening it (domain.md C2)."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q

from checkups.models import Checkup, Cycle, Template
from checkups.models.checkup import QUARTER_ENDS
from foundation import clock
from foundation.audit.services import record
from foundation.verdict import Conflict
from foundation.workdays.services import Calendar, add_workdays
from schools.models import PartyOrganisation

TEMPLATE = "quarterly"
WORKDAYS_TO_FILE = 10
WORKDAYS_OF_GRACE = 5
WORKDAYS_IF_LATE = 5  # What a quarter opened late leaves at the least (`assumed`).
OPENS_ON_DAY = 20  # of the quarter's last month


@dataclass(frozen=True, slots=True)
class Dates:
    opens_on: date
    due_on: date
    late_on: date
    provisional: bool


def dates_of(year: int, quarter: int, opened: date | None = None) -> Dates:
    """The deadline counts from the quarter's end, whenever it was `opened`, but leaves time to file."""
    end = date(year, *QUARTER_ENDS[quarter])
    opens_on = max(end.replace(day=OPENS_ON_DAY), opened or end.replace(day=1))
    calendar = Calendar(end, opens_on + timedelta(days=90))
    usual = add_workdays(end, WORKDAYS_TO_FILE, calendar)
    least = add_workdays(opens_on, WORKDAYS_IF_LATE, calendar)
    due = max(usual, least, key=lambda day: day.date)
    late = add_workdays(due.date, WORKDAYS_OF_GRACE, calendar)
    return Dates(opens_on, due.date, late.date, due.provisional or late.provisional)


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

    Without a document number nothing new is opened: `awaiting_source` says what waits for it.
    """
    day = clock.today()
    year, quarter = current_quarter(day)
    _refresh_provisional()
    known = _known(year, quarter)
    if day > (known.due_on if known else dates_of(year, quarter).due_on):
        return None
    if known is None and not newest_template().is_documented:
        return None
    return open_cycle(year, quarter)


def newest_template() -> Template:
    template = Template.objects.filter(code=TEMPLATE).first()
    if template is None:
        raise LookupError("There is no template for the quarterly check.")
    return template


def _known(year: int, quarter: int) -> Cycle | None:
    return Cycle.objects.filter(template__code=TEMPLATE, year=year, quarter=quarter).first()


@transaction.atomic
def open_cycle(year: int, quarter: int, *, opened: date | None = None) -> Cycle:
    """The cycle of this quarter with a check for every live unit, made where missing.

    Raises Conflict while the template names no document number (F-A 6).
    """
    if known := _known(year, quarter):
        _give_checkups(known)
        return known
    template = newest_template()
    if not template.is_documented:
        raise Conflict("体检没有填写依据文件的文号，不能开启。")
    dates = dates_of(year, quarter, opened)
    cycle, created = Cycle.objects.get_or_create(
        template=template, year=year, quarter=quarter, defaults=asdict(dates)
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
        dates = dates_of(cycle.year, cycle.quarter, cycle.opens_on)
        fresh = asdict(dates)
        if any(getattr(cycle, column) != value for column, value in fresh.items()):
            with transaction.atomic():
                Cycle.objects.filter(pk=cycle.pk).update(**fresh)
                record("cycle.dates", obj=cycle, before=str(cycle.due_on), after=str(dates.due_on))


@dataclass(frozen=True, slots=True)
class Unopened:
    """A quarter that cannot open, or will not be able to, because the document is missing."""

    year: int
    quarter: int
    opens_on: date
    due_on: date

    @property
    def code(self) -> str:
        return f"{self.year}Q{self.quarter}"

    @property
    def words(self) -> str:
        return str(Cycle(year=self.year, quarter=self.quarter))

    @property
    def has_begun(self) -> bool:
        return self.opens_on <= clock.today()

    @property
    def is_past(self) -> bool:
        """Its usual deadline is over: it opens only if staff say so."""
        return self.due_on < clock.today()


def awaiting_source() -> Unopened | None:
    """The current quarter as long as it has not opened, else the next one; None with a document.

    A quarter of before the first one here is nobody's: a new system begins with its next opening.
    """
    if newest_template().is_documented:
        return None
    day = clock.today()
    year, quarter = current_quarter(day)
    dates = dates_of(year, quarter)
    was_asked = day <= dates.due_on or Cycle.objects.exists()
    if _known(year, quarter) or not was_asked:
        year, quarter = (year, quarter + 1) if quarter < 4 else (year + 1, 1)
        dates = dates_of(year, quarter)
    return Unopened(year, quarter, dates.opens_on, dates.due_on)


def missed() -> list[Unopened]:
    """Quarters since the first one here that never opened and whose deadline is over, newest first.

    Nobody was asked for them, so nothing is late; staff may still open each (`open_cycle`).
    """
    known = set(Cycle.objects.filter(template__code=TEMPLATE).values_list("year", "quarter"))
    if not known:
        return []
    quarter, found = current_quarter(clock.today()), []
    while quarter > min(known):
        dates = dates_of(*quarter)
        if quarter not in known and dates.due_on < clock.today():
            found.append(Unopened(*quarter, dates.opens_on, dates.due_on))
        year, number = quarter
        quarter = (year, number - 1) if number > 1 else (year - 1, 4)
    return found


def next_opening(day: date) -> date:
    """When the next quarter's check opens."""
    openings = [
        date(year, month, OPENS_ON_DAY)
        for year in (day.year, day.year + 1)
        for month, _ in QUARTER_ENDS.values()
    ]
    return min(opening for opening in openings if opening > day)
