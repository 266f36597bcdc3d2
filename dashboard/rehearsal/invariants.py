"""What must hold on every day of the year, whatever anybody did (reliability.md T4)."""

from collections.abc import Callable, Iterator

from django.db.models import Count, F

from brands.models import (
    Honour,
    HonourStatus,
    Project,
    ProjectStatus,
    Publicity,
    Quota,
    Recheck,
    RecheckStatus,
)
from foundation import clock
from foundation.audit.services import faults
from foundation.outbox.models import Message, MessageState
from reviews.aggregates import aggregate
from reviews.models import Assignment, AssignmentStatus, Entry

S = ProjectStatus
HANDED_IN = set(S.values) - {S.DRAFT}


def status_is_where_the_last_move_led() -> Iterator[str]:
    for project in Project.objects.prefetch_related("events"):
        moves = sorted(project.events.all(), key=lambda event: event.pk)
        last = moves[-1].target if moves else S.DRAFT
        if project.status != last:
            yield f"{project} 的状态 {project.status} 不是最后一步 {last}"


def quotas_hold() -> Iterator[str]:
    for quota in Quota.objects.annotate(used=Count("place_rows__project")):
        if quota.used > quota.places:
            yield f"名额 {quota} 用了 {quota.used}，只有 {quota.places}"


def what_was_handed_in_was_kept() -> Iterator[str]:
    rows = Project.objects.filter(status__in=HANDED_IN).annotate(n=Count("versions"))
    for project in rows.exclude(status=S.WITHDRAWN).filter(n=0):
        yield f"{project} 已提交，却没有版本"
    numbers = Project.objects.exclude(number=None).values("number")
    for row in numbers.annotate(n=Count("pk")).filter(n__gt=1):
        yield f"受理编号 {row['number']} 重复"


def scores_are_what_the_sheets_say() -> Iterator[str]:
    for entry in Entry.objects.select_related("round").filter(count__gt=0):
        sheets = Assignment.objects.filter(entry=entry, status=AssignmentStatus.SUBMITTED)
        totals = [total for total in sheets.values_list("total", flat=True) if total is not None]
        again = aggregate(totals, trim=entry.round.trim)
        if (again.trimmed, again.count) != (entry.trimmed, entry.count):
            yield f"参评 {entry.pk}：{entry.trimmed}，重算 {again.trimmed}"


def a_name_has_its_honour_and_its_publicity() -> Iterator[str]:
    named = Project.objects.filter(status=S.NAMED).annotate(n=Count("honour"))
    for project in named.exclude(n=1):
        yield f"{project} 已命名，荣誉 {project.n} 条"
    for honour in Honour.objects.exclude(project=None).select_related("project"):
        if not Publicity.objects.filter(entries__project=honour.project).exists():
            yield f"{honour} 没有经过公示"


def checks_of_brands_keep_their_days() -> Iterator[str]:
    """A brand in force whose day has come has its check open, or done."""
    today = clock.today()
    rows = Recheck.objects.filter(honour__status=HonourStatus.VALID).select_related("honour")
    for row in rows.filter(status=RecheckStatus.PLANNED, opens_on__lte=today):
        yield f"{row} 到期没有启动"
    for row in rows.filter(status=RecheckStatus.OPEN, due_on__lt=today):
        yield f"{row} 过期没有标明"


def only_a_person_revokes() -> Iterator[str]:
    for honour in Honour.objects.filter(status=HonourStatus.REVOKED):
        if not honour.events.filter(name="revoke").exclude(by=None).exists():
            yield f"{honour} 被撤销，却没有人决定"


def late_means_granted() -> Iterator[str]:
    rows = Project.objects.filter(batch__stages__stage="apply", submitted_at__isnull=False)
    late = rows.filter(submitted_at__gt=F("batch__stages__closes_at"), is_late=False)
    for project in late.filter(versions__number=1).exclude(versions__number=2):
        yield f"{project} 逾期提交，却没有标明"


def letters_leave() -> Iterator[str]:
    dead = Message.objects.filter(state=MessageState.DEAD).count()
    if dead:
        yield f"{dead} 封信没有发出"


def the_record_is_whole() -> Iterator[str]:
    yield from faults()


DAILY: list[Callable[[], Iterator[str]]] = [
    status_is_where_the_last_move_led,
    quotas_hold,
    what_was_handed_in_was_kept,
    scores_are_what_the_sheets_say,
    a_name_has_its_honour_and_its_publicity,
    checks_of_brands_keep_their_days,
    only_a_person_revokes,
    late_means_granted,
    letters_leave,
]
AT_THE_END = [*DAILY, the_record_is_whole]


def broken(rules: list[Callable[[], Iterator[str]]]) -> list[str]:
    return [f"{rule.__name__}: {words}" for rule in rules for words in rule()]
