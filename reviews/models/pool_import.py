"""A sheet of experts between its upload and its import."""

from typing import Any

from django.conf import settings
from django.db import models

from foundation import clock


class PoolImportQuerySet(models.QuerySet["PoolImport"]):
    def visible_to(self, user: Any) -> "PoolImportQuerySet":
        """Only who uploaded it: a half-checked sheet is nobody else's business."""
        return self.filter(owner_id=user.pk)


class PoolImport(models.Model):
    """`rows` are the checked rows. Applied once, by its owner."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    name = models.CharField("文件名", max_length=200)
    rows = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    created_at = models.DateTimeField("上传时间", default=clock.now)
    applied_at = models.DateTimeField("导入时间", null=True, blank=True)

    objects = PoolImportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "专家导入"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.name
