"""Milestones: work becomes a list, the list has an owner and a date (项目化·清单化·责任化)."""

from typing import Any

from django.db import models

from brands.models.project import Project, ProjectStatus
from foundation import clock


class MilestoneQuerySet(models.QuerySet["Milestone"]):
    def visible_to(self, user: Any) -> "MilestoneQuerySet":
        return self.filter(project__in=Project.objects.visible_to(user).order_by())

    def outstanding(self) -> "MilestoneQuerySet":
        return self.filter(done_on=None)

    def overdue(self) -> "MilestoneQuerySet":
        """Its day is over, and somebody still has to do it."""
        late = self.outstanding().filter(due_on__lt=clock.today())
        return late.filter(project__status__in=Milestone.GOING)


class StandingManager(models.Manager.from_queryset(MilestoneQuerySet)):  # type: ignore[misc]
    """Without what an approved change dropped."""

    def get_queryset(self) -> MilestoneQuerySet:
        found: MilestoneQuerySet = super().get_queryset()
        return found.filter(dropped_on=None)


class Milestone(models.Model):
    """One step of an established 书记项目, with its owner and deadline (M33).

    `from_row` is the row of the application's plan that it was taken over from.
    `dropped_on` is set by an approved change; the row stays with its notes.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="milestones")
    title = models.CharField("节点任务", max_length=100)
    owner = models.CharField("责任人", max_length=40)
    due_on = models.DateField("完成时限")
    done_on = models.DateField("完成日期", null=True, blank=True)
    result = models.TextField("完成情况", max_length=1000, blank=True)
    from_row = models.PositiveSmallIntegerField("申报表中的行", null=True, editable=False)
    dropped_on = models.DateField("取消日期", null=True, editable=False)

    # While its project is in one of these, somebody still has to do it.
    GOING = frozenset(
        {
            ProjectStatus.ESTABLISHED,
            ProjectStatus.IN_PROGRESS,
            ProjectStatus.CLOSED_FAIL,
            ProjectStatus.NAMED,
        }
    )

    objects = StandingManager()

    class Meta:
        verbose_name = verbose_name_plural = "节点任务"
        ordering = ("due_on", "pk")
        constraints = [
            models.UniqueConstraint(
                name="brands_milestone_row_once", fields=["project", "from_row"]
            )
        ]

    def __str__(self) -> str:
        return self.title
