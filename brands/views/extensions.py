"""More time for an area, an organisation or one project."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from brands.forms.extension import ExtensionForm
from brands.models import Batch, Project
from brands.permissions import may_manage_batches
from brands.services import extending
from brands.views.projects import visible_project
from foundation.verdict import Conflict


@require_http_methods(["GET", "POST"])
def batch_extend(request: HttpRequest, pk: int) -> HttpResponse:
    batches = Batch.objects.visible_to(request.user).prefetch_related("stages")
    batch = get_object_or_404(batches, pk=pk)
    return _extend(request, batch, None, reverse("brands:batch", args=[pk]))


@require_http_methods(["GET", "POST"])
def project_extend(request: HttpRequest, pk: int) -> HttpResponse:
    project = visible_project(request, pk)
    return _extend(request, project.batch, project, reverse("brands:project", args=[pk]))


def _extend(request: HttpRequest, batch: Batch, project: Project | None, back: str) -> HttpResponse:
    verdict = may_manage_batches(request.user)
    verdict.require()
    form = ExtensionForm(request.POST or None, batch=batch, user=request.user, project=project)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            extending.grant(
                batch,
                data["stage"],
                form.target,
                until=data["until"],
                why=data["why"],
                by=request.user,
                via=verdict.via,
            )
        except Conflict as refused:
            form.add_error("until", str(refused))
        else:
            messages.success(request, "延期已批准，并已通知有关单位。")
            return redirect(back)
    context = {"batch": batch, "project": project, "form": form, "back": back}
    return render(request, "brands/extension_form.html", context)
