"""The stamped paper of an application, scanned (domain.md F-D 43)."""

from typing import Any

from django.db import models

from brands.models.files import UploadedFile
from brands.models.project import Project, ProjectVersion


class StampedScanQuerySet(models.QuerySet["StampedScan"]):
    def visible_to(self, user: Any) -> "StampedScanQuerySet":
        """As an attachment is: as visible as its project."""
        return self.filter(project__in=Project.objects.visible_to(user).order_by())


class StampedScan(UploadedFile):
    """A scan of the stamped form of one submitted version. The last one of a version counts; the
    ones it replaced are kept.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="stamped_scans")
    of = models.ForeignKey(ProjectVersion, models.PROTECT, related_name="scans")

    objects = StampedScanQuerySet.as_manager()

    class Meta(UploadedFile.Meta):
        verbose_name = verbose_name_plural = "盖章件"
