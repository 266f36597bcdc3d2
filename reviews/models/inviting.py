"""Who was asked to judge a round and what they said, and the lots that chose whom to ask."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from foundation import clock
from foundation.workflow.models import Event, Movable
from reviews.models.round import Round
from schools.models import Role
from schools.rights import rights_of


class LotsStatus(models.TextChoices):
    PREPARED = "prepared", "待监督抽签"
    DRAWN = "drawn", "已抽签"
    DISCARDED = "discarded", "已作废"


class LotsQuerySet(models.QuerySet["Lots"]):
    def visible_to(self, user: Any) -> "LotsQuerySet":
        return self.filter(round__in=Round.objects.visible_to(user).order_by())


class Lots(Movable):
    """One drawing of lots from the pool: prepared by staff, drawn under the eyes of supervision.

    `wanted`: kind, area, count of each line, "" for any. `candidates`: number in the list, person,
    name, kind, unit, area. `excluded`: name, kind, reason. `nonce` is the server's half of the
    seed: `digest` covers its hash, nobody is shown it before the lots are drawn. `seed` is the
    half that supervision gives. `drawn`: number, person, line and ticket of each.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="lots")
    status = models.CharField(
        "状态", max_length=10, choices=LotsStatus, default=LotsStatus.PREPARED, editable=False
    )
    wanted = models.JSONField("抽取要求")
    candidates = models.JSONField("候选名单")
    excluded = models.JSONField("不参加抽签", default=list)
    nonce = models.CharField("系统随机数", max_length=64)
    digest = models.CharField("名单校验值", max_length=64)
    seed = models.CharField("监督种子", max_length=40, blank=True)
    drawn = models.JSONField("抽签结果", default=list)
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField("准备时间", default=clock.now)
    witness = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    drawn_at = models.DateTimeField("抽签时间", null=True)

    objects = LotsQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "专家抽签"
        ordering = ("-pk",)
        constraints = [
            models.CheckConstraint(
                name="reviews_lots_status", condition=Q(status__in=LotsStatus.values)
            ),
            models.CheckConstraint(
                name="reviews_lots_witness",
                condition=~Q(status=LotsStatus.DRAWN)
                | Q(witness__isnull=False, drawn_at__isnull=False) & ~Q(seed=""),
            ),
        ]

    def __str__(self) -> str:
        return f"专家抽签{self.pk}"

    @property
    def tone(self) -> str:
        return {LotsStatus.PREPARED: "wait", LotsStatus.DRAWN: "good"}.get(
            LotsStatus(self.status), "plain"
        )

    @property
    def is_drawn(self) -> bool:
        return self.status == LotsStatus.DRAWN


class LotsEvent(Event):
    lots = models.ForeignKey(Lots, models.CASCADE, related_name="events")


class InvitationStatus(models.TextChoices):
    ASKED = "asked", "待答复"
    ACCEPTED = "accepted", "已接受"
    APPOINTED = "appointed", "指定参评"
    DECLINED = "declined", "已谢绝"
    LEFT = "left", "已退出"
    WITHDRAWN = "withdrawn", "已撤回"


INVITATION_TONES = {
    InvitationStatus.ASKED: "wait",
    InvitationStatus.ACCEPTED: "good",
    InvitationStatus.APPOINTED: "good",
    InvitationStatus.DECLINED: "bad",
    InvitationStatus.LEFT: "bad",
    InvitationStatus.WITHDRAWN: "plain",
}
TAKING_PART = frozenset({InvitationStatus.ACCEPTED, InvitationStatus.APPOINTED})


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, user: Any) -> "InvitationQuerySet":
        """The city's roles all of them; a reviewer their own."""
        rights = rights_of(user)
        if rights.is_city:
            return self.all()
        return self.filter(reviewer=user.pk) if rights.has(Role.REVIEWER) else self.none()

    def waiting(self) -> "InvitationQuerySet":
        return self.filter(status=InvitationStatus.ASKED)

    def taking_part(self) -> "InvitationQuerySet":
        return self.filter(status__in=TAKING_PART)


class Invitation(Movable):
    """One person asked to judge one round, to be answered by `answer_by`."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="invitations")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="invitations"
    )
    status = models.CharField(
        "状态",
        max_length=10,
        choices=InvitationStatus,
        default=InvitationStatus.ASKED,
        editable=False,
    )
    answer_by = models.DateTimeField("答复截止")
    lots = models.ForeignKey(Lots, models.PROTECT, null=True, related_name="invitations")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("邀请时间", default=clock.now)
    answered_at = models.DateTimeField("答复时间", null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "评审邀请"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(name="reviews_invitation_once", fields=["round", "reviewer"]),
            models.CheckConstraint(
                name="reviews_invitation_status", condition=Q(status__in=InvitationStatus.values)
            ),
        ]
        indexes = [models.Index(fields=["reviewer", "status"], name="reviews_invitation_mine")]

    def __str__(self) -> str:
        return f"{self.reviewer}的评审邀请"

    @property
    def has_lapsed(self) -> bool:
        """Asked, and the day is past without an answer."""
        return self.status == InvitationStatus.ASKED and clock.now() > self.answer_by

    @property
    def may_be_asked_again(self) -> bool:
        return self.status not in TAKING_PART | {InvitationStatus.ASKED} or self.has_lapsed

    @property
    def words(self) -> str:
        return "逾期未答复" if self.has_lapsed else str(InvitationStatus(self.status).label)

    @property
    def tone(self) -> str:
        return "bad" if self.has_lapsed else INVITATION_TONES[InvitationStatus(self.status)]


class InvitationEvent(Event):
    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="events")
