"""What must hold on every day of the year, whatever anybody did (reliability.md T4).

Each rule is asked about the rows of a `Scope`: all, or those that changed since it was last asked.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import Count, F, Q

from brands.models import (
    HonourStatus,
    Project,
    ProjectStatus,
    Publicity,
    Quota,
    QuotaTransfer,
    Recheck,
    RecheckStatus,
    TransferStatus,
)
from dashboard.rehearsal.watching import Scope
from foundation import clock
from foundation.audit.services import faults
from foundation.outbox.models import Message, MessageState
from reviews.models import Assignment, AssignmentStatus
from schools.models import Ownership

S = ProjectStatus
HANDED_IN = set(S.values) - {S.DRAFT}
OPEN = (S.DRAFT, S.RETURNED, S.WITHDRAWN)  # to be written in


def status_is_where_the_last_move_led(scope: Scope) -> Iterator[str]:
    for project in scope.projects.prefetch_related("events"):
        moves = sorted(project.events.all(), key=lambda event: event.pk)
        last = moves[-1].target if moves else S.DRAFT
        if project.status != last:
            yield f"{project} 的状态 {project.status} 不是最后一步 {last}"


def each_move_left_one_event(scope: Scope) -> Iterator[str]:
    """Every raise of the version is a move or an answer saved, and answers are saved in the open."""
    for project in scope.projects.exclude(status__in=OPEN).annotate(n=Count("events")):
        saved = sum(version for version, _ in project.edits.values())
        if not project.n <= project.version <= project.n + saved:
            yield f"{project} 的版本是 {project.version}，记录了 {project.n} 步、{saved} 次填写"


def nothing_changes_once_handed_in(scope: Scope) -> Iterator[str]:
    """What experts and the committee read is the last version handed in, word for word."""
    for project in scope.projects.exclude(status__in=OPEN).prefetch_related("versions"):
        versions = sorted(project.versions.all(), key=lambda version: version.number)
        if versions and (project.title, _answers(project.content)) != (
            versions[-1].title,
            _answers(versions[-1].content),
        ):
            yield f"{project} 提交之后内容变了"


def _answers(content: dict[str, Any]) -> dict[str, Any]:
    """The application form alone: the closing report is handed in later, by a move of its own."""
    return {key: value for key, value in content.items() if key != "closing_report"}


def decided_once(scope: Scope) -> Iterator[str]:
    decisions = Q(events__name__in=("approve", "decline"))
    for project in scope.projects.annotate(n=Count("events", filter=decisions)).filter(n__gt=1):
        yield f"{project} 被审定了 {project.n} 次"


def nobody_is_named_under_an_objection(scope: Scope) -> Iterator[str]:
    for project in scope.projects.filter(status=S.NAMED, objections__status="investigating"):
        yield f"{project} 在异议调查期间被命名"


def least_numbers_can_be_met(scope: Scope) -> Iterator[str]:
    """What is free in an area is enough for the private schools still owed a place."""
    private = Q(place_rows__project__organisation__school__ownership=Ownership.PRIVATE)
    rows = Quota.objects.annotate(
        used=Count("place_rows__project"), held=Count("place_rows__project", filter=private)
    )
    for quota in rows:
        if quota.private - quota.held > quota.places - quota.used:
            yield f"名额 {quota} 应留给民办学校 {quota.private} 个，已留不出"


def quotas_hold(scope: Scope) -> Iterator[str]:
    for quota in Quota.objects.annotate(used=Count("place_rows__project")):
        if quota.used > quota.places:
            yield f"名额 {quota} 用了 {quota.used}，只有 {quota.places}"


def places_move_between_areas_only(scope: Scope) -> Iterator[str]:
    """Each area has what it began with, and what was moved; nobody approved their own request."""
    moved: Counter[tuple[int, int]] = Counter()
    for transfer in QuotaTransfer.objects.filter(status=TransferStatus.APPROVED):
        moved[transfer.batch_id, transfer.source_id] -= transfer.places
        moved[transfer.batch_id, transfer.target_id] += transfer.places
        approvals = transfer.events.filter(name="approve")
        if not approvals.exclude(by=None).exclude(by=transfer.by_id).exists():
            yield f"名额调剂 {transfer} 没有由第二个人批准"
    for quota in Quota.objects.annotate(rows=Count("place_rows")):
        if quota.places != quota.rows:
            yield f"名额 {quota} 是 {quota.places} 个，登记了 {quota.rows} 个"
        before = quota.places - moved[quota.batch_id, quota.area_id]
        if before != scope.begun.get(quota.pk, before):
            yield f"名额 {quota} 除去调剂是 {before} 个，开始时是 {scope.begun[quota.pk]} 个"


def what_was_handed_in_was_kept(scope: Scope) -> Iterator[str]:
    rows = scope.projects.filter(status__in=HANDED_IN).annotate(n=Count("versions"))
    for project in rows.exclude(status=S.WITHDRAWN).filter(n=0):
        yield f"{project} 已提交，却没有版本"
    numbers = Project.objects.exclude(number=None).values("number")
    for row in numbers.annotate(n=Count("pk")).filter(n__gt=1):
        yield f"受理编号 {row['number']} 重复"


def scores_are_what_the_sheets_say(scope: Scope) -> Iterator[str]:
    """From the single points, in whole hundredths, by no code of the product's."""
    points: dict[int, dict[int, int]] = {}
    sheets = Assignment.objects.filter(entry__in=scope.entries, status=AssignmentStatus.SUBMITTED)
    for entry_id, sheet, value in sheets.order_by().values_list("entry", "pk", "scores__value"):
        totals_of = points.setdefault(entry_id, {})
        totals_of[sheet] = totals_of.get(sheet, 0) + round((value or 0) * 100)
    for entry in scope.entries.select_related("round").filter(count__gt=0):
        totals = sorted(points.get(entry.pk, {}).values())
        kept = totals[1:-1] if entry.round.scoring == "trimmed" and len(totals) >= 5 else totals
        again = (2 * sum(kept) + len(kept)) // (2 * len(kept)) if kept else None  # half up
        told = None if entry.trimmed is None else round(entry.trimmed * 100)
        if (again, len(totals)) != (told, entry.count):
            yield f"参评 {entry.pk}：{entry.trimmed}，重算 {again}（百分之一分）"


def a_name_has_its_honour_and_its_publicity(scope: Scope) -> Iterator[str]:
    named = scope.projects.filter(status=S.NAMED).annotate(n=Count("honour"))
    for project in named.exclude(n=1):
        yield f"{project} 已命名，荣誉 {project.n} 条"
    for honour in scope.honours.exclude(project=None).select_related("project"):
        if not Publicity.objects.filter(entries__project=honour.project).exists():
            yield f"{honour} 没有经过公示"


def checks_of_brands_keep_their_days(scope: Scope) -> Iterator[str]:
    """A brand in force whose day has come has its check open, or done."""
    today = clock.today()
    rows = Recheck.objects.filter(honour__status=HonourStatus.VALID).select_related("honour")
    for row in rows.filter(status=RecheckStatus.PLANNED, opens_on__lte=today):
        yield f"{row} 到期没有启动"
    for row in rows.filter(status=RecheckStatus.OPEN, due_on__lt=today):
        yield f"{row} 过期没有标明"


def only_a_person_revokes(scope: Scope) -> Iterator[str]:
    for honour in scope.honours.filter(status=HonourStatus.REVOKED):
        if not honour.events.filter(name="revoke").exclude(by=None).exists():
            yield f"{honour} 被撤销，却没有人决定"


def late_means_granted(scope: Scope) -> Iterator[str]:
    rows = scope.projects.filter(batch__stages__stage="apply", submitted_at__isnull=False)
    late = rows.filter(submitted_at__gt=F("batch__stages__closes_at"), is_late=False)
    for project in late.filter(versions__number=1).exclude(versions__number=2):
        yield f"{project} 逾期提交，却没有标明"


def letters_leave(scope: Scope) -> Iterator[str]:
    dead = Message.objects.filter(state=MessageState.DEAD).count()
    if dead:
        yield f"{dead} 封信没有发出"


def the_record_is_whole(scope: Scope) -> Iterator[str]:
    yield from faults(kept=scope.since, since=scope.since)


Rules = list[Callable[[Scope], Iterator[str]]]
# What the passing of a day alone may break.
OF_TIME: Rules = [checks_of_brands_keep_their_days, letters_leave]
DAILY: Rules = [
    status_is_where_the_last_move_led,
    each_move_left_one_event,
    nothing_changes_once_handed_in,
    decided_once,
    nobody_is_named_under_an_objection,
    quotas_hold,
    places_move_between_areas_only,
    least_numbers_can_be_met,
    what_was_handed_in_was_kept,
    scores_are_what_the_sheets_say,
    a_name_has_its_honour_and_its_publicity,
    only_a_person_revokes,
    late_means_granted,
    the_record_is_whole,
    *OF_TIME,
]


def broken(rules: Rules, scope: Scope | None = None) -> list[str]:
    scope = scope or Scope()
    return [f"{rule.__name__}: {words}" for rule in rules for words in rule(scope)]
