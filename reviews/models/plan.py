"""A proposed assignment: its rules, what it was solved from, and what came out."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from foundation import clock
from foundation.jobs.models import Job
from foundation.workflow.models import Event, Movable
from reviews.models.round import Round


class PlanStatus(models.TextChoices):
    SOLVING = "solving", "计算中"
    UNSOLVABLE = "unsolvable", "没有可行方案"
    READY = "ready", "待公布"
    PUBLISHED = "published", "已公布"
    DISCARDED = "discarded", "已作废"


TONES = {
    PlanStatus.SOLVING: "wait",
    PlanStatus.UNSOLVABLE: "bad",
    PlanStatus.READY: "wait",
    PlanStatus.PUBLISHED: "good",
    PlanStatus.DISCARDED: "plain",
}


class PlanQuerySet(models.QuerySet["AssignmentPlan"]):
    def visible_to(self, user: Any) -> "PlanQuerySet":
        return self.filter(round__in=Round.objects.visible_to(user).order_by())

    def for_list(self) -> "PlanQuerySet":
        return self.select_related("round__batch", "created_by").defer("panels")


class AssignmentPlan(Movable):
    """`panels`: entry → reviewers, those who were there before included.

    `digest` is the SHA-256 of everything the solver was given, `bound` what no plan can be below.
    `edits` counts exchanges by hand since, `proof` is what the checker last found.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="plans")
    status = models.CharField(
        "状态", max_length=12, choices=PlanStatus, default=PlanStatus.SOLVING, editable=False
    )
    rules = models.JSONField("规则")
    seed = models.BigIntegerField("种子")
    digest = models.CharField("输入校验值", max_length=64, blank=True)
    solver = models.CharField("求解程序", max_length=40, blank=True)
    panels = models.JSONField("方案", default=dict)
    cost = models.BigIntegerField("总代价", null=True)
    bound = models.BigIntegerField("最低代价", null=True)
    clashes = models.JSONField("规则冲突", default=list)
    edits = models.PositiveIntegerField("人工调整", default=0)
    proof = models.JSONField("核对单", default=dict)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField("制定时间", default=clock.now)
    published_at = models.DateTimeField("公布时间", null=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "分配方案"
        ordering = ("-pk",)
        constraints = [
            models.CheckConstraint(
                name="reviews_plan_status", condition=Q(status__in=PlanStatus.values)
            )
        ]

    def __str__(self) -> str:
        return f"分配方案{self.pk}"

    @property
    def tone(self) -> str:
        return TONES[PlanStatus(self.status)]

    @property
    def is_solving(self) -> bool:
        return self.status == PlanStatus.SOLVING


class PlanEvent(Event):
    plan = models.ForeignKey(AssignmentPlan, models.CASCADE, related_name="events")
