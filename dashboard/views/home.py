"""The signed-in first page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from dashboard.home import city, district, keepers, reviewer, school
from dashboard.home.task import Deadlines, by_deadline
from schools.models import Role
from schools.rights import CITY_ROLES, SCHOOL_ROLES, rights_of

# What the menu has no room for: who finds it here, its name, its address.
# fmt: off
SHELF = (
    (CITY_ROLES,                                "荣誉名录",   "brands:honours"),
    ((Role.BUREAU, Role.LEADER, Role.SUPERVISION), "异议",    "brands:objections"),
    (CITY_ROLES,                                "动态管理",   "brands:rechecks"),
    ((Role.BUREAU,),                            "项目类别",   "brands:programmes"),
    ((Role.BUREAU,),                            "批量办理",   "brands:bulks"),
    ((Role.BUREAU,),                            "意见建议",   "dashboard:suggestions"),
    ((Role.BUREAU,),                            "发件箱",     "dashboard:outbox"),
    ((Role.BUREAU, Role.SYSTEM_ADMIN),          "页面样式",   "dashboard:styleguide"),
)
# fmt: on


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    user, rights = request.user, rights_of(request.user)
    days = Deadlines()
    tasks, facts = keepers.tasks(user, days), keepers.facts(user)
    context: dict[str, Any] = {"pipeline": [], "sections": [], "chart": None, "is_city": False}
    if rights.has(*SCHOOL_ROLES):
        tasks += school.tasks(user, days)
        context["projects"] = school.standing(user)
    if rights.has(Role.DISTRICT):
        tasks += district.tasks(user, days)
        facts += district.facts(user)
        context["sections"] = district.sections(user)
    if rights.is_city:
        tasks += city.tasks(user, days)
        facts += city.facts(user)
        recent, moved = city.since_yesterday()
        context |= {"pipeline": city.pipeline(), "chart": city.late_by_area(), "is_city": True}
        context |= {"recent": recent, "moved": moved}
    if rights.has(Role.REVIEWER):
        tasks += reviewer.tasks(user, days)
    context["tasks"], context["facts"] = by_deadline(tasks), facts
    context["shelf"] = [
        (words, reverse(name)) for roles, words, name in SHELF if rights.has(*roles)
    ]
    context["without_role"] = not rights.appointments
    return render(request, "dashboard/home.html", context)
