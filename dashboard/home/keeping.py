"""Checks of named brands, on the first page of whoever has to act."""

from typing import Any

from django.db.models import Q
from django.urls import reverse

from brands.models import Milestone, Recheck, RecheckStatus
from dashboard.home.task import Deadlines, Task
from foundation import clock
from schools.models import Role
from schools.rights import SCHOOL_ROLES, rights_of

R = RecheckStatus
SHOWN = 10


def of_school(user: Any, days: Deadlines) -> list[Task]:
    rows = Recheck.objects.filter(rights_of(user).reach("organisation__", SCHOOL_ROLES))
    due = rows.filter(status__in=(R.OPEN, R.FIXING))
    return _tasks(due, days, {R.OPEN: "到期要向局里报告。", R.FIXING: "按要求整改并报送。"})


def of_bureau(user: Any, days: Deadlines) -> list[Task]:
    """What waits for staff: a correction only when its time is over."""
    mine = Recheck.objects.visible_to(user)
    late = Q(status=R.FIXING, fix_due_on__lt=clock.today())
    own = Q(status__in=(R.FIXED, R.SCORED), judged_by=user)
    due = mine.filter(Q(status__in=(R.SUBMITTED, R.FIXED, R.SCORED, R.MISSED)) | late).exclude(own)
    why = {
        R.SUBMITTED: "学校已报告，请评定。",
        R.FIXED: "学校已报整改，请复查。",
        R.SCORED: "已评分，请审定。",
        R.MISSED: "学校逾期未申请，请处理。",
        R.FIXING: "整改期限已过，请处理。",
    }
    return _tasks(due, days, why)


def of_leader(user: Any, days: Deadlines) -> list[Task]:
    mine = Recheck.objects.visible_to(user)
    why = {R.ADVISED: "建议撤销命名，请决定。", R.SCORED: "已评分，请审定。"}
    seen = [R.ADVISED] if rights_of(user).has(Role.BUREAU) else [R.ADVISED, R.SCORED]
    return _tasks(mine.filter(status__in=seen).exclude(judged_by=user), days, why)


def overdue_milestones(user: Any, days: Deadlines) -> list[Task]:
    """Of all projects that this person sees, as one line."""
    count = Milestone.objects.visible_to(user).overdue().count()
    url = f"{reverse('brands:all-milestones')}?show=overdue"
    why = "完成时限已过，请督促。"
    return [days.task(f"逾期的节点任务：{count} 个", why, url)] if count else []


def _tasks(rows: Any, days: Deadlines, why: dict[RecheckStatus, str]) -> list[Task]:
    return [
        days.task(
            str(row), why[R(row.status)], reverse("brands:recheck", args=[row.pk]), row.deadline
        )
        for row in rows.select_related("honour", "project")[:SHOWN]
    ]
