"""The contact's whole telephone number, on request and on record."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from brands.permissions import may_show_phone
from brands.views.projects import detail_context, visible_project
from foundation.audit.services import record


@require_POST
def project_phone(request: HttpRequest, pk: int) -> HttpResponse:
    """The project's page with the number in it, this once; every further look is a new event."""
    project = visible_project(request, pk)
    verdict = may_show_phone(request.user, project)
    verdict.require()
    context = detail_context(request, project, full_phone=True)
    record("phone.show", by=request.user, via=verdict.via, obj=project)
    return render(request, "brands/project.html", context)
