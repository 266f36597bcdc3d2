"""Who may be asked to judge, as the staff know them, and what ties them to applicants."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from brands.models import Project
from foundation import clock
from schools.models import Area, School
from schools.rights import rights_of

YEARS_AFTER_WORK = 3


def years_before(day: date) -> date:
    year = day.year - YEARS_AFTER_WORK
    return (
        day.replace(year=year, day=28)
        if (day.month, day.day) == (2, 29)
        else day.replace(year=year)
    )


class ReviewerKind(models.TextChoices):
    HEAD = "head", "校长、书记"
    RESEARCHER = "researcher", "教科研人员"
    ORGAN = "organ", "机关干部"
    OUTSIDE = "outside", "市外专家"


class ReviewerQuerySet(models.QuerySet["Reviewer"]):
    def visible_to(self, user: Any) -> "ReviewerQuerySet":
        """The city's roles: applicants and districts never learn who is in the pool."""
        return self.all() if rights_of(user).is_city else self.none()


class Reviewer(models.Model):
    """What an assignment asks about a person; the right to judge is the appointment's alone.

    `fields` are the kinds of school the person knows well.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="reviewer", verbose_name="专家"
    )
    kind = models.CharField("专家类别", max_length=12, choices=ReviewerKind)
    unit = models.CharField("工作单位", max_length=80, blank=True)
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="所在板块"
    )
    fields = models.JSONField("熟悉的学校类别", default=list, blank=True)
    most = models.PositiveSmallIntegerField("每轮最多评审项数", null=True, blank=True)
    away_from = models.DateField("不能参评，从", null=True, blank=True)
    away_until = models.DateField("不能参评，到", null=True, blank=True)

    objects = ReviewerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "评审专家"
        ordering = ("user__name", "pk")
        constraints = [
            models.CheckConstraint(
                name="reviews_reviewer_kind", condition=Q(kind__in=ReviewerKind.values)
            ),
            models.CheckConstraint(
                name="reviews_reviewer_away",
                condition=Q(away_from=None, away_until=None)
                | Q(away_until__gte=models.F("away_from")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)

    def is_away(self, first: date, last: date) -> bool:
        """At any time between these days."""
        if self.away_from is None or self.away_until is None:
            return False
        return self.away_from <= last and self.away_until >= first


class TieKind(models.TextChoices):
    EMPLOYMENT = "employment", "三年内曾在该校任职"
    RELATIVE = "relative", "近亲属在该校"
    TEAM = "team", "项目组成员"
    AVOID = "avoid", "申报单位申请回避"
    DECLARED = "declared", "本人申报有利害关系"


class TieQuerySet(models.QuerySet["Tie"]):
    def visible_to(self, user: Any) -> "TieQuerySet":
        return self.all() if rights_of(user).is_city else self.none()

    def in_force(self) -> "TieQuerySet":
        """Confirmed, and not from a post that ended more than three years ago."""
        old = Q(kind=TieKind.EMPLOYMENT, until__lt=years_before(clock.today()))
        return self.exclude(confirmed_at=None).exclude(old)


class Tie(models.Model):
    """Why a person may not judge a school's projects, or one project. Never deleted by a page.

    `until` is the last day of an old post. An applicant's wish counts once the staff confirm it.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="ties", verbose_name="专家"
    )
    kind = models.CharField("利益关系", max_length=12, choices=TieKind)
    school = models.ForeignKey(
        School, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="学校"
    )
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="项目"
    )
    until = models.DateField("任职至", null=True, blank=True)
    reason = models.CharField("说明", max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("登记时间", default=clock.now)
    confirmed_at = models.DateTimeField("确认时间", null=True, editable=False)

    objects = TieQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "利益关系"
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(name="reviews_tie_kind", condition=Q(kind__in=TieKind.values)),
            models.CheckConstraint(
                name="reviews_tie_subject",
                condition=Q(school__isnull=False) | Q(project__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["user", "kind"], name="reviews_tie_user")]

    def __str__(self) -> str:
        return f"{self.user}：{self.get_kind_display()}"
