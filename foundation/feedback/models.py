"""What somebody thinks of the system and its burden (domain.md F-A 7)."""

from django.conf import settings
from django.db import models

from foundation import clock


class Suggestion(models.Model):
    """One opinion, with or without an account; `page` is the path from which it was written.

    `address` is only counted. It is open until `answered_at`.
    """

    text = models.TextField("意见建议", max_length=1000)
    contact = models.CharField("联系方式", max_length=80, blank=True)
    page = models.CharField("所在页面", max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    address = models.CharField(max_length=45, blank=True)
    at = models.DateTimeField("提出时间", default=clock.now)
    reply = models.TextField("办理情况", max_length=1000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField("办理时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "意见建议"
        ordering = ("-pk",)
        indexes = [models.Index(fields=["address", "at"], name="feedback_address")]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"YJ-{self.at:%Y}-{self.pk:04d}"
