"""What a checker wants corrected, pinned to a field of the form."""

from django.conf import settings
from django.db import models

from brands.models.project import Project
from foundation import clock


class Remark(models.Model):
    """One remark on one field of the version that was sent back; live until it is handed in again.

    `field` is a key of the form, or "attachments" for the files.
    """

    FILES = "attachments"

    project = models.ForeignKey(Project, models.CASCADE, related_name="remarks")
    field = models.CharField("字段", max_length=30)
    text = models.CharField("意见", max_length=500)
    version = models.PositiveSmallIntegerField("针对的版本")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("时间", default=clock.now)
    cleared_at = models.DateTimeField("重新提交时间", null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "修改意见"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                name="brands_remark_live",
                fields=["project", "field"],
                condition=models.Q(cleared_at=None),
            )
        ]

    def __str__(self) -> str:
        return self.text
