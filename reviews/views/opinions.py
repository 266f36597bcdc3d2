"""The merged comments, for the applicant."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from brands.models import Project
from brands.permissions import shown_status
from reviews import opinions


@require_GET
def project_opinions(request: HttpRequest, pk: int) -> HttpResponse:
    projects = Project.objects.visible_to(request.user).select_related("batch")
    project = get_object_or_404(projects.defer("content"), pk=pk)
    opinions.can_read(request.user, project).require()
    context = {
        "project": project,
        "outcome": shown_status(project, request.user).label,
        "rounds": opinions.opinions_of(project),
    }
    return render(request, "reviews/opinions.html", context)
