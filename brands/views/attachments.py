"""Files of a project: add, hand over, delete."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brands.forms import spec
from brands.models import Attachment, Project
from brands.permissions import may_change_files, may_edit
from brands.services import attachments
from brands.views.projects import visible_project
from foundation import uploads
from foundation.audit.services import record
from foundation.uploads import UploadRefused


@require_POST
def attachment_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Each file stands for itself: one refused does not lose the others."""
    project, field = visible_project(request, pk), request.POST.get("field", "")[:30]
    may_change_files(request.user, project, field).require()
    files = request.FILES.getlist("file")
    if not files:
        messages.error(request, "请先选择文件，再点上传。")
    for file in files:
        try:
            attachment = attachments.attach(
                project,
                file,
                by=request.user,
                contains_minor=answer_of(request),
                field=field,
            )
        except UploadRefused as refusal:
            messages.error(request, f"{file.name}：{refusal}")
        else:
            messages.success(request, f"已上传：{attachment.name}")
    return redirect(home_of(project, field, request.user))


def home_of(project: Project, field: str, user: Any) -> str:
    """Where the file's place is: its section while this person fills it in, else the project."""
    section = spec.form_of(project.batch).section_of(field) if field else None
    if section and may_edit(user, project):
        return (
            reverse("brands:project-section", args=[project.pk, section.key]) + f"#div_id_{field}"
        )
    return reverse("brands:project", args=[project.pk]) + "#files"


def answer_of(request: HttpRequest) -> bool | None:
    """Whether minors are to be seen, as the person said; None without an answer."""
    return {"yes": True, "no": False}.get(request.POST.get("contains_minor", ""))


@require_GET
def attachment_detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    attachment = get_object_or_404(Attachment.objects.visible_to(request.user), pk=pk)
    response = uploads.serve(
        attachment.stored, filename=attachment.name, content_type=attachment.content_type
    )
    record("download", by=request.user, obj=attachment, project=attachment.project_id)
    return response


@require_http_methods(["GET", "POST"])
def attachment_delete(request: HttpRequest, pk: int) -> HttpResponse:
    visible = Attachment.objects.visible_to(request.user)
    attachment = get_object_or_404(
        visible.select_related("project__organisation", "project__batch"), pk=pk
    )
    may_change_files(request.user, attachment.project, attachment.field).require()
    url = home_of(attachment.project, attachment.field, request.user)
    if request.method == "POST":
        attachments.remove(attachment, by=request.user)
        messages.success(request, f"已删除：{attachment.name}")
        return redirect(url)
    context = {"attachment": attachment, "cancel_url": url}
    return render(request, "brands/attachment_delete.html", context)
