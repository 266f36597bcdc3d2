"""What a school reported: closing applications, results of milestones, explanations; none overwritten."""

from typing import Any

from django.conf import settings
from django.db import models

from brands.models.milestone import Milestone
from brands.models.project import Project, ProjectStatus
from foundation import clock


class ClosingApplicationQuerySet(models.QuerySet["ClosingApplication"]):
    def visible_to(self, user: Any) -> "ClosingApplicationQuerySet":
        return self.filter(project__in=Project.objects.visible_to(user).order_by())


class ClosingApplication(models.Model):
    """One closing report with its score and what came of it.

    `outcome` is the status that the answer led to; empty while it waits. The project keeps the
    latest report and score as well, for what judges them. `by` is unknown only for what was
    applied for before this was kept.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="closings")
    number = models.PositiveSmallIntegerField("次数")
    report = models.TextField("结项报告")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField("申请时间", default=clock.now)
    score = models.DecimalField("结项得分", max_digits=6, decimal_places=2, null=True)
    outcome = models.CharField("结果", max_length=20, blank=True)

    objects = ClosingApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "结项申请"
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(name="brands_closing_number", fields=["project", "number"])
        ]

    def __str__(self) -> str:
        return f"第 {self.number} 次结项申请：{self.project}"

    @property
    def outcome_words(self) -> str:
        if self.outcome == ProjectStatus.IN_PROGRESS:
            return "已退回"
        return ProjectStatus(self.outcome).label if self.outcome else "办理中"


class MilestoneReportQuerySet(models.QuerySet["MilestoneReport"]):
    def visible_to(self, user: Any) -> "MilestoneReportQuerySet":
        seen = Project.objects.visible_to(user).order_by()
        return self.filter(milestone__project__in=seen)


class MilestoneReport(models.Model):
    """One statement about a milestone; the newest is on the milestone. Database triggers refuse
    UPDATE and DELETE."""

    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="reports")
    done_on = models.DateField("完成日期", null=True)
    result = models.TextField("完成情况", max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField("填写时间", default=clock.now)

    objects = MilestoneReportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "完成情况"
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.milestone}：{self.result[:20]}"


class ExplanationQuerySet(models.QuerySet["ClosingExplanation"]):
    def visible_to(self, user: Any) -> "ExplanationQuerySet":
        return self.filter(project__in=Project.objects.visible_to(user).order_by())


class ClosingExplanation(models.Model):
    """Why a 书记项目 was not closed in time, in writing (domain.md B2): must close or explain."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="explanations")
    text = models.TextField("未结项的原因和打算", max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("说明时间", default=clock.now)

    objects = ExplanationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "未结项说明"
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"未结项说明：{self.project}"
