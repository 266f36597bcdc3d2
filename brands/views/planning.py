"""Taking over the plan that was typed into the application."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from brands.forms.planned import planned_forms
from brands.permissions_after import may_plan
from brands.services import planning
from brands.views.milestones import milestones_page, tracked_projects


@require_POST
def milestones_take_over(request: HttpRequest, pk: int) -> HttpResponse:
    project = get_object_or_404(tracked_projects(request), pk=pk)
    may_plan(request.user, project).require()
    rows = planned_forms(planning.proposed_rows(project), request.POST)
    if not all(row.is_valid() for row in rows):
        return milestones_page(request, project, rows)
    chosen = {row.row.number: row.cleaned_data for row in rows if row.is_taken}
    made = planning.take_over(project, chosen, by=request.user)
    if made:
        messages.success(request, f"已从申报表带入 {made} 个节点任务。")
    else:
        messages.warning(request, "没有带入新的节点任务：没有勾选，或已经带入。")
    return redirect("brands:milestones", project.pk)
