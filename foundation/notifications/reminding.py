"""Reminders of anything with a deadline: one engine, to which each kind of matter registers itself.

A step is chosen by "due at or before now", so a missed run is made up by the next, and after an
outage of days one letter catches up. What was planned is a row (`Reminded`), and each letter has the
key kind : subject : step : deadline : recipient, so two schedulers plan it once, and a moved deadline
makes the old letters unwanted and the new ones new by construction (domain.md F-H 58; design.md 10).
Nothing is planned at night or on days off.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from foundation import clock
from foundation.notifications.models import Reminded
from foundation.notifications.services import WANTED, Letter, tell
from foundation.workdays.services import Calendar, add_workdays

AT = time(9, 10)  # Not on the hour or half hour, when every channel is busy.
AWAKE = (time(8), time(20))
AHEAD = timedelta(days=60)  # No step lies further before its deadline.
FORGOTTEN_AFTER = timedelta(days=60)  # Nobody is reminded of what is over for longer.


@dataclass(frozen=True, slots=True)
class Step:
    """`days` working days from the deadline, negative before it; None is the opening day."""

    days: int | None

    @property
    def code(self) -> str:
        if self.days is None:
            return "open"
        return f"T{self.days:+d}" if self.days else "T0"


@dataclass(frozen=True, slots=True)
class Matter:
    """What somebody must still do. `subject` names it within its kind, `row` is the kind's own.

    `since` is when it came up: what fell due before that is nobody's.
    """

    subject: str
    deadline: date | datetime
    steps: Sequence[Step]
    row: Any = None
    opens_on: date | None = None
    since: datetime | None = None

    @property
    def due_on(self) -> date:
        return _day(self.deadline)

    @property
    def mark(self) -> str:
        """The deadline as it stands in keys; a moved one makes other keys."""
        if isinstance(self.deadline, datetime):
            return f"{timezone.localtime(self.deadline):%Y-%m-%dT%H:%M:%S}"
        return str(self.deadline)


@dataclass(frozen=True, slots=True)
class Draft:
    """One person's letter about one matter, before the engine gives it its key."""

    user_id: int
    subject: str
    text: str
    link: str


def only(rows: Any, subject: str | None) -> Any:
    """Of a queryset the row that a subject names; None: all of them."""
    return rows if subject is None else rows.filter(pk=int(subject))


@dataclass(frozen=True, slots=True)
class Kind:
    """`matters(None)` are all outstanding now, `matters(subject)` that one if it still is.

    `drafts(matters, step, when)` writes to whom it concerns; `when` says in words how near it is.
    """

    name: str
    matters: Callable[[str | None], Iterable[Matter]]
    drafts: Callable[[list[Matter], Step, str], Iterable[tuple[Matter, Draft]]]


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    KINDS[kind.name] = kind
    WANTED[kind.name] = lambda facts: _is_wanted(kind, facts)


def _is_wanted(kind: Kind, facts: dict[str, Any]) -> bool:
    """Asked before a letter goes out: still to be done, and by the same deadline."""
    found = kind.matters(facts["subject"])
    return any((one.subject, one.mark) == (facts["subject"], facts["deadline"]) for one in found)


def plan(*names: str) -> int:
    """Put what is due by now and not yet planned into the outbox; how many letters."""
    now, day = clock.now(), clock.today()
    calendar = Calendar(day - timedelta(days=200), day + timedelta(days=150))
    if is_quiet(now, calendar):
        return 0
    kinds = [KINDS[name] for name in names] if names else list(KINDS.values())
    return sum(_plan_kind(kind, now, calendar) for kind in kinds)


def is_quiet(now: datetime, calendar: Calendar) -> bool:
    local = timezone.localtime(now)
    working, _ = calendar.look_up(local.date())
    return not working or not AWAKE[0] <= local.time() < AWAKE[1]


def _plan_kind(kind: Kind, now: datetime, calendar: Calendar) -> int:
    groups: dict[tuple[Step, str], list[Matter]] = defaultdict(list)
    steps: dict[tuple[Any, ...], Step | None] = {}
    for matter in kind.matters(None):
        if matter.due_on > clock.today() + AHEAD:
            continue
        key = (matter.mark, matter.opens_on, matter.since, tuple(matter.steps))
        if key not in steps:
            steps[key] = latest_step(matter, now, calendar)
        if step := steps[key]:
            groups[step, matter.mark].append(matter)
    return sum(_plan_group(kind, step, found, calendar) for (step, _), found in groups.items())


def latest_step(matter: Matter, now: datetime, calendar: Calendar) -> Step | None:
    """The last step due by now: an earlier one that was missed says nothing any more."""
    moments = [(moment_of(step, matter, calendar), step) for step in matter.steps]
    due = [(moment, step) for moment, step in moments if moment <= now]
    if not due:
        return None
    moment, step = max(reversed(due), key=lambda pair: pair[0])  # Of two at once the nearer one.
    came_up_later = matter.since is not None and moment < matter.since
    over = step.days is not None and step.days <= 0 and _is_past(matter.deadline, now)
    return None if came_up_later or over else step


def moment_of(step: Step, matter: Matter, calendar: Calendar) -> datetime:
    """At ten past nine; for a deadline on a day off, on the last working day that is left."""
    if step.days is None:
        day = add_workdays((matter.opens_on or matter.due_on) - timedelta(days=1), 1, calendar).date
    elif step.days:
        day = add_workdays(matter.due_on, step.days, calendar).date
    else:
        day = add_workdays(matter.due_on + timedelta(days=1), -1, calendar).date
    return timezone.make_aware(datetime.combine(day, AT))


@transaction.atomic
def _plan_group(kind: Kind, step: Step, matters: list[Matter], calendar: Calendar) -> int:
    mark = matters[0].mark
    same = {"kind": kind.name, "step": step.code, "deadline": mark}
    planned = set(Reminded.objects.filter(**same).values_list("subject", flat=True))
    waiting = [matter for matter in matters if matter.subject not in planned]
    if not waiting:
        return 0
    when = nearness(waiting[0], step, calendar)
    letters = [
        Letter(
            user_id=draft.user_id,
            key=f"{kind.name}:{matter.subject}:{step.code}:{mark}:{draft.user_id}",
            subject=draft.subject,
            text=draft.text,
            link=draft.link,
            subject_kind=kind.name,
            facts={"subject": matter.subject, "deadline": mark},
        )
        for matter, draft in kind.drafts(waiting, step, when)
    ]
    tell(letters)
    # Where nobody could be told, the step stays open until there is an account.
    told = {letter.facts["subject"] for letter in letters if letter.facts}
    Reminded.objects.bulk_create(
        [Reminded(**same, subject=subject) for subject in sorted(told)],
        ignore_conflicts=True,
        batch_size=500,
    )
    return len(letters)


def nearness(matter: Matter, step: Step, calendar: Calendar) -> str:
    """As it is when the letter is planned: after an outage the step's own number would be wrong."""
    today = clock.today()
    left = calendar.until(today, matter.due_on)
    if step.days is None:
        return "已开始填报"
    if today > matter.due_on:
        return f"已逾期{max(-left, 1)}个工作日"
    if today == matter.due_on:
        return "今天截止"
    return f"还有{left}个工作日截止" if left else "即将截止，截止前已没有工作日"


def _is_past(deadline: date | datetime, now: datetime) -> bool:
    if isinstance(deadline, datetime):
        return now > deadline
    return clock.today() > deadline


def _day(moment: date | datetime) -> date:
    return timezone.localdate(moment) if isinstance(moment, datetime) else moment
