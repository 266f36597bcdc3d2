"""One's own files: how far they are, and the file itself. Nobody else's."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from foundation import uploads
from foundation.audit.services import record
from foundation.htmx import render_partial
from foundation.jobs import services
from foundation.jobs.models import Job


@require_GET
def jobs(request: HttpRequest) -> HttpResponse:
    page = Paginator(Job.objects.visible_to(request.user), 20).get_page(request.GET.get("page"))
    return render(request, "jobs/jobs.html", {"page": page})


@require_GET
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """The page asks for its own progress until there is a file."""
    own = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    context = {"job": own, "may_restart": services.may_restart(request.user, own)}
    return render_partial(request, "jobs/job.html", "progress", context)


@require_GET
def job_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    own = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    services.may_download(request.user, own).require()
    content_type = services.KINDS[own.kind].content_type
    response = uploads.serve(own.stored, filename=own.filename, content_type=content_type)
    record("download", by=request.user, obj=own)
    return response


@require_POST
def job_restart(request: HttpRequest, pk: int) -> HttpResponse:
    own = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    services.restart(own, by=request.user)
    return redirect("jobs:job", own.pk)
