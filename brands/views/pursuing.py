"""书记项目 across projects: who is late with the closing, who is silent; and all milestones (M33)."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Max, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from brands.forms.pursuing import ExplanationForm, TrackingForm
from brands.models import Milestone, Project
from brands.services import pursuing
from brands.views.milestones import tracked_projects
from foundation import clock
from foundation.verdict import Conflict


@require_GET
def tracking(request: HttpRequest) -> HttpResponse:
    """Each 书记项目 under way with its milestones, its last note and its closing day."""
    filters = TrackingForm(request.GET, user=request.user)
    rows = filters.narrowed(pursuing.under_way(Project.objects.visible_to(request.user)))
    show = filters.chosen.get("show", "")
    if show == "silent":
        rows = pursuing.silent(rows, clock.today())
    steps = Milestone.objects.annotate(noted_on=Max("notes__day"))
    rows = rows.prefetch_related(Prefetch("milestones", steps), "explanations").defer("content")
    found = [_dressed(row) for row in rows.order_by("area__order", "organisation__name", "pk")]
    if show in {"unclosed", "late"}:
        found = [row for row in found if getattr(row, f"is_{show}")]
    context = {
        "heading": "立项项目推进",
        "filters": filters,
        "page": Paginator(found, 20).get_page(request.GET.get("page")),
    }
    return render(request, "brands/tracking.html", context)


def _dressed(project: Any) -> Any:
    steps = list(project.milestones.all())
    project.total = len(steps)
    project.done = sum(step.done_on is not None for step in steps)
    project.late_count = pursuing.late_milestones(steps)
    project.noted_on = max((step.noted_on for step in steps if step.noted_on), default=None)
    project.closes_on = pursuing.closing_day(project)
    project.is_unclosed = pursuing.is_late(project)
    project.is_late = project.late_count > 0
    project.explanation = next(reversed(project.explanations.all()), None)
    return project


@require_http_methods(["GET", "POST"])
def closing_explain(request: HttpRequest, pk: int) -> HttpResponse:
    project = get_object_or_404(tracked_projects(request), pk=pk)
    pursuing.may_explain(request.user, project).require()
    form = ExplanationForm(request.POST or None)
    status = 200
    if form.is_valid():
        try:
            pursuing.explain(project, text=form.cleaned_data["text"], by=request.user)
        except Conflict as conflict:
            form.add_error(None, str(conflict))
            status = 409
        else:
            messages.success(request, "说明已提交给局工作人员。继续做的，请再申请延期结项。")
            return redirect("brands:project-closing", project.pk)
    context = {"form": form, "project": project, "heading": "说明未结项的原因"}
    return render(request, "brands/milestone_form.html", context, status=status)
