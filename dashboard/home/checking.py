"""季度体检 that wait for the level above, for districts and bureau alike."""

from typing import Any

from django.db.models import Count
from django.urls import reverse

from checkups.models import Checkup, CheckupStatus, Cycle
from dashboard.home.task import Deadlines, Task


def to_review(user: Any, days: Deadlines) -> list[Task]:
    """One line a quarter, so that each leads to exactly what it counts."""
    waiting = Checkup.objects.visible_to(user).filter(status=CheckupStatus.SUBMITTED).order_by()
    cycles = Cycle.objects.filter(checkups__in=waiting).annotate(waiting=Count("checkups"))
    return [
        days.task(
            f"审核{cycle}体检：{cycle.waiting} 份",
            "学校已提交。",
            f"{reverse('checkups:cycle', args=[cycle.pk])}?status={CheckupStatus.SUBMITTED}",
        )
        for cycle in cycles
    ]
