"""The whole time line of a project."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from brands.timeline import kinds_of, timeline
from brands.views.projects import visible_project

A_PAGE = 50


@require_GET
def project_history(request: HttpRequest, pk: int) -> HttpResponse:
    """`?kind=`: events of one kind only."""
    project = visible_project(request, pk)
    kinds = kinds_of(project, request.user)
    asked = request.GET.get("kind", "")
    kind = asked if asked in dict(kinds) else ""
    lines = timeline(project, request.user, kind)
    context = {
        "project": project,
        "kinds": kinds,
        "kind": kind,
        "page": Paginator(lines, A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "brands/project_history.html", context)
