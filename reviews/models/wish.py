"""Whom an applicant asks not to be judged by."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from brands.models import Project
from foundation import clock
from foundation.workflow.models import Event, Movable
from reviews.models.pool import Tie
from schools.rights import SCHOOL_ROLES, rights_of


class WishStatus(models.TextChoices):
    WAITING = "waiting", "待核对"
    GRANTED = "granted", "已采纳"
    REFUSED = "refused", "未采纳"
    TAKEN_BACK = "taken_back", "已撤回"


WISH_TONES = {
    WishStatus.WAITING: "wait",
    WishStatus.GRANTED: "good",
    WishStatus.REFUSED: "bad",
    WishStatus.TAKEN_BACK: "plain",
}


class WishQuerySet(models.QuerySet["AvoidWish"]):
    def visible_to(self, user: Any) -> "WishQuerySet":
        """The applicant's own people; the city once the application is with them."""
        rights = rights_of(user)
        if rights.is_city:
            return self.filter(project__in=Project.objects.visible_to(user).order_by())
        return self.filter(rights.reach("project__organisation__", SCHOOL_ROLES))

    def waiting(self) -> "WishQuerySet":
        return self.filter(status=WishStatus.WAITING)


class AvoidWish(Movable):
    """A name and a unit as the applicant typed them: they never see who is in the pool.

    `tie` is what it came to: granted without one means that nobody of the pool is meant, which the
    applicant is not told.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="avoid_wishes")
    name = models.CharField("姓名", max_length=40)
    unit = models.CharField("工作单位", max_length=80)
    reason = models.CharField("理由", max_length=300)
    status = models.CharField(
        "状态", max_length=12, choices=WishStatus, default=WishStatus.WAITING, editable=False
    )
    tie = models.ForeignKey(Tie, models.PROTECT, null=True, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("申请时间", default=clock.now)

    objects = WishQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "回避申请"
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                name="reviews_wish_status", condition=Q(status__in=WishStatus.values)
            ),
            models.CheckConstraint(name="reviews_wish_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"申请{self.name}回避"

    @property
    def tone(self) -> str:
        return WISH_TONES[WishStatus(self.status)]


class WishEvent(Event):
    wish = models.ForeignKey(AvoidWish, models.CASCADE, related_name="events")
