"""Asking to change, prolong or end what is under way: a written reason and an approval (B2, B1 13)."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from brands.models.project import Project
from foundation import clock
from foundation.workflow.models import Event, Movable


class ChangeKind(models.TextChoices):
    PLAN = "plan", "变更节点任务"
    EXTEND = "extend", "延期结项"
    END = "end", "终止项目"


class ChangeStatus(models.TextChoices):
    PENDING = "pending", "待审批"
    APPROVED = "approved", "已批准"
    REFUSED = "refused", "不予批准"
    TAKEN_BACK = "taken_back", "已撤回"


class ChangeQuerySet(models.QuerySet["ChangeRequest"]):
    def visible_to(self, user: Any) -> "ChangeQuerySet":
        return self.filter(project__in=Project.objects.visible_to(user).order_by())

    def pending(self) -> "ChangeQuerySet":
        return self.filter(status=ChangeStatus.PENDING)


class ChangeRequest(Movable):
    """One request of a school. A project has one open at a time.

    `rows` of a PLAN: {"milestone": pk or None for a new one, "title", "owner", "due_on", "drop",
    "before": the three values when it was asked, or None}. They stay as they were asked: with the
    events they are the history of the plan. `until` of an EXTEND is the new last day.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="changes")
    kind = models.CharField("类型", max_length=10, choices=ChangeKind)
    reason = models.TextField("理由", max_length=1000)
    rows = models.JSONField("节点任务", default=list)
    until = models.DateField("延至", null=True)
    status = models.CharField(
        max_length=10, choices=ChangeStatus, default=ChangeStatus.PENDING, editable=False
    )
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("提出时间", default=clock.now)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "变更申请"
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(
                name="brands_change_open", fields=["project"], condition=Q(status="pending")
            ),
            models.CheckConstraint(
                name="brands_change_until",
                condition=Q(kind="extend", until__isnull=False)
                | (~Q(kind="extend") & Q(until=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.project}"


class ChangeEvent(Event):
    change = models.ForeignKey(ChangeRequest, models.CASCADE, related_name="events")
