"""Private files of a project, whole or still on their way."""

import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Prefetch, Q

from brands.models.files import UploadedFile
from brands.models.project import Project
from foundation import clock

KEPT = timedelta(days=1)  # How long what has arrived of a file waits for the rest.


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, user: Any) -> "AttachmentQuerySet":
        """A file is as visible as its project."""
        return self.filter(project__in=Project.objects.visible_to(user).order_by())

    def publishable(self) -> "AttachmentQuerySet":
        """What a public page or a printed volume may show; nothing with minors in it, ever
        (domain.md F-C 34)."""
        return self.filter(contains_minor=False)

    def total_size(self) -> int:
        return int(self.order_by().aggregate(sum=models.Sum("size"))["sum"] or 0)


class Attachment(UploadedFile):
    """A private file of a project.

    `field` is the key of the form's field that it answers; empty for what comes besides the form.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="attachments")
    field = models.CharField("所属字段", max_length=30, blank=True)
    contains_minor = models.BooleanField("含未成年人影像", default=False)

    objects = AttachmentQuerySet.as_manager()

    class Meta(UploadedFile.Meta):
        verbose_name = verbose_name_plural = "附件"
        indexes = [models.Index(fields=["sha256"], name="brands_file_sha256")]


# One query, for a page that shows them in more than one place.
FILES = Prefetch("attachments", Attachment.objects.select_related("by"))


class FilePartQuerySet(models.QuerySet["FilePart"]):
    def visible_to(self, user: Any) -> "FilePartQuerySet":
        """One's own, while one still sees the project."""
        return self.filter(owner=user, project__in=Project.objects.visible_to(user).order_by())

    def expired(self) -> "FilePartQuerySet":
        return self.filter(touched_at__lt=clock.wall_now() - KEPT)


class FilePart(models.Model):
    """What has arrived of a file: `offset` bytes of `size`. The bytes lie in UPLOAD_DIR.

    `mark` is the browser's word for the same file chosen again (when it was changed). When the
    file is whole and attached, `attachment` says so to whoever missed the answer.
    """

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, models.CASCADE, related_name="file_parts")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    field = models.CharField("所属字段", max_length=30, blank=True)
    name = models.CharField("文件名", max_length=150)
    mark = models.CharField(max_length=40, blank=True)
    size = models.PositiveIntegerField("大小")
    offset = models.PositiveIntegerField("已收到", default=0)
    attachment = models.ForeignKey(Attachment, models.SET_NULL, null=True, related_name="+")
    touched_at = models.DateTimeField(default=clock.wall_now)

    objects = FilePartQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "未传完的文件"
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(name="brands_part_within", condition=Q(offset__lte=F("size")))
        ]
        indexes = [
            models.Index(fields=["owner", "project"], name="brands_part_owner"),
            models.Index(fields=["touched_at"], name="brands_part_touched"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_whole(self) -> bool:
        return self.offset == self.size
