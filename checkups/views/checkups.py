"""A school's check: list, fill, look over, submit; and the review of the level above."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from checkups import cycles, presenting, scoring, services
from checkups.forms import AnswerForm
from checkups.models import FILLABLE, Checkup, Cycle, Group, Rectification
from checkups.permissions import can_fill, can_read_answers
from checkups.prefill import suggestions
from foundation import clock
from foundation.workdays.deadlines import days_left
from foundation.workflow.engine import workflow_of
from foundation.workflow.requests import perform_posted
from schools.rights import SCHOOL_ROLES, rights_of


def _checkup(request: HttpRequest, pk: int) -> Checkup:
    visible = Checkup.objects.visible_to(request.user).for_list()
    return get_object_or_404(visible.select_related("cycle__template", "submitted_by"), pk=pk)


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


@require_GET
def checkup_list(request: HttpRequest) -> HttpResponse:
    """A school's own checks; for the levels above, the quarters."""
    rights = rights_of(request.user)
    if not rights.has(*SCHOOL_ROLES):
        quarters = Paginator(Cycle.objects.visible_to(request.user), 20).get_page(
            request.GET.get("page")
        )
        context = {"page": quarters, "next": cycles.next_opening(clock.today())}
        return render(request, "checkups/cycle_list.html", context)
    own = Checkup.objects.visible_to(request.user).filter(
        rights.reach("organisation__", SCHOOL_ROLES)
    )
    page = Paginator(own.for_list(), 20).get_page(request.GET.get("page"))
    current = [checkup for checkup in page if checkup.status in FILLABLE]
    tasks = [_task(checkup) for checkup in current]
    context = {"page": page, "tasks": tasks, "next": cycles.next_opening(clock.today())}
    return render(request, "checkups/checkup_list.html", context)


def _task(checkup: Checkup) -> dict[str, Any]:
    return {
        "name": f"填报{checkup.cycle}体检",
        "why": f"{checkup.organisation.short}：{checkup.get_status_display()}",
        "due": checkup.awaited_by,
        "url": reverse("checkups:checkup", args=[checkup.pk]),
        "tone": "bad" if checkup.is_overdue else "wait",
        "done": False,
    }


def _facts(checkup: Checkup, lines: list[Any]) -> dict[str, Any]:
    """Deadline and progress, shown above every page of the check."""
    factors = checkup.cycle.template.grade_factors
    done = sum(scoring.is_answered(i.kind, answer, factors) for i, answer in lines)
    return {
        "done": done,
        "total": len(lines),
        "left": len(lines) - done,
        "due": checkup.awaited_by,
        "days_left": days_left(checkup.cycle.due_on),
        "filed": not checkup.is_fillable,
        "late": presenting.late_words(checkup),
        "tone": presenting.tone_of(checkup.status),
    }


@require_GET
def checkup_detail(request: HttpRequest, pk: int) -> HttpResponse:
    checkup = _checkup(request, pk)
    factors = checkup.cycle.template.grade_factors
    lines = services.answered_lines(checkup)
    may_fill = bool(can_fill(request.user, checkup))
    known = suggestions(checkup.organisation, checkup.cycle) if may_fill else {}
    context = {
        "checkup": checkup,
        "facts": _facts(checkup, lines),
        "readable": can_read_answers(request.user, checkup),
        "groups": presenting.groups_of(lines, factors, known),
        "may_fill": may_fill,
        "transitions": [
            transition
            for transition in workflow_of(checkup).open_to(checkup, request.user)
            if transition.name != "submit"
        ],
        "rectifications": Rectification.objects.visible_to(request.user).filter(checkup=checkup),
        "events": presenting.timeline(checkup.events.select_related("by")),
    }
    return render(request, "checkups/checkup_detail.html", context)


@require_http_methods(["GET", "POST"])
@transaction.atomic
def checkup_group(request: HttpRequest, pk: int, group: str) -> HttpResponse:
    """One group of indicators, as a form. What was typed survives every refusal."""
    checkup = _checkup(request, pk)
    if group not in Group.values:
        raise Http404
    if request.method == "POST":
        # Locked: nobody may submit the check, or save it too, between this check and the save.
        checkups = Checkup.objects.select_related("cycle__template", "organisation__school")
        checkup = checkups.select_for_update(of=("self",)).get(pk=checkup.pk)
    can_fill(request.user, checkup).require()
    known = suggestions(checkup.organisation, checkup.cycle)
    forms = [
        AnswerForm(
            request.POST or None,
            indicator=indicator,
            checkup=checkup,
            answer=answer,
            suggestion=known.get(indicator.source),
        )
        for indicator, answer in services.answered_lines(checkup)
        if indicator.group == group
    ]
    stale = (
        request.method == "POST" and _number(request.POST.get("revision", "")) != checkup.revision
    )
    valid = [form.is_valid() for form in forms]  # Each is asked, so each shows its errors.
    if request.method == "POST" and all(valid) and not stale:
        _save(checkup, forms)
        messages.success(request, f"{group}类已保存。")
        following = _next_group(group) if "next" in request.POST else ""
        if following:
            return redirect("checkups:checkup-group", pk, following)
        return redirect("checkups:checkup", pk)
    context = {
        "checkup": checkup,
        "group": group,
        "label": Group(group).label,
        "forms": forms,
        "stale": stale,
        "next": _next_group(group),
    }
    return render(request, "checkups/checkup_group.html", context, status=409 if stale else 200)


def _save(checkup: Checkup, forms: list[AnswerForm]) -> None:
    for form in forms:
        form.save(checkup, checkup.cycle.template.grade_factors)
    checkup.revision += 1
    checkup.save(update_fields=["revision"])


def _next_group(group: str) -> str:
    index = Group.values.index(group) + 1
    return Group.values[index] if index < len(Group.values) else ""


@require_GET
def checkup_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Look it all over before submitting: what is missing, what it would come to."""
    checkup = _checkup(request, pk)
    can_fill(request.user, checkup).require()
    factors = checkup.cycle.template.grade_factors
    lines = services.answered_lines(checkup)
    facts = _facts(checkup, lines)
    context = {
        "checkup": checkup,
        "facts": facts,
        "groups": presenting.groups_of(lines, factors),
        "score": None if facts["left"] else services.score_of(lines, factors),
        "submit": workflow_of(checkup)["submit"].decide(checkup, request.user),
        "hidden": [("version", checkup.version), ("revision", checkup.revision)],
        "consequences": _consequences(checkup, lines),
    }
    return render(request, "checkups/checkup_check.html", context)


def _consequences(checkup: Checkup, lines: list[Any]) -> list[str]:
    factors = checkup.cycle.template.grade_factors
    failed = sum(a is not None and scoring.is_failed(i.kind, a, factors) for i, a in lines)
    who = "局工作人员" if checkup.organisation.is_direct else "区（市）教育工委"
    said = [f"提交后由{who}审核，审核前不能再修改。"]
    if failed:
        said.append(f"有{failed}项未达标，审核后将进入整改台账。")
    if checkup.is_overdue:
        said.append("已过截止时间，本次提交记为补报。")
    return said


@require_POST
def checkup_transition(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    checkup = _checkup(request, pk)
    extra: dict[str, Any] = {}
    if name == "submit":
        extra["revision"] = _number(request.POST.get("revision", ""))
    perform_posted(request, checkup, name, **extra)
    messages.success(request, f"当前状态：{checkup.get_status_display()}。")
    return redirect("checkups:checkup", pk)
