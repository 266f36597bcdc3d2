"""负面清单: what happened at a school that puts its named brands in question (domain.md B1 15)."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from foundation import clock
from foundation.workflow.models import Event, Movable
from schools.models import School
from schools.rights import rights_of

EFFECT_DAYS = 365  # How long after it happened the formal check of an application is warned.


# Statuses of a check in which somebody has to act: `recheck.WAITING`, which knows this module.
WAITING = ("open", "submitted", "scored", "fixing", "fixed", "missed", "advised")


class NegativeKind(models.Model):
    """One line of the list, with the rule that puts it there."""

    key = models.SlugField("代码", max_length=20, primary_key=True)
    words = models.CharField("情形", max_length=60, unique=True)
    source = models.CharField("依据", max_length=100)
    order = models.PositiveSmallIntegerField("排序", default=100)

    class Meta:
        verbose_name = verbose_name_plural = "负面清单"
        ordering = ("order", "key")

    def __str__(self) -> str:
        return self.words


class NegativeStatus(models.TextChoices):
    RECORDED = "recorded", "已登记"
    WITHDRAWN = "withdrawn", "已撤回"


class NegativeEventQuerySet(models.QuerySet["NegativeEvent"]):
    def visible_to(self, user: Any) -> "NegativeEventQuerySet":
        """The city only: a school learns of it by the review that it opens."""
        return self.all() if rights_of(user).is_city else self.none()

    def in_effect(self) -> "NegativeEventQuerySet":
        """Recent, or with a review under way: what a formal check should know."""
        recent = Q(happened_on__gte=clock.today() - timedelta(days=EFFECT_DAYS))
        under_way = self.filter(rechecks__status__in=WAITING).order_by().values("pk")
        return self.filter(recent | Q(pk__in=under_way), status=NegativeStatus.RECORDED)


class NegativeEvent(Movable):
    """Recorded once and never changed; one recorded by mistake is withdrawn with a reason."""

    school = models.ForeignKey(
        School, models.PROTECT, related_name="negative_events", verbose_name="学校"
    )
    kind = models.ForeignKey(
        NegativeKind, models.PROTECT, related_name="events", verbose_name="情形"
    )
    happened_on = models.DateField("发生日期")
    document_number = models.CharField("认定文号", max_length=60)
    note = models.TextField("情况说明", max_length=1000)
    status = models.CharField(
        "状态",
        max_length=10,
        choices=NegativeStatus,
        default=NegativeStatus.RECORDED,
        editable=False,
    )
    file_name = models.CharField("认定文件", max_length=150, blank=True, editable=False)
    stored = models.CharField(max_length=200, blank=True, editable=False)
    content_type = models.CharField(max_length=100, blank=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("登记时间", default=clock.now)

    objects = NegativeEventQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "负面清单事件"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.school}：{self.kind}"


class NegativeMove(Event):
    negative = models.ForeignKey(NegativeEvent, models.CASCADE, related_name="events")
