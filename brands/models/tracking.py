"""What a 书记项目 under way leaves behind: notes and files, added and never changed (M33)."""

from typing import Any

from django.conf import settings
from django.db import models

from brands.models.files import UploadedFile
from brands.models.milestone import Milestone
from brands.models.project import Project
from foundation import clock


class ProgressNoteQuerySet(models.QuerySet["ProgressNote"]):
    def visible_to(self, user: Any) -> "ProgressNoteQuerySet":
        seen = Project.objects.visible_to(user).order_by()
        return self.filter(milestone__project__in=seen)


class ProgressNote(models.Model):
    """What was done for a milestone on a day. Database triggers refuse UPDATE and DELETE."""

    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="notes")
    day = models.DateField("日期")
    text = models.TextField("推进情况", max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    appointment = models.CharField("以何身份", max_length=120, blank=True)
    at = models.DateTimeField("记录时间", default=clock.now)

    objects = ProgressNoteQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "推进记录"
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.milestone}：{self.day:%Y-%m-%d}"


class ProgressFileQuerySet(models.QuerySet["ProgressFile"]):
    def visible_to(self, user: Any) -> "ProgressFileQuerySet":
        """As an attachment is: as visible as its project."""
        return self.filter(project__in=Project.objects.visible_to(user).order_by())


class ProgressFile(UploadedFile):
    """A file handed in while a project is under way: kept as it came, like the note it belongs to."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="progress_files")
    note = models.ForeignKey(ProgressNote, models.PROTECT, null=True, related_name="files")

    objects = ProgressFileQuerySet.as_manager()

    class Meta(UploadedFile.Meta):
        verbose_name = verbose_name_plural = "推进材料"
