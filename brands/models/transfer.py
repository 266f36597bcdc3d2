"""Places of a quota that go from one area to another while a batch runs: asked and approved."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from brands.models.batch import Batch
from foundation import clock
from foundation.workflow.models import Event, Movable
from schools.models import Area, Role
from schools.rights import rights_of


class TransferStatus(models.TextChoices):
    PENDING = "pending", "待审批"
    APPROVED = "approved", "已生效"
    REFUSED = "refused", "不予批准"
    TAKEN_BACK = "taken_back", "已撤回"


class QuotaTransferQuerySet(models.QuerySet["QuotaTransfer"]):
    def visible_to(self, user: Any) -> "QuotaTransferQuerySet":
        """The city, and the two districts that give and take."""
        rights = rights_of(user)
        if rights.is_city:
            return self.all()
        areas = [a.organisation.area_id for a in rights.having(Role.DISTRICT)]
        return self.filter(Q(source__in=areas) | Q(target__in=areas))

    def pending(self) -> "QuotaTransferQuerySet":
        return self.filter(status=TransferStatus.PENDING)


class QuotaTransfer(Movable):
    """Asked by one person, approved by another of the bureau; only then do places move."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="transfers")
    source = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="调出")
    target = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="调入")
    places = models.PositiveSmallIntegerField("名额")
    why = models.CharField("理由", max_length=200)
    status = models.CharField(
        max_length=10, choices=TransferStatus, default=TransferStatus.PENDING, editable=False
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="提出人"
    )
    at = models.DateTimeField("提出时间", default=clock.now)

    objects = QuotaTransferQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "名额调剂"
        ordering = ("-pk",)
        constraints = [
            models.CheckConstraint(name="brands_transfer_some", condition=Q(places__gte=1)),
            models.CheckConstraint(
                name="brands_transfer_between", condition=~Q(source=F("target"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source}调给{self.target} {self.places} 个"


class QuotaTransferEvent(Event):
    transfer = models.ForeignKey(QuotaTransfer, models.CASCADE, related_name="events")
