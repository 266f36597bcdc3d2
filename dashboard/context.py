"""What the page frame needs: who I act as, my menu, my bell, the site's own facts."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from foundation.notifications.models import Notice
from schools.models import Role
from schools.rights import CITY_ROLES, SCHOOL_ROLES, rights_of


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the rail: who sees it is a set of roles."""

    label: str
    name: str
    icon: str
    roles: frozenset[str]


# fmt: off
SCHOOL, CITY = frozenset(SCHOOL_ROLES), frozenset(CITY_ROLES)
DISTRICT, REVIEWER = frozenset({Role.DISTRICT}), frozenset({Role.REVIEWER})
PEOPLE = frozenset({Role.BUREAU, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN})
ENTRIES = [
    Entry("工作台",   "dashboard:home",          "home",      frozenset(Role.values)),
    Entry("项目",     "brands:projects",         "project",   SCHOOL | DISTRICT | CITY),
    Entry("推荐",     "brands:desk",             "flag",      DISTRICT),
    Entry("评审",     "reviews:desk",            "review",    REVIEWER),
    Entry("季度体检", "checkups:checkups",       "checkup",   SCHOOL | DISTRICT | CITY),
    Entry("批次",     "brands:batches",          "calendar",  CITY),
    Entry("党组织",   "schools:organisations",   "school",    SCHOOL | DISTRICT | CITY),
    Entry("动态管理", "brands:rechecks",         "clock",     SCHOOL | DISTRICT),
    Entry("整改台账", "checkups:rectifications", "tasks",     SCHOOL | DISTRICT | CITY),
    Entry("人员",     "schools:people",          "people",    PEOPLE),
    Entry("工作日历", "dashboard:calendar", "calendar", frozenset({Role.BUREAU})),
    Entry("审计记录", "dashboard:audit",         "shield",    frozenset({Role.AUDITOR})),
    Entry("发件箱",   "dashboard:outbox",        "megaphone", frozenset({Role.SYSTEM_ADMIN})),
]
# fmt: on
RAIL_LENGTH = 8


@cache
def _site() -> dict[str, Any]:
    return {
        **settings.SITE,
        "demo": settings.DEMO,
        "home_url": reverse("dashboard:home"),
        "portal_url": reverse("portal:home"),
        "search_url": "",
        "public_search_url": reverse("portal:home"),
        "inbox_url": reverse("notifications:inbox"),
        "account_url": reverse("accounts:profile"),
        "jobs_url": reverse("jobs:jobs"),
        "switch_url": "",
        "login_url": reverse("accounts:login"),
        "logout_url": reverse("accounts:logout"),
        "feedback_url": reverse("portal:feedback"),
        "ping_url": reverse("accounts:ping"),
        "idle_minutes": int(settings.SESSION_IDLE.total_seconds() // 60),
    }


def _nav(request: HttpRequest) -> list[dict[str, Any]]:
    roles = {appointment.role for appointment in rights_of(request.user).appointments}
    entries = [entry for entry in ENTRIES if entry.roles & roles][:RAIL_LENGTH]
    urls = [reverse(entry.name) for entry in entries]
    current = max((url for url in urls if request.path.startswith(url)), key=len, default="")
    return [
        {"label": e.label, "url": url, "icon": e.icon, "badge": 0, "active": url == current}
        for e, url in zip(entries, urls, strict=True)
    ]


def _public_nav(request: HttpRequest) -> list[dict[str, Any]]:
    names = [
        ("品牌成果", "portal:home"),
        ("公示公告", "portal:notices"),
        ("荣誉核验", "portal:verify"),
    ]
    lines = [(label, reverse(name)) for label, name in names]
    return [{"label": label, "url": url, "active": request.path == url} for label, url in lines]


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of base.html and base_public.html; one query, for the bell."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        public = {"nav": [], "acting": "", "unread": 0}
        return {"site": _site(), "public_nav": _public_nav(request), **public}
    appointments = rights_of(user).appointments
    return {
        "site": _site(),
        "public_nav": _public_nav(request),
        "nav": _nav(request),
        "acting": str(appointments[0]) if appointments else "",
        "unread": Notice.objects.visible_to(user).unread().count(),
    }
