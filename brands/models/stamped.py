"""The stamped paper of an application, scanned (domain.md F-D 43)."""

from typing import Any

from django.conf import settings
from django.db import models

from brands.models.project import Project, ProjectVersion
from foundation import clock


class StampedScanQuerySet(models.QuerySet["StampedScan"]):
    def visible_to(self, user: Any) -> "StampedScanQuerySet":
        """As an attachment is: as visible as its project."""
        return self.filter(project__in=Project.objects.visible_to(user).order_by())


class StampedScan(models.Model):
    """A scan of the stamped form of one submitted version. The last one of a version counts; the
    ones it replaced are kept. `stored` is a random name; people see `name`.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="stamped_scans")
    of = models.ForeignKey(ProjectVersion, models.PROTECT, related_name="scans")
    name = models.CharField("文件名", max_length=150)
    stored = models.CharField(max_length=200, unique=True)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField("大小")
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("上传时间", default=clock.now)

    objects = StampedScanQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "盖章件"
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name
