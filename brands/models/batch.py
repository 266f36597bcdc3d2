"""A programme's selection round: everything a batch may vary is data here (design.md 2)."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from foundation.workflow.models import Event, Movable
from schools.models import Area
from schools.rights import rights_of


class Programme(models.TextChoices):
    SCHOOL_BRAND = "school_brand", "一校一品"
    SECRETARY_PROJECT = "secretary", "书记项目"


class BatchStatus(models.TextChoices):
    DRAFT = "draft", "筹备中"
    OPEN = "open", "进行中"
    CLOSED = "closed", "已结束"


class Stage(models.TextChoices):
    APPLY = "apply", "学校申报"
    DISTRICT = "district", "区（市）推荐"
    CHECK = "check", "形式审查"
    REVIEW = "review", "专家评审"
    DECISION = "decision", "审定"
    CLOSING = "closing", "结项"


class BatchQuerySet(models.QuerySet["Batch"]):
    def visible_to(self, user: Any) -> "BatchQuerySet":
        """City roles see all; everybody else with a place in the tree sees what is open or over."""
        rights = rights_of(user)
        if rights.is_city:
            return self.all()
        if rights.has("secretary", "staff", "district"):
            return self.exclude(status=BatchStatus.DRAFT)
        return self.none()


class Batch(Movable):
    """One round of 一校一品 or 书记项目, opened under a source document."""

    programme = models.CharField("类别", max_length=20, choices=Programme)
    year = models.PositiveSmallIntegerField("年度")
    number = models.PositiveSmallIntegerField("批次", help_text="第几批")
    title = models.CharField("名称", max_length=100)
    status = models.CharField(
        "状态", max_length=10, choices=BatchStatus, default=BatchStatus.DRAFT, editable=False
    )
    source_document = models.CharField("文号", max_length=60, help_text="如：苏教工委〔2026〕12号")
    result_label = models.CharField("结果称谓", max_length=40, default="建设成果")
    approval_document = models.CharField("批准文号", max_length=60, blank=True)
    approving_body = models.CharField("批准机关", max_length=60, blank=True)
    publicity_days = models.PositiveSmallIntegerField("公示工作日", default=5)
    return_days = models.PositiveSmallIntegerField("退回修改工作日", default=3)
    reviewers_per_entry = models.PositiveSmallIntegerField("每项专家数", default=5)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "批次"
        ordering = ("-year", "-number", "programme")
        constraints = [
            models.UniqueConstraint(
                name="brands_batch_number", fields=["programme", "year", "number"]
            ),
            models.CheckConstraint(
                name="brands_batch_publicity", condition=Q(publicity_days__gte=5)
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_brand(self) -> bool:
        return self.programme == Programme.SCHOOL_BRAND


class BatchStage(models.Model):
    """The window of one stage. `closes_at` is the last second that still counts."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="stages")
    stage = models.CharField("阶段", max_length=10, choices=Stage)
    opens_at = models.DateTimeField("开始")
    closes_at = models.DateTimeField("截止")

    class Meta:
        verbose_name = verbose_name_plural = "阶段时间"
        ordering = ("opens_at", "pk")
        constraints = [
            models.UniqueConstraint(name="brands_stage_once", fields=["batch", "stage"]),
            models.CheckConstraint(
                name="brands_stage_order", condition=Q(closes_at__gt=F("opens_at"))
            ),
        ]


class Quota(models.Model):
    """How many projects an area may recommend. Its places are rows: see `QuotaPlace`."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="quotas")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="板块")
    places = models.PositiveSmallIntegerField("名额")

    class Meta:
        verbose_name = verbose_name_plural = "名额"
        ordering = ("area__order",)
        constraints = [models.UniqueConstraint(name="brands_quota_once", fields=["batch", "area"])]


class QuotaPlace(models.Model):
    """One place of a quota. A project holds a place one to one, so nobody can give an extra one.

    `number` is the rank within the area's recommendation. Rows are made when the batch opens.
    """

    quota = models.ForeignKey(Quota, models.CASCADE, related_name="place_rows")
    number = models.PositiveSmallIntegerField("推荐顺序")

    class Meta:
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(name="brands_place_once", fields=["quota", "number"])
        ]


class BatchEvent(Event):
    batch = models.ForeignKey(Batch, models.CASCADE, related_name="events")
