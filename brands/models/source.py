"""The notice or the rules under which a batch is held, as a file (domain.md F-A 6)."""

from typing import Any

from django.conf import settings
from django.db import models

from brands.models.batch import Batch
from foundation import clock


class SourceFileQuerySet(models.QuerySet["SourceFile"]):
    def visible_to(self, user: Any) -> "SourceFileQuerySet":
        """As visible as its batch: whoever may apply reads it once the batch is open."""
        return self.filter(batch__in=Batch.objects.visible_to(user).order_by())


class SourceFile(models.Model):
    """`stored` is a random name; people see `name`."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="source_files")
    name = models.CharField("文件名", max_length=150)
    stored = models.CharField(max_length=200, unique=True)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField("大小")
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("上传时间", default=clock.now)

    objects = SourceFileQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "依据文件"
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name
