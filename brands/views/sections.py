"""A section of the application: filled in, saved by itself while one writes, saved by a press."""

import json
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from brands import filing, presenting
from brands.forms import spec
from brands.forms.drawn import drawn_with
from brands.forms.fields import TITLE
from brands.forms.section import SectionForm
from brands.models import Project
from brands.permissions import may_edit
from brands.services import attachments, projects, remarks, saving
from brands.views.projects import visible_project
from foundation.verdict import Conflict, Forged

MOVED_ON = "您打开页面之后，{names}已被他人修改。"


@require_http_methods(["GET", "POST"])
def project_section(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    project = visible_project(request, pk)
    section = _section_of(project, key)
    verdict = may_edit(request.user, project)
    if not (verdict.conflict and request.method == "POST"):  # What was typed is shown again.
        verdict.require()
    pinned = remarks.live(project)
    form = SectionForm(request.POST or None, section=section, project=project, remarks=pinned)
    conflict, others_saved, theirs = verdict.reason, False, spec.answers(project, section)
    if request.method == "POST":
        form.refuse_unknown()
    if request.method == "POST" and verdict and form.is_valid():
        try:
            remarks.refuse_locked(project, form.sent(), by=request.user, via=verdict.via)
            outcome = saving.save_section(
                project,
                form.changed(),
                versions=form.versions(),
                by=request.user,
                via=verdict.via,
            )
        except Conflict as error:
            conflict, project = str(error), visible_project(request, pk)
            theirs = spec.answers(project, section)
        else:
            if not outcome.conflicts and not outcome.errors:
                messages.success(request, f"“{section.title}”已保存。")
                for words in outcome.warnings.values():
                    messages.warning(request, words)
                return redirect(*_after_save(request, project, section))
            conflict, others_saved = _words(outcome, section), bool(outcome.saved)
            theirs = [a for a in spec.answers(project, section) if a.field.key in outcome.conflicts]
        form = SectionForm(
            _known_now(request, project, section), section=section, project=project, remarks=pinned
        )
    open_files = _show_files(request, project, form)
    context = {
        "project": project,
        "section": section,
        "form": form,
        "conflict": conflict,
        "is_locked": not project.is_editable,
        "others_saved": others_saved,
        "theirs": theirs if conflict else [],
        "registry": presenting.registry_facts(project),
        "who_asks": presenting.who_asks(project.batch),
        "uploads": filing.uploads_of(project, request.user, open_files) if open_files else None,
        "autosave": _facts_for_script(request, project, form) if project.is_editable else None,
    }
    return render(request, "brands/project_section.html", context, status=409 if conflict else 200)


def _show_files(request: HttpRequest, project: Project, form: SectionForm) -> list[str]:
    """The section's files in their places; the fields that may take more now."""
    items = form.section.files
    if not items:
        return []
    rows = filing.file_rows(project, request.user, editable=project.is_editable)
    room = str(attachments.room_of(project, sum(row["size"] for row in rows)))
    open_ = [i.key for i in items if project.is_editable and not form.fields[i.key].disabled]
    for item in items:
        own = [row for row in rows if row["field"] == item.key]
        form.show_files(item.key, own, may_change=item.key in open_, room=room)
    return open_


def _section_of(project: Project, key: str) -> spec.Section:
    section = spec.form_of(project.batch).section(key)
    if section is None:
        raise Http404
    return section


def _words(outcome: saving.Outcome, section: spec.Section) -> str:
    """Why not all of it was saved."""
    labels = [f"“{item.label}”" for item in section.fields if item.key in outcome.conflicts]
    moved = MOVED_ON.format(names="、".join(labels)) if labels else ""
    return "".join([moved, *outcome.errors.values()])


def _known_now(request: HttpRequest, project: Project, section: spec.Section) -> Any:
    """What was typed, on a page that has seen the others' changes: saving again prefers it."""
    data = request.POST.copy()
    data["drawn"] = json.dumps(drawn_with(project, [item.key for item in section.written]))
    return data


def _facts_for_script(request: HttpRequest, project: Project, form: SectionForm) -> dict[str, Any]:
    """What autosave.js needs; `unsaved` are the fields that show what is not stored."""
    return {
        "url": reverse("brands:project-autosave", args=[project.pk, form.section.key]),
        "login": resolve_url("accounts:login"),
        "user": request.user.pk,
        "username": request.user.get_username(),
        "project": project.pk,
        "fields": {item.key: item.label for item in form.open_fields},
        "unsaved": form.unsaved(),
        "warnings": _warnings(project, form),
    }


def _warnings(project: Project, form: SectionForm) -> dict[str, str]:
    """What is stored but will not do, by field: the page says so as soon as it is there."""
    asks_title = any(item.key == TITLE for item in form.open_fields)
    words = projects.taken_title(project) if asks_title else ""
    return {TITLE: words} if words else {}


def _after_save(request: HttpRequest, project: Project, section: spec.Section) -> tuple[Any, ...]:
    """保存草稿 stays with the list of sections; 保存并继续 goes to the next one, then to the check."""
    if "save" in request.POST:
        return ("brands:project", project.pk)
    keys = [each.key for each in spec.form_of(project.batch).sections]
    following = keys[keys.index(section.key) + 1 :]
    if following:
        return ("brands:project-section", project.pk, following[0])
    return ("brands:project-review", project.pk)


@require_POST
def project_autosave(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """The fields named by `field`, from a script: what was saved, what moved on, what is refused."""
    project = visible_project(request, pk)
    section = _section_of(project, key)
    verdict = may_edit(request.user, project)
    if not verdict:
        return _refused(verdict.reason, 409 if verdict.conflict else 403)
    if request.POST.get("user") != str(request.user.pk):
        return _refused("本机已换成他人登录，请重新登录。", 401)
    sent = request.POST.getlist("field")
    part = replace(section, fields=tuple(item for item in section.fields if item.key in sent))
    form = SectionForm(request.POST, section=part, project=project)
    form.full_clean()
    try:
        form.refuse_unknown()
    except Forged as forged:
        return _refused(str(forged), 400, is_forged=True)
    if "drawn" in form.errors or not part.fields:
        return _refused("页面不完整，请刷新后再填写。", 400, is_forged=True)
    try:
        remarks.refuse_locked(project, form.sent(), by=request.user, via=verdict.via)
        outcome = saving.save_fields(
            project, form.changed(), versions=form.versions(), by=request.user
        )
    except Conflict as error:
        return _refused(str(error), 409)
    return JsonResponse(_told(outcome, form, request.user))


def _refused(reason: str, status: int, *, is_forged: bool = False) -> HttpResponse:
    response = JsonResponse({"reason": reason}, status=status)
    if is_forged or status == 403:
        response.refusal = reason  # type: ignore[attr-defined]
    return response


def _told(outcome: saving.Outcome, form: SectionForm, user: Any) -> dict[str, Any]:
    conflicts = {
        key: {
            "version": moved.version,
            "value": moved.value,
            "who": "您在另一个窗口" if moved.by == user.pk else moved.who,
        }
        for key, moved in outcome.conflicts.items()
    }
    errors = {key: [str(error) for error in errors] for key, errors in form.errors.items()}
    errors |= {key: [error] for key, error in outcome.errors.items()}
    return {
        "saved": outcome.saved,
        "conflicts": conflicts,
        "errors": errors,
        "warnings": outcome.warnings,
    }
