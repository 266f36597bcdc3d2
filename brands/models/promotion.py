"""推广: how a named brand was made known (M22). Records are added, confirmed or voided, not changed."""

from typing import Any

from django.conf import settings
from django.db import models

from brands.models.honour import Honour
from foundation import clock
from foundation.workflow.models import Event, Movable
from schools.rights import rights_of


class PromotionStatus(models.TextChoices):
    RECORDED = "recorded", "待确认"
    CONFIRMED = "confirmed", "已确认"
    VOID = "void", "已作废"


class PromotionQuerySet(models.QuerySet["Promotion"]):
    def visible_to(self, user: Any) -> "PromotionQuerySet":
        """As visible as the brand's checks: its school, its district, the city."""
        return self.filter(rights_of(user).reach("honour__organisation__"))

    def confirmed(self) -> "PromotionQuerySet":
        return self.filter(status=PromotionStatus.CONFIRMED)


class Promotion(Movable):
    """Kind, day, place, number of people and link are public once confirmed; `note` is not."""

    class Kind(models.TextChoices):
        """The chain of M22."""

        FORUM = "forum", "座谈研讨"
        VISIT = "visit", "实地参观"
        CEREMONY = "ceremony", "授牌仪式"
        VOLUME = "volume", "汇编"
        PUBLICITY = "publicity", "宣传推介"

    honour = models.ForeignKey(Honour, models.PROTECT, related_name="promotions")
    kind = models.CharField("类型", max_length=10, choices=Kind)
    day = models.DateField("日期")
    place = models.CharField("地点或载体", max_length=60)
    people = models.PositiveIntegerField("参加人数或覆盖人数", null=True, blank=True)
    link = models.URLField("公开报道链接", max_length=200, blank=True)
    note = models.TextField("说明", max_length=500, blank=True)
    status = models.CharField(
        "状态",
        max_length=10,
        choices=PromotionStatus,
        default=PromotionStatus.RECORDED,
        editable=False,
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("登记时间", default=clock.now)

    objects = PromotionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "推广记录"
        ordering = ("-day", "-pk")
        indexes = [models.Index(fields=["honour", "status"], name="brands_promotion_of")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.honour}"


class PromotionEvent(Event):
    promotion = models.ForeignKey(Promotion, models.CASCADE, related_name="events")
