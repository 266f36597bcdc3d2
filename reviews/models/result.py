"""What the lock keeps, and what was said about scores before and after it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from foundation import clock
from reviews.models.assignment import Assignment
from reviews.models.round import Round, RoundStatus
from schools.models import Role
from schools.rights import rights_of


class ResultQuerySet(models.QuerySet["Result"]):
    def visible_to(self, user: Any) -> "ResultQuerySet":
        """Of rounds whose scores this person sees: a result exists only after the lock."""
        may = rights_of(user).has(Role.LEADER, Role.SUPERVISION, Role.BUREAU)
        return self.all() if may else self.none()


class Result(models.Model):
    """The frozen result of a round: all scores with the recipe, as one canonical text.

    `content` has pseudonyms only; `names` says who they are and is never handed out with it.
    """

    round = models.OneToOneField(Round, models.PROTECT, related_name="result")
    content = models.TextField("内容")
    sha256 = models.CharField("校验值", max_length=64)
    names = models.JSONField("专家代号", default=dict)
    at = models.DateTimeField("时间", default=clock.now)

    objects = ResultQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "评审结果"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.round}结果"


class EarlierScoreQuerySet(models.QuerySet["EarlierScore"]):
    def visible_to(self, user: Any) -> "EarlierScoreQuerySet":
        """As scores are: leader and supervision at any time, bureau staff after the lock."""
        rights = rights_of(user)
        if rights.has(Role.LEADER, Role.SUPERVISION):
            return self.all()
        if rights.has(Role.BUREAU):
            return self.filter(assignment__entry__round__status=RoundStatus.FROZEN)
        return self.none()


class EarlierScore(models.Model):
    """What a review said before it was sent back, and why it was: kept, whatever comes after."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="earlier")
    total = models.DecimalField("总分", max_digits=6, decimal_places=2)
    scores = models.JSONField("各项得分", default=dict)
    comment = models.TextField("评语", blank=True)
    reason = models.TextField("退回理由", max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("时间", default=clock.now)

    objects = EarlierScoreQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "退回前的评分"
        ordering = ("pk",)


class ExplanationQuerySet(models.QuerySet["Explanation"]):
    def visible_to(self, user: Any) -> "ExplanationQuerySet":
        """One's own, and as scores are: an explanation says how one scored."""
        seen = Q(assignment__in=Assignment.objects.visible_to(user).order_by())
        rights = rights_of(user)
        if rights.has(Role.LEADER, Role.SUPERVISION):
            return self.all()
        if rights.has(Role.BUREAU):
            seen |= Q(assignment__entry__round__status=RoundStatus.FROZEN)
        return self.filter(seen)


class Explanation(models.Model):
    """Why a review is far from the others of its entry: asked by the staff, told by the reviewer."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="explanations")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("询问时间", default=clock.now)
    text = models.TextField("理由", max_length=500, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True)

    objects = ExplanationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "偏差说明"
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                name="reviews_explained", condition=Q(answered_at=None) | ~Q(text="")
            ),
            models.UniqueConstraint(
                name="reviews_asked_once", fields=["assignment"], condition=Q(answered_at=None)
            ),
        ]


class TieVote(models.Model):
    """How a panel ordered the entries that the recipe left at one rank; the result stays as it is."""

    result = models.ForeignKey(Result, models.PROTECT, related_name="votes")
    rank = models.PositiveIntegerField("并列名次")
    order = models.JSONField("先后", default=list)
    note = models.TextField("表决情况", max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("时间", default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = "并列表决"
        ordering = ("rank",)
        constraints = [models.UniqueConstraint(name="reviews_vote_once", fields=["result", "rank"])]
