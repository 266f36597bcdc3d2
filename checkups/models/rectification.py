"""The rectification ledger: one problem per row, closed only by somebody else (C6)."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from checkups.models.checkup import Answer, Checkup
from foundation import clock
from foundation.workflow.models import Event, Movable
from schools.models import PartyOrganisation
from schools.rights import rights_of


class RectificationStatus(models.TextChoices):
    OPEN = "open", "待制定措施"
    PLANNED = "planned", "已制定措施"
    IN_PROGRESS = "in_progress", "整改中"
    CLOSURE_REQUESTED = "closure_requested", "申请销号"
    VERIFIED_CLOSED = "verified_closed", "已销号"
    RETURNED = "returned", "退回整改"


class RectificationQuerySet(models.QuerySet["Rectification"]):
    def visible_to(self, user: Any) -> "RectificationQuerySet":
        return self.filter(rights_of(user).reach("organisation__"))

    def unsolved(self) -> "RectificationQuerySet":
        return self.exclude(status=RectificationStatus.VERIFIED_CLOSED)

    def overdue(self, day: date | None = None) -> "RectificationQuerySet":
        return self.unsolved().filter(due_on__lt=day or clock.today())

    def for_list(self) -> "RectificationQuerySet":
        return self.select_related("organisation__school", "organisation__area")


class Rectification(Movable):
    """A concrete problem with its owner and deadline. `status` is written by `perform` only."""

    number = models.CharField("编号", max_length=40, unique=True)
    organisation = models.ForeignKey(
        PartyOrganisation, models.PROTECT, related_name="rectifications", verbose_name="党组织"
    )
    checkup = models.ForeignKey(
        Checkup, models.PROTECT, null=True, related_name="rectifications", verbose_name="来源体检"
    )
    answer = models.OneToOneField(
        Answer, models.PROTECT, null=True, related_name="rectification", verbose_name="来源指标"
    )
    problem = models.CharField("问题", max_length=300)
    cause = models.TextField("原因分析", max_length=500, blank=True)
    measures = models.TextField("整改措施", max_length=1000, blank=True)
    leader_name = models.CharField("责任领导", max_length=40, blank=True)
    responsible_name = models.CharField("责任人", max_length=40, blank=True)
    due_on = models.DateField("整改期限")
    red_line = models.BooleanField("红线问题", default=False)
    status = models.CharField(
        "状态",
        max_length=20,
        choices=RectificationStatus,
        default=RectificationStatus.OPEN,
        editable=False,
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    reopened_count = models.PositiveSmallIntegerField("退回次数", default=0, editable=False)
    closed_at = models.DateTimeField("销号时间", null=True, editable=False)
    created_at = models.DateTimeField("立项时间", default=clock.now)

    objects = RectificationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "整改事项"
        ordering = ("due_on", "number")
        constraints = [
            models.CheckConstraint(
                name="checkups_rect_status", condition=Q(status__in=RectificationStatus.values)
            )
        ]
        indexes = [models.Index(fields=["status", "due_on"], name="checkups_rect_due")]

    def __str__(self) -> str:
        return self.number

    @property
    def is_closed(self) -> bool:
        return self.status == RectificationStatus.VERIFIED_CLOSED

    @property
    def is_overdue(self) -> bool:
        return not self.is_closed and self.due_on < clock.today()


class RectificationEvent(Event):
    rectification = models.ForeignKey(Rectification, models.CASCADE, related_name="events")


class ProgressNoteQuerySet(models.QuerySet["ProgressNote"]):
    def visible_to(self, user: Any) -> "ProgressNoteQuerySet":
        return self.filter(rectification__in=Rectification.objects.visible_to(user).order_by())


class ProgressNote(models.Model):
    """A dated line about progress. Written once, never changed."""

    rectification = models.ForeignKey(Rectification, models.CASCADE, related_name="notes")
    text = models.CharField("进展", max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("时间", default=clock.now)

    objects = ProgressNoteQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "整改进展"
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return self.text[:30]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("A progress note is never changed.")
        super().save(*args, **kwargs)


class Serial(models.Model):
    """The last serial given under a prefix; its row is locked while numbers are taken."""

    prefix = models.CharField(max_length=30, unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.prefix}{self.last:04d}"
