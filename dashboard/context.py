"""What the page frame needs: who I act as, my menu, my bell, the site's own facts."""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import BigAutoField, Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from foundation.notifications.models import Notice
from foundation.statements import Row, Slot, composed_once
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
SEARCHERS = DISTRICT | CITY  # A school has a handful of projects.


class Site(NamedTuple):
    """The site's own facts and the addresses that its frame leads to."""

    name: str
    issuer: str
    office: str
    phone: str
    email: str
    icp: str
    police: str
    gov_id: str
    demo: bool
    home_url: str
    portal_url: str
    search_url: str
    public_search_url: str
    inbox_url: str
    account_url: str
    jobs_url: str
    login_url: str
    logout_url: str
    feedback_url: str
    ping_url: str
    idle_minutes: int


class Line(NamedTuple):
    """One line of a menu."""

    label: str
    url: str
    active: bool
    icon: str = ""
    badge: int = 0


@cache
def _site() -> Site:
    return Site(
        **settings.SITE,
        demo=settings.DEMO,
        home_url=reverse("dashboard:home"),
        portal_url=reverse("portal:home"),
        search_url=reverse("brands:projects"),
        public_search_url=reverse("portal:home"),
        inbox_url=reverse("notifications:inbox"),
        account_url=reverse("accounts:profile"),
        jobs_url=reverse("jobs:jobs"),
        login_url=reverse("accounts:login"),
        logout_url=reverse("accounts:logout"),
        feedback_url=reverse("portal:feedback"),
        ping_url=reverse("accounts:ping"),
        idle_minutes=int(settings.SESSION_IDLE.total_seconds() // 60),
    )


@lru_cache(256)
def _entries(roles: frozenset[str]) -> list[tuple[Entry, str]]:
    """The menu of whoever has these roles, each line with its address."""
    seen = [entry for entry in ENTRIES if entry.roles & roles]
    return [(entry, reverse(entry.name)) for entry in seen[:RAIL_LENGTH]]


def _nav(path: str, roles: frozenset[str]) -> tuple[Line, ...]:
    entries = _entries(roles)
    current = max((url for _, url in entries if path.startswith(url)), key=len, default="")
    return tuple(Line(e.label, url, active=url == current, icon=e.icon) for e, url in entries)


@cache
def _public_addresses() -> list[tuple[str, str]]:
    names = [
        ("品牌成果", "portal:home"),
        ("公示公告", "portal:notices"),
        ("荣誉核验", "portal:verify"),
    ]
    return [(label, reverse(name)) for label, name in names]


def _public_nav(path: str) -> tuple[Line, ...]:
    return tuple(Line(label, url, active=path == url) for label, url in _public_addresses())


@composed_once
def _unread() -> QuerySet[Any, Row]:
    unread = Notice.objects.visible_to(Slot("user", BigAutoField())).unread().order_by()
    return unread.values("user").annotate(number=Count("pk")).values_list("number")


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of base.html and base_public.html."""
    site, public_nav = _site(), _public_nav(request.path)
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        public = {"nav": (), "has_menu": False, "me": "", "acting": (), "unread": 0}
        public["may_search"] = False
        return {"site": site, "public_nav": public_nav, **public}
    appointments, unread = rights_of(user).appointments, rights_of(user).unread
    if unread is None:  # Without an appointment there was nothing to bring it along.
        unread = sum(number for (number,) in _unread(user=user.pk))
    roles = frozenset(a.role for a in appointments)
    nav = _nav(request.path, roles)
    return {
        "site": site,
        "public_nav": public_nav,
        "nav": nav,
        "has_menu": bool(nav),
        "me": user.name or user.get_username(),
        "acting": tuple(str(appointment) for appointment in appointments),
        "may_search": bool(roles & SEARCHERS),
        "unread": unread,
    }
