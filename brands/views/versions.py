"""The submitted versions of a project, side by side."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from brands.comparing import compare
from brands.models import ProjectVersion
from brands.permissions import is_member_of
from brands.views.projects import visible_project


@require_GET
def project_versions(request: HttpRequest, pk: int) -> HttpResponse:
    """`?old=1&new=2`: any two submitted versions; without them the last two."""
    project = visible_project(request, pk)
    versions = list(project.versions.select_related("by"))
    old, new = _chosen(request, versions)
    own = bool(is_member_of(request.user, project))
    context = {
        "project": project,
        "versions": versions,
        "old": old,
        "new": new,
        "comparison": compare(project, old, new, full_phone=own) if old and new else None,
    }
    return render(request, "brands/project_versions.html", context)


def _chosen(
    request: HttpRequest, versions: list[ProjectVersion]
) -> tuple[ProjectVersion | None, ProjectVersion | None]:
    by_number = {str(version.number): version for version in versions}
    last = versions[-2:] if len(versions) > 1 else [None, None]
    old = by_number.get(request.GET.get("old", ""), last[0])
    new = by_number.get(request.GET.get("new", ""), last[1])
    return old, new
