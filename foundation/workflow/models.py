"""What a thing with a life cycle has, and the row that each move leaves."""

from typing import Any

from django.conf import settings
from django.db import models

from foundation import clock


class Movable(models.Model):
    """A row with a `status` that only `perform` writes, and a version that every change raises.

    A subclass gives `status` its choices and names its event model by `related_name="events"`.
    """

    version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    def status_told(self, user: Any) -> str:
        """What a refusal calls the state to this person; a model that hides one from some says so."""
        words: str = self.get_status_display()  # type: ignore[attr-defined]
        return words


class Event(models.Model):
    """Who moved it, when, from where to where and why. A subclass adds the key to its subject."""

    name = models.CharField("动作", max_length=40)
    label = models.CharField("动作", max_length=40)
    source = models.CharField("原状态", max_length=30)
    target = models.CharField("新状态", max_length=30)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="操作人"
    )
    appointment = models.CharField("以何身份", max_length=120, blank=True)
    note = models.TextField("说明", blank=True)
    at = models.DateTimeField("时间", default=clock.now)

    class Meta:
        abstract = True
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.label} {self.at:%Y-%m-%d}"
