"""季度体检: what waits for the level above, and what keeps a quarter from opening or from having its dates."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Count
from django.urls import reverse

from checkups import cycles
from checkups.models import Checkup, CheckupStatus, Cycle
from dashboard.home.task import Deadlines, Task
from foundation.workdays.services import is_published

DECEMBER = 12
AHEAD = timedelta(days=30)


def source_missing(days: Deadlines) -> list[Task]:
    """For the bureau: without a document number the quarter does not open."""
    waiting = cycles.awaiting_source()
    if waiting is None or waiting.opens_on > days.today + AHEAD:
        return []
    why = "已到开始日期，没有文号不能开启。" if waiting.has_begun else "没有文号，到时不能开启。"
    url = reverse("checkups:template-source")
    return [days.task(f"填写{waiting.words}体检的依据文件和文号", why, url, waiting.opens_on)]


def holidays_missing(days: Deadlines) -> list[Task]:
    """For the bureau, in December: the notice comes in November, and deadlines reach into the year."""
    year = days.today.year + 1
    if days.today.month < DECEMBER or is_published(year):
        return []
    why = "没有录入之前，跨年的期限都是“暂定”。"
    url = reverse("dashboard:calendar-notice")
    return [days.task(f"录入{year}年放假安排", why, url, date(year, 1, 1) - timedelta(days=1))]


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
