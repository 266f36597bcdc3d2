"""What hides one project from the reviewers of a blind round."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery

from brands.models import Attachment, ProgressFile, Project, ProjectVersion
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


class CopyState(models.TextChoices):
    WAITING = "waiting", "正在生成"
    MADE = "made", "已生成"
    FAILED = "failed", "不能生成"


class Decision(models.TextChoices):
    NONE = "", "未决定"
    SHOWN = "shown", "给专家看"
    WITHHELD = "withheld", "不给专家看"


class ReviewerCopyQuerySet(models.QuerySet["ReviewerCopy"]):
    def visible_to(self, user: Any) -> "ReviewerCopyQuerySet":
        """The staff's, as the dictionary is; reviewers come by `served`."""
        return self.filter(masking__in=Masking.objects.visible_to(user).order_by())

    def of_now(self) -> "ReviewerCopyQuerySet":
        """Made by the dictionary as it stands."""
        return self.filter(edition=F("masking__edition"))

    def settled(self) -> "ReviewerCopyQuerySet":
        """Nothing left to decide: read through and clean, looked at, or withheld."""
        clean = Q(decision=Decision.NONE, is_unread=False, left="")
        made = Q(state=CopyState.MADE) & (clean | Q(decision=Decision.SHOWN))
        return self.of_now().filter(made | Q(decision=Decision.WITHHELD))

    def served(self, round: int, project: int) -> "ReviewerCopyQuerySet":
        """What the reviewers of this entry get instead of its files."""
        confirmed = Masking.objects.filter(round=round, project=project).exclude(confirmed_at=None)
        found = self.settled().exclude(decision=Decision.WITHHELD)
        return found.filter(masking__in=confirmed.order_by())


class ReviewerCopy(models.Model):
    """A file of the project without its makers and names, for the reviewers of a blind round.

    `left` are words of the dictionary that still stand in it; `is_unread`: there are pictures that
    only a person can look at. `edition` is the dictionary's when it was made.
    """

    masking = models.ForeignKey(Masking, models.CASCADE, related_name="copies", db_index=False)
    attachment = models.ForeignKey(
        Attachment, models.CASCADE, null=True, related_name="reviewer_copies"
    )
    progress = models.ForeignKey(
        ProgressFile, models.CASCADE, null=True, related_name="reviewer_copies"
    )
    name = models.CharField("文件名", max_length=150)
    edition = models.PositiveIntegerField()
    state = models.CharField("状态", max_length=10, choices=CopyState, default=CopyState.WAITING)
    attempt = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    problem = models.CharField(max_length=200, blank=True)
    left = models.CharField("仍有", max_length=500, blank=True)
    is_unread = models.BooleanField("要人看", default=False)
    decision = models.CharField(
        "决定", max_length=10, choices=Decision, default=Decision.NONE, blank=True
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    stored = models.CharField(max_length=200, blank=True)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField("大小", default=0)

    objects = ReviewerCopyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "评审用副本"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(name="reviews_copy_file", fields=["masking", "attachment"]),
            models.UniqueConstraint(name="reviews_copy_progress", fields=["masking", "progress"]),
            models.CheckConstraint(
                name="reviews_copy_of_one",
                condition=Q(attachment__isnull=False, progress=None)
                | Q(attachment=None, progress__isnull=False),
            ),
            models.CheckConstraint(
                name="reviews_copy_made",
                condition=~Q(state=CopyState.MADE) | ~Q(stored=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def original(self) -> Attachment | ProgressFile | None:
        return self.attachment or self.progress
