"""What leaves as a file: the Word form and the summary sheet. Each is audited."""

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from brands import documents, exporting
from brands.forms.filters import ProjectFilterForm, projects_for
from brands.permissions import is_member_of
from brands.views.projects import visible_project
from foundation.audit.services import record

_OFFICE = "application/vnd.openxmlformats-officedocument"
WORD = f"{_OFFICE}.wordprocessingml.document"
EXCEL = f"{_OFFICE}.spreadsheetml.sheet"


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
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
    return _file(content, f"申报表-{project.number or '草稿'}.docx", WORD)


@require_GET
def projects_export(request: HttpRequest) -> HttpResponse:
    """The list under its filters, by area with sub-totals."""
    filters = ProjectFilterForm(request.GET or None, user=request.user)
    found = projects_for(request.user)
    if filters.is_bound:
        found = filters.apply(found)
    found = found.select_related("batch", "organisation__school", "area", "place")
    projects = list(found.order_by("area__order", "area__code", "place__number", "pk"))
    batch = filters.cleaned_data.get("batch") if filters.is_bound and filters.is_valid() else None
    title = batch.title if batch else "申报项目"
    content = exporting.projects_workbook(projects, user=request.user, title=title)
    record("export", by=request.user, name=f"{title}汇总表", rows=len(projects))
    return _file(content, f"{title}汇总表.xlsx", EXCEL)
