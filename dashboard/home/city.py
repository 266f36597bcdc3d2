"""Bureau staff, leader and supervision: the pipeline, what awaits decision, who is late by area."""

from collections import Counter
from typing import Any

from django.db.models import Count, F, Q
from django.urls import reverse

from brands.models import (
    Batch,
    BatchStatus,
    Objection,
    Programme,
    Project,
    ProjectStatus,
    Publicity,
    PublicityStatus,
)
from brands.stretches import STRETCHES
from checkups.models import Checkup
from dashboard.home.task import Deadlines, Task
from foundation import clock
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


def late_by_area() -> dict[str, Any] | None:
    """Checks not filed by area, as data of `includes/_chart.html`; None when none is due."""
    rows = list(
        Checkup.objects.unfiled()
        .filter(cycle__opens_on__lte=clock.today())
        .values(area=F("organisation__area__name"), order=F("organisation__area__order"))
        .annotate(n=Count("pk"))
        .order_by("order")
    )
    if not rows:
        return None
    return {
        "type": "hbar",
        "categories": [row["area"] or "局机关" for row in rows],
        "series": [{"name": "未报", "data": [row["n"] for row in rows]}],
        "unit": "家",
        "category_label": "板块",
    }


# 一校一品 waits as proposed, 书记项目 as scored, and its closing as scored again.
WAITS_FOR_LEADER = Q(projects__status__in=[S.PROPOSED, S.CLOSING_SCORED]) | Q(
    programme=Programme.SECRETARY_PROJECT, projects__status=S.SCORED
)


def _leader_tasks(days: Deadlines) -> list[Task]:
    waiting = Batch.objects.filter(WAITS_FOR_LEADER).annotate(n=Count("projects")).order_by("pk")
    return [
        days.task(
            f"审定{batch.title}：{batch.n} 项",
            "拟定名单已提交审定。",
            reverse("brands:decision", args=[batch.pk]),
        )
        for batch in waiting
    ]


# (status, what staff do, why, whether on the batch's decision page or its rounds)
BATCH_STEPS = [
    (S.SCORED, "提出拟定名单", "评审已完成，按名次提出。", "brands:decision"),
    (S.APPROVED, "起草公示", "已审定，起草公示并由第二人复核。", "brands:publicity-new"),
    (S.CLOSING, "安排结项评审", "学校已申请结项。", "reviews:rounds"),
]


def _batch_tasks(days: Deadlines) -> list[Task]:
    found = []
    for status, step, why, name in BATCH_STEPS:
        waiting = Batch.objects.filter(projects__status=status).annotate(n=Count("projects"))
        if status == S.SCORED:
            waiting = waiting.filter(programme=Programme.SCHOOL_BRAND)
        for batch in waiting.order_by("pk"):
            url = reverse(name, args=[batch.pk])
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
    found += _batch_tasks(days)
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


def tasks(user: Any, days: Deadlines) -> list[Task]:
    rights = rights_of(user)
    found = []
    if rights.has(Role.LEADER):
        found += _leader_tasks(days)
    if rights.has(Role.BUREAU):
        found += _staff_tasks(user, days)
        submitted = Checkup.objects.filter(status="submitted").count()
        if submitted:
            url = f"{reverse('checkups:checkups')}?status=submitted"
            found.append(days.task(f"季度体检待审核：{submitted} 份", "学校已提交。", url))
    if rights.has(Role.BUREAU, Role.SUPERVISION):
        for objection in Objection.objects.visible_to(user).open().select_related("project")[:10]:
            url = reverse("brands:objection", args=[objection.pk])
            found.append(days.task(f"办理{objection}", "实名或匿名异议。", url, objection.due_on))
    return found
