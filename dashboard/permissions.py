"""Who may open the administration screens of the foundation."""

from typing import Any

from foundation.verdict import Verdict, allowed, denied
from schools.models import Role
from schools.rights import rights_of


def _one_of(user: Any, reason: str, *roles: str) -> Verdict:
    having = rights_of(user).having(*roles)
    return allowed(having[0]) if having else denied(reason)


def can_read_audit(user: Any) -> Verdict:
    """The auditor alone: a system administrator neither reads nor alters the record (F-B 18)."""
    return _one_of(user, "审计记录只对审计管理员开放。", Role.AUDITOR)


def can_see_outbox(user: Any) -> Verdict:
    return _one_of(user, "发件箱由系统管理员和局工作人员查看。", Role.SYSTEM_ADMIN, Role.BUREAU)


def can_keep_calendar(user: Any) -> Verdict:
    return _one_of(user, "工作日历由局工作人员维护。", Role.BUREAU)


def can_answer_suggestions(user: Any) -> Verdict:
    return _one_of(user, "意见建议由局工作人员办理。", Role.BUREAU)


def can_see_styleguide(user: Any) -> Verdict:
    return _one_of(user, "样式页只供局工作人员和系统管理员查看。", Role.BUREAU, Role.SYSTEM_ADMIN)
