"""What the scheduler repeats for those who keep the system; may run twice."""

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from foundation import clock
from foundation.audit.services import head
from foundation.notifications.services import tell_each
from schools.models import Role
from schools.recipients import everybody


@shared_task
@transaction.atomic
def tell_audit_head() -> None:
    """The head of the audit chain to each auditor, once a day (T13): kept elsewhere it betrays a
    chain that was cut off or made anew."""
    day = timezone.localdate(clock.wall_now())
    kept = head()
    text = (
        f"审计链到今天凌晨的链头：\n{kept}\n"
        "请打印留存，或把本邮件保存在本系统之外。"
        f"核对时请运行：manage.py verify_audit --head {kept}"
    )
    tell_each(everybody(Role.AUDITOR), f"audit-head:{day}", f"审计链头（{day}）", text)
