"""The ranking of a batch whose projects were judged in several rounds, as one frozen text."""

from typing import Any

from django.conf import settings
from django.db import models

from brands.models import Batch, Project
from foundation import clock
from schools.models import Role
from schools.rights import rights_of


class CombinedQuerySet(models.QuerySet["Combined"]):
    def visible_to(self, user: Any) -> "CombinedQuerySet":
        """As results are: it exists only once every round that counts is frozen."""
        may = rights_of(user).has(Role.LEADER, Role.SUPERVISION, Role.BUREAU)
        return self.all() if may else self.none()


class Combined(models.Model):
    """`content` holds the frozen results it was made from: whoever has it needs nothing else."""

    batch = models.OneToOneField(Batch, models.PROTECT, related_name="+")
    content = models.TextField("内容")
    sha256 = models.CharField("校验值", max_length=64)
    at = models.DateTimeField("时间", default=clock.now)

    objects = CombinedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "综合结果"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.batch}综合结果"


class CombinedLine(models.Model):
    """One project's place. `rank` follows the votes on ties; `rounds` has score, raw and rank of
    each round in order, None where the project was not on the short list."""

    combined = models.ForeignKey(Combined, models.CASCADE, related_name="lines", db_index=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    rank = models.PositiveIntegerField("名次")
    score = models.DecimalField("综合得分", max_digits=6, decimal_places=2, null=True)
    raw = models.DecimalField("原始综合得分", max_digits=6, decimal_places=2, null=True)
    rounds = models.JSONField("各轮得分", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "综合名次"
        ordering = ("rank", "project")
        constraints = [
            models.UniqueConstraint(name="reviews_combline_once", fields=["combined", "project"])
        ]
        indexes = [
            models.Index(fields=["combined", "rank", "project"], name="reviews_combline_rank")
        ]


class CombinedVote(models.Model):
    """How a panel ordered the projects that shared a combined rank; `order` has their keys."""

    combined = models.ForeignKey(Combined, models.PROTECT, related_name="votes")
    rank = models.PositiveIntegerField("并列名次")
    order = models.JSONField("先后", default=list)
    note = models.TextField("表决情况", max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("时间", default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = "综合名次并列表决"
        ordering = ("rank",)
        constraints = [
            models.UniqueConstraint(name="reviews_combvote_once", fields=["combined", "rank"])
        ]
