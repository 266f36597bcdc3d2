"""Bureau staff, leader and supervision: the pipeline, what awaits decision, who is late by area."""

from typing import Any

from django.db.models import Count, F
from django.urls import reverse

from brands.models import (
    Batch,
    BatchStatus,
    Objection,
    Project,
    ProjectStatus,
    Publicity,
    PublicityStatus,
)
from checkups.models import Checkup
from dashboard.home.task import Deadlines, Task
from foundation import clock
from schools.models import Role
from schools.rights import rights_of

S = ProjectStatus
# The stretches of the pipeline as a person counts them.
PIPELINE = [
    ("待推荐", {S.DISTRICT_REVIEW}),
    ("待审查", {S.RECOMMENDED, S.FORMAL_CHECK, S.PRECHECK}),
    ("待评审", {S.ELIGIBLE}),
    ("评审中", {S.IN_REVIEW}),
    ("待审定", {S.SCORED, S.PROPOSED}),
    ("公示", {S.APPROVED, S.PUBLICITY, S.ON_HOLD}),
    ("已命名", {S.NAMED}),
    ("推进中", {S.ESTABLISHED, S.IN_PROGRESS}),
    ("结项", {S.CLOSING, S.CLOSING_REVIEW, S.CLOSING_SCORED}),
]
# What bureau staff do next with projects in a status.
STAFF_STEPS = [
    ({S.RECOMMENDED, S.FORMAL_CHECK, S.PRECHECK}, "形式审查", "核对材料，通过、退回或不予通过。"),
    ({S.ELIGIBLE}, "安排评审", "建立评审轮次并分配专家。"),
    ({S.SCORED}, "提出拟定名单", "评审已完成，按名次提出。"),
    ({S.APPROVED}, "起草公示", "已审定，起草公示并由第二人复核。"),
    ({S.CLOSING}, "安排结项评审", "学校已申请结项。"),
]


def pipeline() -> list[dict[str, Any]]:
    """Counts per stretch of every batch that is open: one query."""
    rows = (
        Project.objects.filter(batch__status=BatchStatus.OPEN)
        .exclude(status__in=[S.DRAFT, S.WITHDRAWN])
        .order_by()
        .values("batch", "batch__title", "batch__programme", "status")
        .annotate(n=Count("pk"))
    )
    batches: dict[int, dict[str, Any]] = {}
    for batch in Batch.objects.filter(status=BatchStatus.OPEN):
        batches[batch.pk] = {"batch": batch, "counts": dict.fromkeys((w for w, _ in PIPELINE), 0)}
    for row in rows:
        for word, statuses in PIPELINE:
            if row["status"] in statuses:
                batches[row["batch"]]["counts"][word] += row["n"]
    base = reverse("brands:projects")
    return [
        {
            "batch": line["batch"],
            "stretches": [
                (word, n, f"{base}?batch={pk}&stage={index}")
                for index, (word, n) in enumerate(line["counts"].items())
            ],
        }
        for pk, line in batches.items()
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


def _leader_tasks(days: Deadlines) -> list[Task]:
    waiting = (
        Batch.objects.filter(projects__status__in=[S.PROPOSED, S.CLOSING_SCORED])
        .annotate(n=Count("projects"))
        .order_by("pk")
    )
    return [
        days.task(
            f"审定{batch.title}：{batch.n} 项",
            "拟定名单已提交审定。",
            reverse("brands:decision", args=[batch.pk]),
        )
        for batch in waiting
    ]


def _staff_tasks(user: Any, days: Deadlines) -> list[Task]:
    counts = dict(Project.objects.order_by().values_list("status").annotate(n=Count("pk")))
    found = []
    for statuses, step, why in STAFF_STEPS:
        n = sum(counts.get(status, 0) for status in statuses)
        if n:
            url = f"{reverse('brands:projects')}?status={'&status='.join(sorted(statuses))}"
            found.append(days.task(f"{step}：{n} 项", why, url))
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
