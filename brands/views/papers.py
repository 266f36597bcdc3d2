"""Is the paper in hand what was submitted? By the code in its footer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from brands.models import ProjectVersion

LONGEST = 40


@require_GET
def paper_check(request: HttpRequest) -> HttpResponse:
    """A code of a project that this person does not see is answered like one that does not exist."""
    code = request.GET.get("code", "").replace("\0", "").strip()[:LONGEST]
    versions = ProjectVersion.objects.visible_to(request.user).printed_with(code)
    rows = versions.select_related("project__organisation", "project__batch", "by")
    context = {
        "code": code,
        "found": [
            {"version": row, "is_last": row.number == row.project.versions.count()} for row in rows
        ],
    }
    return render(request, "brands/paper_check.html", context)
