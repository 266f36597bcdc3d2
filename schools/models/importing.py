"""A sheet that was read and checked, waiting for its owner's word."""

from typing import Any

from django.conf import settings
from django.db import models

from foundation import clock


class ImportDraftQuerySet(models.QuerySet["ImportDraft"]):
    def visible_to(self, user: Any) -> "ImportDraftQuerySet":
        """Only who uploaded it: a half-checked sheet is nobody else's business."""
        return self.filter(owner_id=user.pk)


class ImportDraft(models.Model):
    """`rows` are the checked rows, `missing` the schools the sheet does not name, `notices` what
    concerns the sheet as a whole. Applied once, by its owner."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="import_drafts"
    )
    name = models.CharField("文件名", max_length=200)
    rows = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    missing = models.JSONField(default=list)
    notices = models.JSONField(default=list)
    created_at = models.DateTimeField("上传时间", default=clock.now)
    applied_at = models.DateTimeField("导入时间", null=True, blank=True)

    objects = ImportDraftQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "导入草稿"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.name
