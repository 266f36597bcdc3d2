"""A score sheet between its upload and its taking over."""

from typing import Any

from django.conf import settings
from django.db import models

from foundation import clock
from reviews.models.round import Round


class ScoreUploadQuerySet(models.QuerySet["ScoreUpload"]):
    def visible_to(self, user: Any) -> "ScoreUploadQuerySet":
        """Only who uploaded it: what a reviewer is about to give is nobody else's business."""
        return self.filter(owner_id=user.pk)


class ScoreUpload(models.Model):
    """`rows` are the checked rows (`reviews.offline.reading`). Taken over once, by its owner."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    round = models.ForeignKey(Round, models.PROTECT, related_name="+")
    name = models.CharField("文件名", max_length=200)
    rows = models.JSONField(default=list)
    created_at = models.DateTimeField("上传时间", default=clock.now)
    applied_at = models.DateTimeField("办理时间", null=True, blank=True)

    objects = ScoreUploadQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "离线评分表"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.name
