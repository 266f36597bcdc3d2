"""The stamped paper of an application, scanned (domain.md F-D 43)."""

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Subquery

from brands.models.files import UploadedFile
from brands.models.project import Project, ProjectVersion
from foundation import clock


class StampedScanQuerySet(models.QuerySet["StampedScan"]):
    def visible_to(self, user: Any) -> "StampedScanQuerySet":
        """As an attachment is: as visible as its project."""
        return self.filter(project__in=Project.objects.visible_to(user).order_by())


def is_stamped() -> Exists:
    """Of a queryset of projects: is there a scan of the last submission?"""
    last = ProjectVersion.objects.filter(project=OuterRef("project")).order_by("-number")
    scans = StampedScan.objects.filter(project=OuterRef("pk"), of=Subquery(last.values("pk")[:1]))
    return Exists(scans.order_by())


class StampedScan(UploadedFile):
    """A scan of the stamped form of one submitted version. The last one of a version counts; the
    ones it replaced are kept.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="stamped_scans")
    of = models.ForeignKey(ProjectVersion, models.PROTECT, related_name="scans")

    objects = StampedScanQuerySet.as_manager()

    class Meta(UploadedFile.Meta):
        verbose_name = verbose_name_plural = "盖章件"


class PaperMiss(models.Model):
    """A number and code from nowhere, typed on the public page; kept as long as it is counted."""

    address = models.CharField(max_length=45)
    at = models.DateTimeField(default=clock.wall_now, db_index=True)

    class Meta:
        indexes = [models.Index(fields=["address", "at"], name="brands_paper_miss")]

    def __str__(self) -> str:
        return f"{self.address} {self.at:%Y-%m-%d %H:%M:%S}"
