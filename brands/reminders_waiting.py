"""Who is reminded of what waits without a stage of its own: a stamped paper, a request, a transfer.

Requests and transfers have no deadline by any rule. They are put before staff as if they were to be
answered within five working days (`assumed`, like the times of domain.md B).
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from brands.models import BatchStatus, ChangeRequest, Project, QuotaTransfer
from brands.services import stamping, windows
from foundation import clock
from foundation.notifications.reminding import FORGOTTEN_AFTER, Draft, Matter, Step, only
from foundation.workdays.services import Calendar, add_workdays
from schools.recipients import bureau_desks, school_people

Drafts = Iterable[tuple[Matter, Draft]]
ANSWER_DAYS = 5
ANSWER_STEPS = tuple(Step(days) for days in (-2, 0, 3))


def unstamped(subject: str | None) -> Iterator[Matter]:
    """Applications under check whose stamped paper has not come."""
    rows = stamping.outstanding(only(Project.objects.all(), subject))
    for project in rows.order_by("pk"):
        if ends := stamping.ends_at(project):
            steps = tuple(Step(-days) for days in project.batch.reminder_days)
            yield Matter(str(project.pk), ends, steps, project, since=project.submitted_at)


def to_stampers(matters: list[Matter], step: Step, when: str) -> Drafts:
    people = school_people({matter.row.organisation_id for matter in matters})
    for matter in matters:
        project = matter.row
        text = (
            f"《{project}》还没有上传盖章件，请在 {windows.words(matter.deadline)} 之前上传："
            "下载提交后的 Word 表，打印、盖章、扫描。没有盖章件的不能审查通过。"
        )
        link = f"{reverse('brands:project', args=[project.pk])}#stamped"
        for user in people.get(project.organisation_id, ()):
            yield matter, Draft(user, f"盖章件{when}：{project}"[:120], text, link)


def unanswered(subject: str | None) -> Iterator[Matter]:
    """Requests of schools that the bureau has not decided."""
    rows = only(ChangeRequest.objects.pending(), subject).select_related("project")
    yield from _waiting(rows.filter(asked_at__gte=_oldest()).order_by("pk"), "asked_at")


def to_deciders(matters: list[Matter], step: Step, when: str) -> Drafts:
    for matter in matters:
        change = matter.row
        day = timezone.localtime(change.asked_at)
        text = f"{change}，{day.month}月{day.day}日提出，还没有审批。审批之前该项目不能申请结项。"
        link = reverse("brands:change", args=[change.pk])
        for user in _others(change.asked_by_id):
            yield matter, Draft(user, f"变更申请待审批：{change.project}"[:120], text, link)


def unapproved(subject: str | None) -> Iterator[Matter]:
    """Transfers of places that wait for the second person."""
    rows = only(QuotaTransfer.objects.pending(), subject).filter(batch__status=BatchStatus.OPEN)
    rows = rows.filter(at__gte=_oldest()).select_related("batch", "source", "target")
    yield from _waiting(rows.order_by("pk"), "at")


def to_seconds(matters: list[Matter], step: Step, when: str) -> Drafts:
    for matter in matters:
        transfer = matter.row
        day = timezone.localtime(transfer.at)
        text = (
            f"“{transfer.batch}”的名额调剂（{transfer}），{day.month}月{day.day}日提出，"
            "须由提出人以外的局工作人员审批。审批之前名额不变。"
        )
        link = reverse("brands:transfer", args=[transfer.pk])
        for user in _others(transfer.by_id):
            yield matter, Draft(user, f"名额调剂待审批：{transfer}"[:120], text, link)


def _oldest() -> Any:
    return clock.now() - FORGOTTEN_AFTER


def _waiting(rows: "QuerySet[Any]", asked: str) -> Iterator[Matter]:
    waiting = list(rows)
    if not waiting:
        return
    calendar = Calendar(clock.today() - FORGOTTEN_AFTER, clock.today() + FORGOTTEN_AFTER)
    for row in waiting:
        moment = getattr(row, asked)
        due = add_workdays(timezone.localdate(moment), ANSWER_DAYS, calendar).date
        yield Matter(str(row.pk), due, ANSWER_STEPS, row, since=moment)


def _others(asker: int) -> list[int]:
    """Who asked may not decide."""
    return sorted({user for _, user in bureau_desks()} - {asker})
