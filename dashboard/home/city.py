"""Bureau staff, leader and supervision: the pipeline, what awaits decision, who is late by area."""

from collections import Counter
from datetime import timedelta
from typing import Any

from django.db.models import Count, F, Q
from django.urls import reverse

from brands.models import (
    Batch,
    BatchStatus,
    ChangeRequest,
    Objection,
    ObjectionStatus,
    Project,
    ProjectEvent,
    ProjectStatus,
    Publicity,
    PublicityStatus,
    QuotaTransfer,
    Track,
)
from brands.services import pursuing, releasing
from brands.stretches import STRETCHES
from brands.timeline import of_event
from checkups.models import Checkup
from dashboard.home import checking, keeping, returned
from dashboard.home.task import Deadlines, Task
from foundation import clock
from foundation.charts import Chart, chart
from foundation.feedback.models import Suggestion
from reviews.models import AvoidWish, Lots, LotsStatus, RoundStatus
from schools.models import Role
from schools.rights import rights_of

S = ProjectStatus
# What bureau staff do next with projects in a status.
STAFF_STEPS = [
    ("check", "形式审查", "核对材料，通过、退回或不予通过。"),
    ("eligible", "安排评审", "建立评审轮次并分配专家。"),
]


def pipeline() -> list[dict[str, Any]]:
    """Counts per stretch of every batch that is open: two queries however many there are."""
    counts = Counter(
        Project.objects.filter(batch__status=BatchStatus.OPEN)
        .order_by()
        .values_list("batch", "status")
    )
    base = reverse("brands:projects")
    return [
        {
            "batch": batch,
            "stretches": [
                (
                    words,
                    sum(counts[batch.pk, status] for status in statuses),
                    f"{base}?batch={batch.pk}&stretch={key}",
                )
                for key, (words, statuses) in STRETCHES.items()
            ],
        }
        for batch in Batch.objects.filter(status=BatchStatus.OPEN)
    ]


NEWEST = 12
# 一校一品 waits as proposed, 书记项目 as scored.
WAITS_FOR_LEADER = Q(projects__status=S.PROPOSED) | Q(
    track=Track.ESTABLISHING, projects__status=S.SCORED
)


def facts(user: Any) -> list[tuple[str, str]]:
    """What a leader and the supervision ask first: what awaits a decision, what is objected to."""
    if not rights_of(user).has(Role.LEADER, Role.SUPERVISION):
        return []
    waiting = sum(
        Batch.objects.filter(WAITS_FOR_LEADER)
        .annotate(n=Count("projects"))
        .values_list("n", flat=True)
    )
    objections = Counter(Objection.objects.visible_to(user).open().values_list("status", flat=True))
    received, under = (
        objections[ObjectionStatus.RECEIVED],
        objections[ObjectionStatus.INVESTIGATING],
    )
    return [
        ("待审定", f"{waiting} 项"),
        ("公示中", f"{Publicity.objects.public().count()} 份"),
        ("异议", f"调查核实 {under} 件，待受理 {received} 件"),
    ]


def since_yesterday() -> tuple[list[dict[str, Any]], int]:
    """The newest moves since yesterday morning as lines of the time line, and how many there were."""
    since = clock.start_of(clock.today() - timedelta(days=1))
    moves = ProjectEvent.objects.filter(at__gte=since).select_related("by", "project")
    moves = moves.defer("project__content", "project__edits").order_by("-at", "-pk")
    newest = list(moves[: NEWEST + 1])
    lines = [of_event(event, f"{event.label}《{event.project}》") for event in newest[:NEWEST]]
    return lines, moves.count() if len(newest) > NEWEST else len(newest)


def late_by_area() -> Chart | None:
    """Checks not filed by area; None when none is due."""
    rows = list(
        Checkup.objects.unfiled()
        .filter(cycle__opens_on__lte=clock.today())
        .values(area=F("organisation__area__name"), order=F("organisation__area__order"))
        .annotate(n=Count("pk"))
        .order_by("order")
    )
    if not rows:
        return None
    areas = [row["area"] or "局机关" for row in rows]
    return chart("板块", "家", areas, {"未报": [row["n"] for row in rows]})


def _leader_tasks(user: Any, days: Deadlines) -> list[Task]:
    waiting = Batch.objects.filter(WAITS_FOR_LEADER).annotate(n=Count("projects")).order_by("pk")
    return [
        days.task(
            f"审定{batch.title}：{batch.n} 项",
            _why_decide(batch),
            reverse("brands:decision", args=[batch.pk]),
        )
        for batch in waiting
    ] + [*_left_over(days), *_releases(days), *_closings(user, days)]


def _why_decide(batch: Batch) -> str:
    if batch.is_brand:
        return "拟定名单已提交审定。"
    return f"{'评审' if batch.has_review else '审查'}已完成，凭会议纪要决定是否立项。"


def _left_over(days: Deadlines) -> list[Task]:
    """Scored but not on the list that was decided: somebody has to say no."""
    left = Batch.objects.filter(track=Track.NAMING, projects__status=S.SCORED)
    return [
        days.task(
            f"{batch.title}：{batch.n} 项未列入名单",
            "名单已审定。其余项目可不予入选，或由局工作人员补提。",
            f"{reverse('brands:decision', args=[batch.pk])}?status={S.SCORED}",
        )
        for batch in left.filter(pk__in=_decided()).annotate(n=Count("projects")).order_by("pk")
    ]


def _closings(user: Any, days: Deadlines) -> list[Task]:
    """One by one, as the leader decides them."""
    scored = Project.objects.visible_to(user).filter(status=S.CLOSING_SCORED)
    return [
        days.task(
            f"审定结项《{project}》",
            "结项评审已完成，按得分定等次。",
            reverse("brands:project-closing", args=[project.pk]),
        )
        for project in scored.only("title").order_by("pk")[:10]
    ]


# (status, what staff do, why, whether on the batch's decision page or its rounds)
BATCH_STEPS = [
    (S.SCORED, "提出拟定名单", "评审已完成，按名次提出。", "brands:decision"),
    (S.APPROVED, "起草公示", "已审定，起草公示并由第二人复核。", "brands:publicity-new"),
    (S.CLOSING, "安排结项评审", "学校已申请结项。", "reviews:rounds"),
]


def _releases(days: Deadlines) -> list[Task]:
    """What was decided and no school knows yet; a notice takes its own along."""
    waiting = Project.objects.filter(releasing.PENDING).order_by().values("batch")
    return [
        days.task(
            f"公布审定结果：{batch.title}",
            "已审定，学校和区（市）还看不到，请一起公布。",
            reverse("brands:decision-release", args=[batch.pk]),
        )
        for batch in Batch.objects.filter(pk__in=waiting).order_by("pk")
        if releasing.is_due(batch)
    ]


def _decided() -> Any:
    """Batches whose list the leader has decided: what is left there is not for staff to propose."""
    decided = Project.objects.filter(status__in=STRETCHES["publicity"][1] | STRETCHES["named"][1])
    return decided.order_by().values("batch")


def _batch_tasks(days: Deadlines) -> list[Task]:
    found = []
    for status, step, why, name in BATCH_STEPS:
        waiting = Batch.objects.filter(projects__status=status).annotate(n=Count("projects"))
        if status in (S.SCORED, S.APPROVED):
            waiting = waiting.filter(track=Track.NAMING)
        if status == S.SCORED:
            waiting = waiting.exclude(pk__in=_decided())
        for batch in waiting.order_by("pk"):
            url = reverse(name, args=[batch.pk])
            if status == S.SCORED and not batch.has_review:
                why = "审查已完成，提出拟定名单。"
            found.append(days.task(f"{step}：{batch.title}，{batch.n} 项", why, url))
    return found


def _staff_tasks(user: Any, days: Deadlines) -> list[Task]:
    counts = dict(Project.objects.order_by().values_list("status").annotate(n=Count("pk")))
    found = []
    for key, step, why in STAFF_STEPS:
        n = sum(counts.get(status, 0) for status in STRETCHES[key][1])
        if n:
            url = f"{reverse('brands:projects')}?stretch={key}"
            found.append(days.task(f"{step}：{n} 项", why, url))
    ours = Project.objects.visible_to(user).exclude(returned_from=S.DISTRICT_REVIEW)
    found += returned.unmended(ours, days)
    found += _batch_tasks(days)
    if wishes := AvoidWish.objects.visible_to(user).waiting().count():
        url = reverse("reviews:pool")
        found.append(days.task(f"核对回避申请：{wishes} 件", "分配专家之前核对并答复。", url))
    found += _releases(days)
    for change in ChangeRequest.objects.pending().select_related("project").order_by("pk")[:10]:
        url = reverse("brands:change", args=[change.pk])
        found.append(days.task(f"审批{change}", "申报单位的申请，写明了理由。", url))
    if late := len(pursuing.late(Project.objects.visible_to(user))):
        url = f"{reverse('brands:tracking')}?show=unclosed"
        found.append(days.task(f"逾期未结项：{late} 项", "过了结项时间没有申请，请催办。", url))
    asked = QuotaTransfer.objects.pending().exclude(by=user)
    for transfer in asked.select_related("batch", "source", "target").order_by("pk")[:10]:
        url = reverse("brands:transfer", args=[transfer.pk])
        found.append(days.task(f"审批名额调剂：{transfer}", str(transfer.batch), url))
    if open_suggestions := Suggestion.objects.filter(answered_at=None).count():
        url = reverse("dashboard:suggestions")
        found.append(days.task(f"办理意见建议：{open_suggestions} 条", "看过后写明办理情况。", url))
    found += keeping.overdue_milestones(user, days)
    for publicity in Publicity.objects.filter(status=PublicityStatus.DRAFT).exclude(
        drafted_by=user
    ):
        url = reverse("brands:publicity", args=[publicity.pk])
        found.append(days.task(f"复核公示：{publicity}", "须由起草人以外的第二人确认发布。", url))
    ended = Publicity.objects.filter(
        status=PublicityStatus.ENDED, entries__project__status=S.PUBLICITY
    ).distinct()
    for publicity in ended.select_related("batch"):
        url = reverse("brands:naming", args=[publicity.batch_id])
        found.append(days.task(f"命名：{publicity.batch.title}", "公示期满，可以命名。", url))
    return found


def _lots(user: Any, days: Deadlines) -> list[Task]:
    """Lists of experts that wait for supervision to draw from them."""
    waiting = Lots.objects.visible_to(user).filter(status=LotsStatus.PREPARED)
    waiting = waiting.exclude(prepared_by=user).exclude(round__status=RoundStatus.FROZEN)
    return [
        days.task(
            f"监督专家抽签：{lots.round.batch.title}",
            "核对名单，输入当场产生的种子。",
            reverse("reviews:lots", args=[lots.pk]),
        )
        for lots in waiting.select_related("round__batch").order_by("pk")[:10]
    ]


def tasks(user: Any, days: Deadlines) -> list[Task]:
    rights = rights_of(user)
    found = []
    if rights.has(Role.LEADER):
        found += _leader_tasks(user, days)
        found += keeping.of_leader(user, days)
    if rights.has(Role.BUREAU):
        found += _staff_tasks(user, days)
        found += keeping.of_bureau(user, days)
        found += checking.to_review(user, days)
        found += checking.source_missing(days) + checking.holidays_missing(days)
    if rights.has(Role.SUPERVISION):
        found += _lots(user, days)
    if rights.has(Role.BUREAU, Role.SUPERVISION):
        objections = Objection.objects.visible_to(user).awaiting(user)
        for objection in objections.select_related("project")[:10]:
            url = reverse("brands:objection", args=[objection.pk])
            found.append(days.task(f"办理{objection}", "实名或匿名异议。", url, objection.due_on))
    return found
