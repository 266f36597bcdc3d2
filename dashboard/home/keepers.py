"""Those who keep the machine, the accounts and the record: what needs them, without any business."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as date_format

from dashboard.home.task import Deadlines, Task
from foundation import clock
from foundation.accounts.models import User
from foundation.audit.models import AuditEvent
from foundation.outbox.models import Heartbeat, Message, MessageState
from schools.models import Role
from schools.rights import rights_of

VERIFIED_EVERY = timedelta(days=30)


def tasks(user: Any, days: Deadlines) -> list[Task]:
    rights, found = rights_of(user), []
    if rights.has(Role.SYSTEM_ADMIN):
        dead = Message.objects.filter(state=MessageState.DEAD).count()
        if dead:
            url = reverse("dashboard:outbox")
            found.append(days.task(f"处理发送失败的消息：{dead} 条", "排除故障后重新发送。", url))
    if rights.has(Role.AUDITOR):
        last = _last_verified()
        if last is None or last.at < clock.now() - VERIFIED_EVERY:
            why = f"上次校验：{_day(last.at)}。" if last else "还没有校验过。"
            found.append(days.task("校验审计链", why, reverse("dashboard:audit")))
    return found


def facts(user: Any) -> list[tuple[str, str]]:
    rights, found = rights_of(user), []
    if rights.has(Role.SYSTEM_ADMIN):
        beat = Heartbeat.objects.first()
        words = date_format(timezone.localtime(beat.at), "n月j日 H:i") if beat else "还没有运行过"
        found.append(("后台任务最近运行", words))
    if rights.has(Role.SECURITY_ADMIN):
        new = User.objects.filter(is_active=True, last_login=None).count()
        found.append(("还没有登录过的账号", f"{new} 个"))
    if rights.has(Role.AUDITOR):
        last = _last_verified()
        found.append(("审计记录", f"{AuditEvent.objects.count()} 条"))
        found.append(("最近一次校验", _day(last.at) if last else "还没有校验过"))
    return found


def _last_verified() -> AuditEvent | None:
    return AuditEvent.objects.filter(action="audit_verified").order_by("-number").first()


def _day(moment: Any) -> str:
    return date_format(timezone.localtime(moment), "Y年n月j日")
