"""Days on which the calendar differs from the weekday rule."""

from django.db import models


class DayKind(models.TextChoices):
    OFF = "off", "放假"
    WORK = "work", "上班"


class CalendarDay(models.Model):
    """A day entered by staff from the State Council notice; it wins over every other source."""

    date = models.DateField("日期", unique=True)
    kind = models.CharField("性质", max_length=4, choices=DayKind)
    source = models.CharField("依据", max_length=100)
    note = models.CharField("说明", max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "工作日历"
        ordering = ("date",)

    def __str__(self) -> str:
        return f"{self.date} {self.get_kind_display()}"
