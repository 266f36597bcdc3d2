"""Who is reminded of a check, and when: steps as data, chosen by "at or before now".

Schools hear about their own check. From T+3 on the desks above get one list each, not one letter
per school. Nothing is planned on days off or at night; what fell due then is made up next morning.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from checkups.models import Checkup, Cycle
from checkups.recipients import bureau_desks, district_desks, school_people, within
from foundation import clock
from foundation.notifications.services import WANTED, Letter, tell
from foundation.workdays.services import Calendar, add_workdays

AT = time(9, 10)  # Not on the hour or half hour, when every channel is busy.
AWAKE = (time(8), time(20))
FORGOTTEN_AFTER = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Step:
    """`days` working days from the deadline; None is the opening day."""

    code: str
    days: int | None
    words: str
    district: bool = False
    bureau: bool = False


STEPS = (
    Step("open", None, "已开始填报"),
    Step("T-7", -7, "还有7个工作日截止"),
    Step("T-3", -3, "还有3个工作日截止"),
    Step("T-1", -1, "还有1个工作日截止"),
    Step("T0", 0, "今天截止"),
    Step("T+1", 1, "已逾期1个工作日"),
    Step("T+3", 3, "已逾期3个工作日", district=True),
    Step("T+5", 5, "已逾期5个工作日", district=True, bureau=True),
)


def moment_of(step: Step, cycle: Cycle, calendar: Calendar) -> datetime:
    if step.days is None:
        eve = cycle.opens_on - timedelta(days=1)
        day = add_workdays(eve, 1, calendar).date
    else:
        day = add_workdays(cycle.due_on, step.days, calendar).date
    return timezone.make_aware(datetime.combine(day, AT))


def latest_step(cycle: Cycle, now: datetime, calendar: Calendar) -> Step | None:
    """The last step due by `now`: after an outage only this one is made up."""
    due = [step for step in STEPS if moment_of(step, cycle, calendar) <= now]
    return due[-1] if due else None


def is_quiet(now: datetime, calendar: Calendar) -> bool:
    local = timezone.localtime(now)
    working, _ = calendar.look_up(local.date())
    return not working or not AWAKE[0] <= local.time() < AWAKE[1]


def plan() -> int:
    """Put what is due by now and not yet planned into the outbox; how many letters."""
    now, day = clock.now(), clock.today()
    calendar = Calendar(day - timedelta(days=180), day + timedelta(days=90))
    if is_quiet(now, calendar):
        return 0
    cycles = Cycle.objects.filter(opens_on__lte=day, due_on__gte=day - FORGOTTEN_AFTER)
    steps = [(cycle, latest_step(cycle, now, calendar)) for cycle in cycles]
    return sum(_plan_step(cycle, step, day) for cycle, step in steps if step)


@transaction.atomic
def _plan_step(cycle: Cycle, step: Step, day: date) -> int:
    mark = f"{step.code}:{cycle.due_on}"
    waiting = list(
        Checkup.objects.outstanding(day)
        .filter(cycle=cycle)
        .exclude(reminded=mark)
        .select_related("organisation")
    )
    if not waiting:
        return 0
    people = school_people([checkup.organisation_id for checkup in waiting])
    reached = [checkup for checkup in waiting if people.get(checkup.organisation_id)]
    letters = [
        _letter(cycle, step, checkup, user)
        for checkup in reached
        for user in people[checkup.organisation_id]
    ]
    if step.district:
        letters += _lists(cycle, step)
    tell(letters)
    # Where nobody could be told, the step stays open until the organisation has an account.
    for start in range(0, len(reached), 500):
        keys = [checkup.pk for checkup in reached[start : start + 500]]
        Checkup.objects.filter(pk__in=keys).update(reminded=mark)
    return len(letters)


def _letter(cycle: Cycle, step: Step, checkup: Checkup, user: int) -> Letter:
    return Letter(
        user_id=user,
        key=f"checkup:{checkup.pk}:{step.code}:{cycle.due_on}:{user}",
        subject=f"{cycle}党建工作体检{step.words}",
        text=f"请填报{cycle}党建工作体检，截止时间{_words(cycle)}。系统已有的数据已预填，请核对确认后提交。",
        link=reverse("checkups:checkup", args=[checkup.pk]),
        subject_kind="checkup",
        facts={"checkup": checkup.pk, "due_on": str(cycle.due_on)},
    )


def _lists(cycle: Cycle, step: Step) -> Iterator[Letter]:
    """One letter for each desk above: how many have not filed, and where to see which."""
    unfiled = Checkup.objects.unfiled().filter(cycle=cycle).select_related("organisation")
    organisations = [checkup.organisation for checkup in unfiled]
    desks = district_desks() + (bureau_desks() if step.bureau else [])
    for path, user in desks:
        count = within(path, organisations)
        if count:
            yield Letter(
                user_id=user,
                key=f"cycle:{cycle.pk}:{step.code}:{cycle.due_on}:{user}",
                subject=f"{cycle}党建工作体检：{count}个党组织{step.words}",
                text=f"{cycle}党建工作体检截止时间{_words(cycle)}，还有{count}个党组织未提交，请督促。",
                link=f"{reverse('checkups:cycle', args=[cycle.pk])}?status=overdue",
                subject_kind="cycle",
                facts={"cycle": cycle.pk, "due_on": str(cycle.due_on), "path": path},
            )


def _words(cycle: Cycle) -> str:
    day = f"{cycle.due_on.year}年{cycle.due_on.month}月{cycle.due_on.day}日"
    return f"{day}（暂定）" if cycle.provisional else day


def _checkup_wanted(facts: dict[str, Any]) -> bool:
    waiting = Checkup.objects.outstanding(clock.today())
    return waiting.filter(pk=facts["checkup"], cycle__due_on=facts["due_on"]).exists()


def _list_wanted(facts: dict[str, Any]) -> bool:
    unfiled = Checkup.objects.unfiled().filter(cycle=facts["cycle"], cycle__due_on=facts["due_on"])
    return unfiled.filter(organisation__path__startswith=facts["path"]).exists()


def register() -> None:
    WANTED["checkup"] = _checkup_wanted
    WANTED["cycle"] = _list_wanted
