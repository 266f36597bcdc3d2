"""The inbox row and the delivery log."""

from typing import Any

from django.conf import settings
from django.db import models

from foundation import clock


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: Any) -> "NoticeQuerySet":
        return self.filter(user=user)

    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at=None)


class Notice(models.Model):
    """One message in one person's inbox; `key` makes it exactly once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    key = models.CharField(max_length=200, unique=True)
    subject = models.CharField("标题", max_length=120)
    text = models.TextField("内容")
    link = models.CharField("链接", max_length=200, blank=True)
    created_at = models.DateTimeField("时间", default=clock.now)
    read_at = models.DateTimeField("已读时间", null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "通知"
        ordering = ("-created_at", "-pk")
        indexes = [models.Index(fields=["user", "read_at"], name="notices_notice_unread")]

    def __str__(self) -> str:
        return self.subject


class Delivery(models.Model):
    """One attempt to reach one person through one channel, and how it went."""

    key = models.CharField(max_length=200, db_index=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="deliveries")
    channel = models.CharField(
        "渠道", max_length=10, choices=[("inbox", "站内"), ("email", "邮件")]
    )
    subject = models.CharField("标题", max_length=120)
    success = models.BooleanField("成功")
    error = models.CharField("错误", max_length=300, blank=True)
    at = models.DateTimeField("时间", default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = "发送记录"
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.channel} {self.subject}"


class Reminded(models.Model):
    """A step of one matter that has been planned: `reminding` asks here what is left to do."""

    kind = models.CharField(max_length=20)
    subject = models.CharField(max_length=60)
    step = models.CharField(max_length=8)
    deadline = models.CharField(max_length=20)
    at = models.DateTimeField(default=clock.wall_now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="notices_reminded_once", fields=["kind", "step", "deadline", "subject"]
            )
        ]
