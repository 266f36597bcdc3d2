"""A project: list, detail, the sections of its form, submission and every move."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brands import presenting
from brands.forms import spec
from brands.forms.filters import ProjectFilterForm, chips_of, projects_for, with_publicity
from brands.forms.section import SectionForm
from brands.models import Batch, Project
from brands.permissions import is_member_of, may_edit, may_start, sees_results, unit_of
from brands.services import attachments, checking, projects, windows
from foundation.htmx import render_partial
from foundation.verdict import Conflict
from foundation.workflow.engine import workflow_of
from schools.rights import SCHOOL_ROLES, rights_of

PAGE = 20


@require_GET
def project_list(request: HttpRequest) -> HttpResponse:
    filters = ProjectFilterForm(request.GET or None, user=request.user)
    found = projects_for(request.user)
    sort = request.GET.get("sort", "")
    if filters.is_bound:
        found = filters.apply(found)
    keys = filters.sorted(found, sort).values("pk")
    page = Paginator(keys, PAGE).get_page(request.GET.get("page"))
    # Only keys are sorted, inside the statement that fetches this page: wide rows are slow to sort.
    first = (page.number - 1) * PAGE
    shown = with_publicity(Project.objects.filter(pk__in=keys[first : first + PAGE]))
    found = filters.sorted(shown, sort).for_rows()
    rows = [(project, presenting.chip(project, request.user)) for project in found]
    context = {
        "filters": filters,
        "chips": chips_of(filters, request.GET),
        "page": page,
        "rows": rows,
        "sort": sort,
        "may_export": not rights_of(request.user).has(*SCHOOL_ROLES),
    }
    return render_partial(request, "brands/project_list.html", "results", context)


def visible_project(request: HttpRequest, pk: int) -> Project:
    projects_ = projects_for(request.user).select_related(
        "batch", "organisation__school", "organisation__area", "area", "place"
    )
    return get_object_or_404(projects_.prefetch_related("batch__stages"), pk=pk)


@require_GET
def project_detail(request: HttpRequest, pk: int) -> HttpResponse:
    project = visible_project(request, pk)
    return render(request, "brands/project.html", detail_context(request, project))


def detail_context(request: HttpRequest, project: Project) -> dict[str, Any]:
    form = spec.form_of(project.batch)
    editable = bool(may_edit(request.user, project))
    return {
        "project": project,
        "chip": presenting.chip(project, request.user),
        "rail": presenting.stage_rail(project, request.user),
        "facts": _facts(project, request.user),
        "registry": presenting.registry_facts(project),
        "who_asks": presenting.who_asks(project.batch),
        "editable": editable,
        "tasks": _tasks(project, form) if editable else [],
        "sections": [(s, spec.answers(project, s)) for s in form.sections],
        "files": _files(project, editable),
        "max_files": attachments.MAX_FILES,
        "events": presenting.timeline(project, request.user),
        "actions": actions_for(project, request.user),
        "checklist": checking.CHECKLIST[project.batch.programme],
        "returned": _return_note(project),
        "is_tracked": not project.batch.is_brand and project.status in presenting.TRACKED,
    }


def _facts(project: Project, user: Any) -> list[tuple[Any, ...]]:
    facts: list[tuple[Any, ...]] = []
    if project.is_editable and project.return_due_at:
        facts.append(("修改截止", windows.words(project.return_due_at)))
    elif project.is_editable:
        window = windows.stage_of(project.batch, "apply")
        facts.append(("申报截止", windows.words(window.closes_at) if window else "未设"))
    facts.append(("申报单位", project.organisation.short))
    facts.append(("受理编号", project.number or "提交后生成"))
    facts.append(("批次", project.batch.title))
    if sees_results(user) and project.score is not None:
        facts.append(("评审得分", project.score, f"第{project.rank}名" if project.rank else ""))
    return facts


def _tasks(project: Project, form: spec.FormSpec) -> list[dict[str, Any]]:
    tasks = []
    for section in form.sections:
        gaps = spec.gaps(project, section)
        tasks.append(
            {
                "name": section.title,
                "why": section.why,
                "due": f"还差 {len(gaps)} 项" if gaps else "",
                "url": reverse("brands:project-section", args=[project.pk, section.key]),
                "tone": "warn" if gaps else "good",
                "done": not gaps,
                "days_left": None,
            }
        )
    return tasks


def _files(project: Project, editable: bool) -> list[dict[str, Any]]:
    return [
        {
            "name": file.name,
            "size": file.size,
            "who": file.by.name,
            "at": file.at,
            "url": reverse("brands:attachment", args=[file.pk]),
            "delete_url": (reverse("brands:attachment-delete", args=[file.pk]) if editable else ""),
        }
        for file in project.attachments.select_related("by")
    ]


def _return_note(project: Project) -> str:
    if project.status != "returned":
        return ""
    event = project.events.filter(target="returned").order_by("-at", "-pk").first()
    return event.note if event else ""


def actions_for(project: Project, user: Any) -> list[Any]:
    """The moves of this stretch that the table opens to this person; later ones have own pages."""
    return [t for t in workflow_of(project).open_to(project, user) if t.name in OWN_MOVES]


OWN_MOVES = frozenset(
    {
        "submit", "withdraw", "revive", "recommend", "unrecommend", "not_recommend",
        "district_return", "accept", "return", "reject",
    }
)  # fmt: skip


@require_POST
def project_new(request: HttpRequest) -> HttpResponse:
    """Begin the own unit's application in the batch named by `batch`; or go on with the old one."""
    key = request.POST.get("batch", "")
    batches = Batch.objects.visible_to(request.user).prefetch_related("stages")
    batch = get_object_or_404(batches, pk=int(key) if key.isdecimal() else 0)
    verdict = may_start(request.user, batch)
    verdict.require()
    unit = unit_of(request.user)
    assert unit is not None
    project = projects.start_project(batch, organisation=unit, by=request.user, via=verdict.via)
    return redirect("brands:project", project.pk)


@require_http_methods(["GET", "POST"])
def project_section(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    project = visible_project(request, pk)
    form_spec = spec.form_of(project.batch)
    section = form_spec.section(key)
    if section is None:
        raise Http404
    verdict = may_edit(request.user, project)
    if not verdict and not (verdict.conflict and request.method == "POST"):
        verdict.require()
    form = SectionForm(request.POST or None, section=section, project=project)
    conflict = ""
    if request.method == "POST" and form.is_valid():
        try:
            projects.save_section(
                project,
                form.answers(),
                version=form.cleaned_data["version"],
                by=request.user,
                via=verdict.via,
            )
        except Conflict as error:
            conflict = str(error)
            project = visible_project(request, pk)
            data = request.POST.copy()
            data["version"] = str(project.version)
            form = SectionForm(data, section=section, project=project)
        else:
            messages.success(request, f"“{section.title}”已保存。")
            return redirect(*_after_save(request, project, form_spec, section))
    context = {
        "project": project,
        "section": section,
        "form": form,
        "conflict": conflict,
        "theirs": spec.answers(project, section) if conflict else [],
        "registry": presenting.registry_facts(project),
        "who_asks": presenting.who_asks(project.batch),
    }
    return render(request, "brands/project_section.html", context, status=409 if conflict else 200)


def _after_save(
    request: HttpRequest, project: Project, form: spec.FormSpec, section: spec.Section
) -> tuple[Any, ...]:
    """保存草稿 stays with the list of sections; 保存并继续 goes to the next one, then to the check."""
    if "save" in request.POST:
        return ("brands:project", project.pk)
    keys = [each.key for each in form.sections]
    following = keys[keys.index(section.key) + 1 :]
    if following:
        return ("brands:project-section", project.pk, following[0])
    return ("brands:project-review", project.pk)


@require_GET
def project_review(request: HttpRequest, pk: int) -> HttpResponse:
    """核对: every answer on one page, with its gaps, before it goes out."""
    project = visible_project(request, pk)
    may_edit(request.user, project).require()
    form = spec.form_of(project.batch)
    context = {
        "project": project,
        "registry": presenting.registry_facts(project),
        "sections": [(s, spec.answers(project, s)) for s in form.sections],
        "gaps": spec.gaps(project),
        "files": _files(project, editable=False),
        "verdict": workflow_of(project)["submit"].decide(project, request.user),
    }
    return render(request, "brands/project_review.html", context)


@require_GET
def project_receipt(request: HttpRequest, pk: int) -> HttpResponse:
    project = visible_project(request, pk)
    is_member_of(request.user, project).require()
    if project.submitted_at is None:
        raise Http404
    context = {"project": project, "chip": presenting.chip(project, request.user)}
    return render(request, "brands/project_receipt.html", context)
