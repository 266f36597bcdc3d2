"""Who is reminded of a report on a named brand, or half-way of a 书记项目 (domain.md B1 11–15, B2).

A report that did not come has its letter on the day it is marked as missed; the step after it is
for those who still keep silent, and for the bureau that has to go after it.
"""

from collections.abc import Iterable, Iterator

from django.db.models import Max, Q
from django.urls import reverse

from brands.models import Recheck, RecheckStatus
from foundation import clock
from foundation.documents import chinese_date
from foundation.notifications.reminding import FORGOTTEN_AFTER, Draft, Matter, Step, only
from schools.recipients import bureau_desks, school_people

R = RecheckStatus
STEPS = {
    R.OPEN: (Step(-7), Step(-1)),
    R.FIXING: (Step(-7), Step(-1), Step(1)),
    R.MISSED: (Step(3),),
}


def unreported(subject: str | None) -> Iterator[Matter]:
    """Reports and corrections that a school owes."""
    oldest = clock.today() - FORGOTTEN_AFTER
    late = Q(status=R.FIXING, fix_due_on__gte=oldest) | Q(status=R.MISSED, due_on__gte=oldest)
    rows = only(Recheck.objects.filter(late | Q(status=R.OPEN)), subject)
    for row in rows.select_related("honour", "project").annotate(since=Max("events__at")):
        due = row.fix_due_on if row.status == R.FIXING else row.due_on
        yield Matter(str(row.pk), due, STEPS[R(row.status)], row, since=row.since)


def to_reporters(matters: list[Matter], step: Step, when: str) -> Iterable[tuple[Matter, Draft]]:
    people = school_people({matter.row.organisation_id for matter in matters})
    is_late = step.days is not None and step.days > 0
    desk = sorted({user for _, user in bureau_desks()}) if is_late else []
    for matter in matters:
        row = matter.row
        what = "整改报告" if row.status == R.FIXING else "报告"
        day = chinese_date(matter.due_on)
        subject = f"{row.get_kind_display()}{when}：《{row.title}》"[:120]
        link = reverse("brands:recheck", args=[row.pk])
        asked = "请尽快联系局工作人员。" if row.status == R.MISSED else "请写好后提交。"
        text = f"{row}的{what}还没有提交，期限 {day}。"
        for user in people.get(row.organisation_id, ()):
            yield matter, Draft(user, subject, text + asked, link)
        for user in desk:
            yield matter, Draft(user, subject, f"{text}请催办或者处理。", link)
