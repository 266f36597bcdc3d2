"""Every milestone that a person sees, across projects (M33), and the same as a workbook."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from brands.exporting import DIRECT_ROWS
from brands.outputs import milestone_list
from brands.permissions import may_export
from brands.views.downloads import file_response
from foundation import media
from foundation.audit.services import record
from foundation.jobs import services as jobs
from foundation.verdict import Conflict
from foundation.workdays.deadlines import days_left_of

NAME = "节点任务清单.xlsx"


@require_GET
def all_milestones(request: HttpRequest) -> HttpResponse:
    found, filters = milestone_list.chosen(request.user, request.GET)
    page: Any = Paginator(found, 50).get_page(request.GET.get("page"))
    left = days_left_of(row.due_on for row in page)
    for row in page:
        row.days_left = None if row.done_on else left[row.due_on]
    context = {
        "heading": "节点任务清单",
        "filters": filters,
        "page": page,
        "is_long": page.paginator.count > DIRECT_ROWS,
    }
    return render(request, "brands/all_milestones.html", context)


@require_http_methods(["GET", "POST"])
def milestones_export(request: HttpRequest) -> HttpResponse:
    """The list under its filters: at once, or in the background."""
    may_export(request.user).require()
    if request.method == "POST":
        query = request.GET.urlencode()
        job = jobs.start("brands.milestones", by=request.user, filename=NAME, query=query)
        return redirect("jobs:job", job.pk)
    found, _ = milestone_list.chosen(request.user, request.GET)
    count = found.count()
    if count > DIRECT_ROWS:
        raise Conflict(f"共 {count} 项，数量较多，请在“节点任务清单”页点“在后台生成清单”。")
    content = milestone_list.workbook(found)
    record("export", by=request.user, name="节点任务清单", rows=count)
    return file_response(content, NAME, media.EXCEL)
