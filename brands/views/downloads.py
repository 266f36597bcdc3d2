"""What leaves as a file: the Word form, the summary sheet, the dossier. Each is audited."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brands import documents, exporting
from brands.outputs.closing_form import closing_form
from brands.permissions import is_member_of, may_export, sees_results
from brands.views.milestones import tracked_projects
from brands.views.projects import visible_project
from foundation import media
from foundation.audit.services import record
from foundation.jobs import services as jobs
from foundation.verdict import Conflict


def file_response(content: bytes, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Cache-Control"] = "private, no-store"
    return response


@require_GET
def project_word(request: HttpRequest, pk: int) -> HttpResponse:
    project = visible_project(request, pk)
    own = bool(is_member_of(request.user, project))
    content = documents.application_form(project, full_phone=own)
    record("export", by=request.user, obj=project, form="word")
    return file_response(content, f"申报表-{project.number or '草稿'}.docx", media.WORD)


@require_http_methods(["GET", "POST"])
def projects_export(request: HttpRequest) -> HttpResponse:
    """The list under its filters, by area with sub-totals: at once, or in the background."""
    may_export(request.user).require()
    found, title = exporting.chosen(request.user, request.GET)
    name = f"{title}汇总表.xlsx"
    if request.method == "POST":
        query = request.GET.urlencode()
        job = jobs.start("brands.summary", by=request.user, filename=name, query=query)
        return redirect("jobs:job", job.pk)
    count = found.count()
    if count > exporting.DIRECT_ROWS:
        raise Conflict(f"共 {count} 项，数量较多，请在“项目”页点“在后台生成汇总表”。")
    content = exporting.projects_workbook(found, user=request.user, title=title)
    record("export", by=request.user, name=f"{title}汇总表", rows=count)
    return file_response(content, name, media.EXCEL)


@require_GET
def closing_word(request: HttpRequest, pk: int) -> HttpResponse:
    """The newest 结项书, to sign and stamp."""
    project = get_object_or_404(tracked_projects(request).select_related("lead"), pk=pk)
    closing = project.closings.last()
    if closing is None:
        raise Conflict("还没有提交结项申请。提交之后可以下载结项书。")
    sees = bool(closing.outcome) or sees_results(request.user)
    content = closing_form(closing, with_score=sees)
    record("export", by=request.user, obj=project, form="closing")
    return file_response(content, f"结项书-{project.number or project.pk}.docx", media.WORD)


@require_POST
def project_dossier(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about the project that this person may see, packed in the background; files that
    show minors only by an explicit choice, which is recorded (domain.md F-C 34)."""
    project = visible_project(request, pk)
    name = f"档案包-{project.number or '草稿'}-{project}.zip"
    facts: dict[str, Any] = {"project": project.pk}
    if request.POST.get("with_minors") == "consent":
        facts["with_minors"] = True
        record("dossier.minors", by=request.user, obj=project)
    job = jobs.start("brands.dossier", by=request.user, filename=name, **facts)
    return redirect("jobs:job", job.pk)
