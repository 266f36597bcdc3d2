"""What hides one project from the reviewers of a blind round."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery

from brands.models import Project, ProjectVersion
from reviews.models.round import Round
from schools.rights import rights_of


class MaskingQuerySet(models.QuerySet["Masking"]):
    def visible_to(self, user: Any) -> "MaskingQuerySet":
        """The city's roles: it says whose entry is whose."""
        return self.all() if rights_of(user).is_city else self.none()

    def current(self) -> "MaskingQuerySet":
        """Confirmed, and the project has neither been handed in anew nor moved since."""
        versions = ProjectVersion.objects.filter(project=OuterRef("project")).order_by("-number")
        return self.exclude(confirmed_at=None).filter(
            version=Subquery(versions.values("pk")[:1]), moved=F("project__version")
        )


class Masking(models.Model):
    """The dictionary of one project in one blind round.

    `version` and `moved` (the project's count of moves) say what was looked at when it was
    confirmed; `edition` counts the changes of the dictionary, so that nobody confirms another one
    than they saw.
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="maskings", db_index=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="maskings")
    edition = models.PositiveIntegerField(default=0)
    version = models.ForeignKey(ProjectVersion, models.PROTECT, null=True, related_name="+")
    moved = models.PositiveIntegerField(default=0)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    confirmed_at = models.DateTimeField("确认时间", null=True)

    objects = MaskingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "隐名"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(name="reviews_masking_once", fields=["round", "project"]),
            models.CheckConstraint(
                name="reviews_masking_confirmed",
                condition=Q(confirmed_at=None) | Q(version__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"《{self.project}》的隐名"


class Mask(models.Model):
    """One string, and what stands in its place. `by` is empty for what the register proposed."""

    masking = models.ForeignKey(Masking, models.CASCADE, related_name="masks", db_index=False)
    found = models.CharField("隐去的文字", max_length=100)
    shown = models.CharField("显示为", max_length=20)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "隐名词"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(name="reviews_mask_once", fields=["masking", "found"])
        ]

    def __str__(self) -> str:
        return self.found
