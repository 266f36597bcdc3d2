"""What every private file keeps of itself. Who may see one is said where its model stands."""

from django.conf import settings
from django.db import models

from foundation import clock


class PrivateFile(models.Model):
    """`stored` is a random name, see `foundation.uploads`; people see `name`."""

    name = models.CharField("文件名", max_length=150)
    stored = models.CharField(max_length=200, unique=True)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField("大小")
    sha256 = models.CharField(max_length=64)

    class Meta:
        abstract = True
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name


class UploadedFile(PrivateFile):
    """One that somebody signed in has sent."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("上传时间", default=clock.now)

    class Meta(PrivateFile.Meta):
        abstract = True
