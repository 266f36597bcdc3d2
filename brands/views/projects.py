"""A project: list, detail, the sections of its form, submission and every move."""

from typing import Any

from django.contrib import messages
from django.db.models import BigAutoField, OuterRef, QuerySet, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from brands import presenting
from brands.comparing import Comparison, compare
from brands.exporting import DIRECT_ROWS
from brands.filing import file_rows, uploads_of
from brands.forms import spec
from brands.forms.filters import (
    LABELS,
    ProjectFilterForm,
    Wanted,
    chips_of,
    choices_for,
    line_of,
)
from brands.forms.takes import Limits
from brands.links import links_of_project
from brands.listing import page_of
from brands.models import (
    Batch,
    NegativeEvent,
    Project,
    ProjectEvent,
    ProjectStatus,
    ProjectVersion,
    Remark,
    Stage,
)
from brands.models.project import EVENTS
from brands.permissions import (
    applicant_of,
    is_member_of,
    may_change_files,
    may_edit,
    may_manage_batches,
    may_show_phone,
    may_start,
    sees_results,
)
from brands.services import attachments, lateness, projects, remarks, windows
from brands.services.bulk import moves_of
from brands.services.returning import answers_a_return
from brands.timeline import mark, marks, timeline
from brands.views.stamping import stamp_context
from foundation.htmx import render_partial
from foundation.pieces import goes_on
from foundation.statements import CountOf, Slot, Whole, composed_once
from foundation.uploads import ALL_KINDS
from foundation.verdict import Conflict
from foundation.workflow.engine import workflow_of
from schools.models import Role
from schools.rights import SCHOOL_ROLES, Standing, rights_of, standing_of


@require_GET
def project_list(request: HttpRequest) -> HttpResponse:
    choices, sort = choices_for(request.user), request.GET.get("sort", "")
    wanted: Wanted | None = Wanted()
    chips = []
    if request.GET.keys() & LABELS:
        filters = ProjectFilterForm(request.GET, choices=choices)
        wanted, chips = filters.wanted(), chips_of(filters, request.GET)
    page = page_of(request.user, wanted, sort, request.GET.get("page", ""))
    rows = page.object_list
    is_clerk = rights_of(request.user).has(Role.BUREAU)
    may_pick = is_clerk and any(row.awaits_check for row in rows)
    context = {
        "is_clerk": is_clerk,  # The script comes along: another filter may bring rows to tick.
        "may_pick": may_pick,
        "picks": moves_of(Role.BUREAU) if may_pick else [],
        "line": line_of(choices, request.GET),
        "q": request.GET.get("q", ""),
        "chips": chips,
        "page": page,
        "rows": rows,
        "sort": sort,
        "rest": _rest(request.GET),
        "may_export": not rights_of(request.user).has(*SCHOOL_ROLES),
        "is_long": goes_on(page) or page.paginator.count > DIRECT_ROWS,
    }
    return render_partial(request, "brands/project_list.html", "results", context)


def _rest(params: QueryDict) -> str:
    """What an address keeps when the order changes, each parameter as "name=value&"."""
    rest = params.copy()
    for name in ("sort", "page"):
        rest.pop(name, None)
    return f"{rest.urlencode()}&" if rest else ""


Sections = list[tuple[spec.Section, list[spec.Answer]]]
NEWEST = 10  # Lines of the time line beside the project.
AT_THE_CHECK = (ProjectStatus.RECOMMENDED, ProjectStatus.FORMAL_CHECK, ProjectStatus.PRECHECK)


_WHOLE = Whole(
    Project,
    *("batch", "batch__programme", "batch__form", "area", "place", "lead"),
    *("organisation", "organisation__school", "organisation__area"),
)


@composed_once
def _seen(standing: Standing) -> QuerySet[Any, tuple[Any, ...]]:
    seen = Project.objects.visible_to(standing).filter(pk=Slot("pk", BigAutoField()))
    versions = ProjectVersion.objects.filter(project=OuterRef("pk")).order_by().values("pk")
    return seen.order_by().values_list(*_WHOLE.columns, CountOf(versions), *marks().values())


def visible_project(request: HttpRequest, pk: int) -> Project:
    """With all that hangs on it, its batch's windows, and what its time line need not ask for."""
    found = _seen(standing_of(request.user), pk=pk)
    if not found:
        raise Http404
    project: Project = _WHOLE.of(found[0])
    project.version_count, *marked = found[0][len(_WHOLE.columns) :]
    mark(project, marked)
    prefetch_related_objects([project], "batch__stages")
    return project


@require_GET
def project_detail(request: HttpRequest, pk: int) -> HttpResponse:
    project = visible_project(request, pk)
    return render(request, "brands/project.html", detail_context(request, project))


def detail_context(
    request: HttpRequest, project: Project, *, full_phone: bool = False
) -> dict[str, Any]:
    """`full_phone` for whoever has asked for it; the unit's own people read it always."""
    full_phone = full_phone or bool(is_member_of(request.user, project))
    prefetch_related_objects([project], EVENTS)
    form = spec.form_of(project.batch)
    editable = bool(may_edit(request.user, project))
    may_file = bool(may_change_files(request.user, project))
    changes = _changes(project, request.user, editable, full_phone)
    files = file_rows(project, request.user, editable=editable)
    sections = [(s, spec.answers(project, s, full_phone=full_phone)) for s in form.sections]
    return {
        "project": project,
        "chip": presenting.chip(project, request.user),
        "links": links_of_project(project, request.user),
        "rail": presenting.stage_rail(project, request.user),
        "facts": _facts(project, request.user),
        **changes,
        "may_extend": project.status == ProjectStatus.DISTRICT_REVIEW
        and bool(may_manage_batches(request.user)),
        "registry": presenting.registry_facts(project),
        "who_asks": presenting.who_asks(project.batch),
        "source_files": list(project.batch.source_files.all()) if editable else [],
        "editable": editable,
        "tasks": _tasks(project, form) if editable else [],
        "sections": _unchanged(sections, changes["comparison"])
        if changes["reads_changes"]
        else sections,
        "may_show_phone": bool(may_show_phone(request.user, project)),
        "files": files,
        "loose_files": _loose(files, sections),
        "files_title": form.loose_files,
        "uploads": uploads_of(project, request.user, [""]),
        "limits": Limits(ALL_KINDS, attachments.MAX_FILES),
        "room": str(attachments.room_of(project, sum(file["size"] for file in files))),
        **_history(project, request.user),
        "actions": actions_for(project, request.user),
        "checklist": project.batch.asked_at_check,
        "negatives": _negatives(request.user, project),
        "returned": _return_note(project),
        "remarks": _remarks(project, form) if project.status == "returned" else [],
        "may_change_files": may_file,
        "shows_minors": any(file["mark"] for file in files),
        **stamp_context(project, request.user),
        **_tracked(project),
    }


def _loose(files: list[dict[str, Any]], sections: Sections) -> list[dict[str, Any]]:
    """What no field that is asked shows in its place."""
    shown = {answer.field.key for _, answers in sections for answer in answers}
    return [file for file in files if file["field"] not in shown]


def _history(project: Project, user: Any) -> dict[str, Any]:
    """The newest of it; the rest is a page of its own."""
    lines = timeline(project, user)
    return {"events": lines[:NEWEST], "event_count": len(lines)}


def _tracked(project: Project) -> dict[str, Any]:
    """What an established 书记项目, or a named brand, shows besides."""
    if project.status not in {*presenting.TRACKED, ProjectStatus.NAMED}:
        return {"is_tracked": False, "notes": []}
    return {
        "is_tracked": True,
        "notes": presenting.progress_notes(presenting.notes_of(project)),
    }


def _negatives(user: Any, project: Project) -> list[NegativeEvent]:
    """What staff should know at the formal check; nobody below the city sees it."""
    if project.status not in AT_THE_CHECK or not project.organisation.school_id:
        return []
    events = NegativeEvent.objects.visible_to(user).in_effect()
    return list(events.filter(school=project.organisation.school_id).select_related("kind"))


def _changes(project: Project, user: Any, editable: bool, full_phone: bool) -> dict[str, Any]:
    """What the last submission changed: after a correction the checker reads only this, and what
    stayed is folded."""
    if editable or project.version_count < 2:
        return {"comparison": None, "reads_changes": False}
    new, old = project.versions.order_by("-number")[:2]
    return {
        "comparison": compare(project, old, new, full_phone=full_phone),
        "compared": (old, new),
        "reads_changes": not is_member_of(user, project) and answers_a_return(project),
    }


def _unchanged(sections: Sections, comparison: Comparison) -> Sections:
    changed = comparison.changed_keys
    kept = ((s, [a for a in found if a.field.key not in changed]) for s, found in sections)
    return [(section, found) for section, found in kept if found]


def _facts(project: Project, user: Any) -> list[tuple[Any, ...]]:
    facts: list[tuple[Any, ...]] = []
    if project.is_editable and project.return_due_at:
        facts.append(("修改截止", windows.words(project.return_due_at)))
    elif project.is_editable:
        ends = windows.ends_at(project.batch, Stage.APPLY, project)
        facts.append(("申报截止", windows.words(ends) if ends else "未设"))
    facts.append(("申报单位", project.organisation.short))
    facts.append(("受理编号", project.number or "提交后生成"))
    if project.lead and project.lead_for:
        facts.append(("领办书记", project.lead.name))
    facts.append(("批次", project.batch.title))
    if project.is_late:
        facts.append(("提交", "经批准逾期提交"))
    facts += [(event.label, lateness.words(event)) for event in _late(project, user)]
    if sees_results(user) and project.score is not None:
        facts.append(("评审得分", project.score, f"第{project.rank}名" if project.rank else ""))
    return facts


def _late(project: Project, user: Any) -> list[ProjectEvent]:
    sees = sees_results(user)
    late = [event for event in project.events.all() if event.is_late]
    return [event for event in late if sees or event.name in lateness.OPEN]


def _tasks(project: Project, form: spec.FormSpec) -> list[dict[str, Any]]:
    """A line for each section: what is missing in it, or what the remarks ask to correct."""
    pinned = remarks.live(project)
    tasks = []
    for section in form.sections:
        gaps = spec.gaps(project, section)
        asked = [field for field in section.fields if field.key in pinned]
        due = f"还差 {len(gaps)} 项" if gaps else f"{len(asked)} 条修改意见" if asked else ""
        tasks.append(
            {
                "name": section.title,
                "why": "本次不用修改" if pinned and not asked else section.why,
                "due": due,
                "url": reverse("brands:project-section", args=[project.pk, section.key]),
                "tone": "warn" if due else "good",
                "done": not due,
                "days_left": None,
            }
        )
    return tasks


def _remarks(project: Project, form: spec.FormSpec) -> list[dict[str, str]]:
    """What is to be corrected, in the form's order, each with the page where it is done."""
    pinned = remarks.live(project)
    files = reverse("brands:project", args=[project.pk]) + "#files"
    lines = [
        {
            "label": field.label,
            "text": pinned[field.key].text,
            "url": reverse("brands:project-section", args=[project.pk, section.key]),
        }
        for section in form.sections
        for field in section.fields
        if field.key in pinned
    ]
    if remark := pinned.get(Remark.FILES):
        lines.append({"label": form.loose_files, "text": remark.text, "url": files})
    return lines


def _return_note(project: Project) -> str:
    if project.status != "returned":
        return ""
    sent_back = [e for e in project.events.all() if e.target == "returned" and e.name != "extend"]
    return sent_back[-1].note if sent_back else ""


def actions_for(project: Project, user: Any) -> list[Any]:
    """The moves of this stretch that the table opens to this person; later ones have own pages.

    Submitting is the button on top.
    """
    names = OWN_MOVES - {"submit"}
    return [t for t in workflow_of(project).open_to(project, user) if t.name in names]


OWN_MOVES = frozenset(
    {
        "submit", "withdraw", "revive", "recommend", "unrecommend", "not_recommend",
        "district_return", "accept", "return", "reject", "extend", "resume", "lapse",
    }
)  # fmt: skip


@require_POST
def project_new(request: HttpRequest) -> HttpResponse:
    """Begin the own unit's application in the batch named by `batch`; or go on with the old one."""
    key = request.POST.get("batch", "")
    batches = Batch.objects.visible_to(request.user).prefetch_related("stages")
    batch = get_object_or_404(batches, pk=int(key) if key.isdecimal() and len(key) < 19 else 0)
    verdict = may_start(request.user, batch)
    verdict.require()
    unit = applicant_of(request.user, batch)
    assert unit is not None
    try:
        project = projects.start_project(
            batch,
            organisation=unit,
            by=request.user,
            via=verdict.via,
            person=request.POST.get("person", ""),
        )
    except Conflict as error:
        messages.error(request, str(error))
        return redirect("brands:batch", batch.pk)
    return redirect("brands:project", project.pk)


@require_GET
def project_review(request: HttpRequest, pk: int) -> HttpResponse:
    """核对: every answer on one page, with its gaps, before it goes out."""
    project = visible_project(request, pk)
    may_edit(request.user, project).require()
    form = spec.form_of(project.batch)
    sections = [(s, spec.answers(project, s)) for s in form.sections]
    files = file_rows(project, request.user, editable=False)
    context = {
        "project": project,
        "registry": presenting.registry_facts(project),
        "sections": sections,
        "gaps": spec.gaps(project),
        "files": files,
        "loose_files": _loose(files, sections),
        "files_title": form.loose_files,
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
