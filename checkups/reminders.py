"""Who is reminded of a check, and when; the engine is `foundation.notifications.reminding`.

Schools hear about their own check. From T+3 on the desks above get one list each, not one letter
per school.
"""

from collections.abc import Iterable, Iterator

from django.urls import reverse

from checkups import cycles
from checkups.models import Checkup, Cycle
from foundation import clock
from foundation.notifications.reminding import FORGOTTEN_AFTER, Draft, Kind, Matter, Step, register
from schools.recipients import bureau_desks, district_desks, school_people, within

STEPS = tuple(Step(days) for days in (None, -7, -3, -1, 0, 1, 3, 5))
SOURCE_STEPS = tuple(Step(days) for days in (-10, -3, 0, 1, 3, 5, 8, 11, 15, 20))
LIST_STEPS = (Step(3), Step(5))
BUREAU_FROM = 5


def _own(subject: str | None) -> Iterator[Matter]:
    """Checks that somebody must still fill in."""
    waiting = Checkup.objects.outstanding(clock.today()).select_related("cycle", "organisation")
    for checkup in waiting.filter(**_recent("cycle__", "pk", subject)):
        cycle = checkup.cycle
        yield Matter(str(checkup.pk), cycle.due_on, STEPS, checkup, cycle.opens_on)


def _cycles(subject: str | None) -> Iterator[Matter]:
    """Quarters in which somebody has not filed."""
    unfiled = Checkup.objects.unfiled().filter(**_recent("cycle__", "cycle", subject))
    for cycle in Cycle.objects.filter(pk__in=unfiled.order_by().values("cycle")):
        yield Matter(str(cycle.pk), cycle.due_on, LIST_STEPS, cycle)


def _recent(prefix: str, key: str, subject: str | None) -> dict[str, object]:
    if subject is not None:
        return {key: int(subject)}
    day = clock.today()
    return {f"{prefix}opens_on__lte": day, f"{prefix}due_on__gte": day - FORGOTTEN_AFTER}


def _to_schools(matters: list[Matter], step: Step, when: str) -> Iterable[tuple[Matter, Draft]]:
    people = school_people([matter.row.organisation_id for matter in matters])
    for matter in matters:
        checkup, cycle = matter.row, matter.row.cycle
        for user in people.get(checkup.organisation_id, ()):
            yield (
                matter,
                Draft(
                    user_id=user,
                    subject=f"{cycle}党建工作体检{when}",
                    text=f"请填报{cycle}党建工作体检，截止时间{_words(cycle)}。系统已有的数据已预填，请核对确认后提交。",
                    link=reverse("checkups:checkup", args=[checkup.pk]),
                ),
            )


def _to_desks(matters: list[Matter], step: Step, when: str) -> Iterable[tuple[Matter, Draft]]:
    """One letter for each desk above: how many have not filed, and where to see which."""
    desks = district_desks()
    if step.days is not None and step.days >= BUREAU_FROM:
        desks += bureau_desks()
    for matter in matters:
        cycle = matter.row
        unfiled = Checkup.objects.unfiled().filter(cycle=cycle).select_related("organisation")
        organisations = [checkup.organisation for checkup in unfiled]
        for path, user in desks:
            count = within(path, organisations)
            if count:
                yield (
                    matter,
                    Draft(
                        user_id=user,
                        subject=f"{cycle}党建工作体检：{count}个党组织{when}",
                        text=f"{cycle}党建工作体检截止时间{_words(cycle)}，还有{count}个党组织未提交，请督促。",
                        link=f"{reverse('checkups:cycle', args=[cycle.pk])}?status=overdue",
                    ),
                )


def _undocumented(subject: str | None) -> Iterator[Matter]:
    """The quarter that cannot open until its document is named."""
    waiting = cycles.awaiting_source()
    if waiting and subject in (None, f"{waiting.year}Q{waiting.quarter}"):
        name = f"{waiting.year}Q{waiting.quarter}"
        yield Matter(name, waiting.opens_on, SOURCE_STEPS, waiting)


def _to_bureau(matters: list[Matter], step: Step, when: str) -> Iterable[tuple[Matter, Draft]]:
    people = sorted({user for _, user in bureau_desks()})
    for matter in matters:
        waiting = matter.row
        day = f"{waiting.opens_on.month}月{waiting.opens_on.day}日"
        late = "应已开始，因没有文号没有开启" if waiting.has_begun else f"将于{day}开始"
        text = (
            f"{waiting.words}党建工作体检{late}。请填写依据文件的名称和文号，填好后随即开启；"
            "截止时间仍从季度末起算，晚填一天，学校就少一天。"
        )
        subject = f"{waiting.words}体检缺少依据文件的文号"
        for user in people:
            yield matter, Draft(user, subject, text, reverse("checkups:template-source"))


def _words(cycle: Cycle) -> str:
    day = f"{cycle.due_on.year}年{cycle.due_on.month}月{cycle.due_on.day}日"
    return f"{day}（暂定）" if cycle.provisional else day


def fill() -> None:
    register(Kind("checkup", _own, _to_schools))
    register(Kind("cycle", _cycles, _to_desks))
    register(Kind("source", _undocumented, _to_bureau))
