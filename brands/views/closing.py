"""Tracking moves of a 书记项目 and its closing: application, review, grade."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from brands.forms.after import ClosingForm
from brands.models import ClosingApplication, Project, ProjectStatus, Track
from brands.services import pursuing
from brands.services.closing import ESTABLISHED
from brands.tones import tone_of
from foundation.verdict import Conflict
from foundation.workflow.engine import perform, workflow_of
from foundation.workflow.requests import perform_posted, version_seen
from schools.rights import rights_of

# Moves of the closing page that need no form of their own.
PLAIN_MOVES = ("start", "return_closing", "start_closing_review", "close")


def _project(request: HttpRequest, pk: int) -> Project:
    rows = Project.objects.visible_to(request.user).select_related(
        "batch", "organisation__school", "area"
    )
    project: Project = get_object_or_404(
        rows, pk=pk, batch__track=Track.ESTABLISHING, status__in=ESTABLISHED
    )
    return project


@require_http_methods(["GET", "POST"])
def project_closing(request: HttpRequest, pk: int) -> HttpResponse:
    project = _project(request, pk)
    if not project.batch.has_closing:
        raise Http404
    table = workflow_of(project)
    verdict = table["apply_closing"].decide(project, request.user)
    form = ClosingForm(
        request.POST or None, initial={"report": project.content.get("closing_report", "")}
    )
    status = 200
    if request.method == "POST":
        if not verdict:
            verdict.require()
        if form.is_valid():
            report = form.cleaned_data["report"]
            try:
                perform(
                    project,
                    "apply_closing",
                    by=request.user,
                    report=report,
                    version=version_seen(request),
                )
            except Conflict as conflict:
                form.add_error(None, str(conflict))
                status = 409
            else:
                messages.success(request, "结项申请已提交，请等待局工作人员组织评审。")
                return redirect("brands:project-closing", project.pk)
    is_next = project.status in table["apply_closing"].sources
    context = {
        "project": project,
        "tone": tone_of(project.status),
        "form": form,
        "verdict": verdict,
        "obstacle": verdict.reason if verdict.conflict and is_next else "",
        "moves": [
            move
            for move in table.open_to(project, request.user)
            if move.name in PLAIN_MOVES and move.name != "start"
        ],
        "milestones": project.milestones.all(),
        "report": project.content.get("closing_report", ""),
        "earlier": _earlier(project),
        "has_form": project.closings.exists(),
        "explanations": list(project.explanations.select_related("by")),
        "may_explain": bool(pursuing.may_explain(request.user, project)),
        "shows_score": _shows_score(request, project),
    }
    return render(request, "brands/closing.html", context, status=status)


def _shows_score(request: HttpRequest, project: Project) -> bool:
    """The city sees the score as it comes; the school when the closing is decided."""
    if project.closing_score is None:
        return False
    is_decided = project.status != ProjectStatus.CLOSING_SCORED
    return is_decided or rights_of(request.user).is_city


def _earlier(project: Project) -> list[ClosingApplication]:
    """The applications before the one whose report the page shows, newest first."""
    return list(project.closings.select_related("by"))[-2::-1]


@require_POST
def closing_move(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    project = _project(request, pk)
    perform_posted(request, project, name, among=PLAIN_MOVES)
    messages.success(request, f"当前状态：{project.get_status_display()}。")
    page = "brands:milestones" if name == "start" else "brands:project-closing"
    return redirect(page, project.pk)
