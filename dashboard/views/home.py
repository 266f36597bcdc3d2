"""The signed-in first page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from brands.models import ProjectEvent
from dashboard.home import city, district, reviewer, school
from dashboard.home.task import Deadlines, by_deadline
from schools.models import Role
from schools.rights import SCHOOL_ROLES, rights_of

ADMIN_ROLES = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR)


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    user, rights = request.user, rights_of(request.user)
    days = Deadlines()
    tasks = []
    context: dict[str, Any] = {"facts": [], "pipeline": [], "chart": None, "recent": []}
    if rights.has(*SCHOOL_ROLES):
        tasks += school.tasks(user, days)
        context["projects"] = school.standing(user)
    if rights.has(Role.DISTRICT):
        tasks += district.tasks(user, days)
        context["facts"] = district.facts(user)
    if rights.is_city:
        tasks += city.tasks(user, days)
        context["pipeline"] = city.pipeline()
        context["chart"] = city.late_by_area()
        context["recent"] = [
            {
                "at": e.at,
                "who": e.by.name if e.by else "",
                "label": f"{e.label}《{e.project}》",
                "note": e.note,
                "system": e.by is None,
            }
            for e in ProjectEvent.objects.select_related("by", "project").order_by("-at", "-pk")[:6]
        ]
    if rights.has(Role.REVIEWER):
        tasks += reviewer.tasks(user, days)
    context["tasks"] = by_deadline(tasks)
    context["without_role"] = not rights.appointments
    context["is_admin"] = rights.has(*ADMIN_ROLES)
    return render(request, "dashboard/home.html", context)
