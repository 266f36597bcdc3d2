"""A sheet of earlier honours that was read and checked, waiting for its owner's word."""

from typing import Any

from django.conf import settings
from django.db import models

from brands.models.programme import Programme
from foundation import clock


class HonourImportQuerySet(models.QuerySet["HonourImport"]):
    def visible_to(self, user: Any) -> "HonourImportQuerySet":
        """Only who uploaded it: a half-checked sheet is nobody else's business."""
        return self.filter(owner_id=user.pk)


class HonourImport(models.Model):
    """`rows` are the checked rows, all of one programme. Applied once, by its owner."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    programme = models.ForeignKey(
        Programme, models.PROTECT, default=Programme.SCHOOL_BRAND, related_name="+"
    )
    name = models.CharField("文件名", max_length=200)
    rows = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    created_at = models.DateTimeField("上传时间", default=clock.now)
    applied_at = models.DateTimeField("导入时间", null=True, blank=True)

    objects = HonourImportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "荣誉补录"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.name
