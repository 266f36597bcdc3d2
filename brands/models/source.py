"""The notice or the rules under which a batch is held, as a file (domain.md F-A 6)."""

from typing import Any

from django.db import models

from brands.models.batch import Batch
from brands.models.files import UploadedFile


class SourceFileQuerySet(models.QuerySet["SourceFile"]):
    def visible_to(self, user: Any) -> "SourceFileQuerySet":
        """As visible as its batch: whoever may apply reads it once the batch is open."""
        return self.filter(batch__in=Batch.objects.visible_to(user).order_by())


class SourceFile(UploadedFile):
    """One of the papers of a batch."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="source_files")

    objects = SourceFileQuerySet.as_manager()

    class Meta(UploadedFile.Meta):
        verbose_name = verbose_name_plural = "依据文件"
