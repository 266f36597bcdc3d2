"""One review: the material beside the criteria; draft, submission, recusal, files."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from foundation.audit.services import record
from foundation.htmx import wants_json
from foundation.uploads import serve
from foundation.verdict import Conflict, Verdict
from foundation.workdays.deadlines import days_left
from foundation.workflow.engine import workflow_of
from foundation.workflow.requests import version_seen
from reviews import content, seeing, services
from reviews.declaring import to_declare
from reviews.forms import ReasonForm, ScoreForm, typed
from reviews.forms_pool import DeclarationForm
from reviews.models import Assignment, AssignmentStatus, Pledge
from reviews.permissions import can_score, may_open
from reviews.results import deviating
from reviews.views.rounds import ask


def visible_assignment(request: HttpRequest, pk: int) -> Assignment:
    """As `Assignment.objects.visible_to`, with what its pages show."""
    return _found(seeing.sheet(request.user, pk))


def _found(assignment: Assignment | None) -> Assignment:
    if assignment is None:
        raise Http404
    return assignment


def _pledge_first(request: HttpRequest, assignment: Assignment, verdict: Verdict) -> HttpResponse:
    """403 with its reason, and the pledge to sign on the same page."""
    round = assignment.entry.round
    made = Pledge.objects.filter(reviewer=request.user.pk, round=round).first()
    address = reverse("reviews:pledge", args=[round.pk])
    query = urlencode({"next": reverse("reviews:review", args=[assignment.pk])})
    context = {
        "round": round,
        "form": DeclarationForm(
            assignments=list(to_declare(round, request.user)), is_blind=round.is_blind
        ),
        "made": made,
        "reason": verdict.reason,
        "action": f"{address}?{query}",
    }
    return render(request, "reviews/pledge.html", context, status=403)


@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    if request.method == "POST":
        return _posted(request, pk)
    assignment = visible_assignment(request, pk)
    pledged = may_open(request.user, assignment)
    if not pledged:
        return _pledge_first(request, assignment, pledged)
    return _page(request, assignment, ScoreForm(assignment=assignment))


def _posted(request: HttpRequest, pk: int) -> HttpResponse:
    assignment = _found(seeing.to_score(request.user, pk))
    pledged = may_open(request.user, assignment)
    if wants_json(request):
        return _autosave(request, assignment, pledged)
    if not pledged:
        return _pledge_first(request, assignment, pledged)
    return _save(request, assignment)


def _autosave(request: HttpRequest, assignment: Assignment, opened: Verdict) -> JsonResponse:
    """From the page's script: the version saved, or why not. The draft is kept as a whole."""
    if request.POST.get("user") != str(request.user.pk):
        return JsonResponse({"reason": "本机已换成他人登录，请重新登录。"}, status=401)
    verdict = opened and can_score(request.user, assignment)
    if not verdict:
        status = 409 if verdict.conflict else 403
        return JsonResponse({"reason": verdict.reason}, status=status)
    form = ScoreForm(request.POST, assignment=assignment)
    if not form.is_valid():
        errors = [str(words) for fault in form.errors.values() for words in fault]
        return JsonResponse({"errors": errors}, status=422)
    comment = form.cleaned_data["comment"]
    try:
        services.save_scores(
            assignment, form.values, comment, by=request.user, version=version_seen(request)
        )
    except Conflict as conflict:
        if not services.is_saved(assignment, form.values, comment):
            return JsonResponse({"reason": str(conflict)}, status=409)
    return JsonResponse({"version": assignment.version})


def _save(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    """Keep the draft; then on to the confirmation, to the next entry, or stay."""
    form = ScoreForm(request.POST, assignment=assignment)
    if not form.is_valid():
        return _page(request, assignment, form)
    try:
        services.save_scores(
            assignment,
            form.values,
            form.cleaned_data["comment"],
            by=request.user,
            version=version_seen(request),
        )
    except Conflict as conflict:
        return _stale(request, assignment, str(conflict))
    if "submit" in request.POST:
        form.check_complete()
        if form.errors:
            fresh = ScoreForm(_with_version(request, assignment), assignment=assignment)
            if fresh.is_valid():
                fresh.check_complete()
            return _page(request, assignment, fresh)
        return redirect("reviews:review-submit", assignment.pk)
    messages.success(request, "草稿已保存，提交之前可以随时修改。")
    key: int | None = assignment.pk
    if "next" in request.POST:
        key = seeing.following(request.user, assignment.pk)
    return redirect("reviews:review", key) if key else redirect("reviews:desk")


def _with_version(request: HttpRequest, assignment: Assignment) -> Any:
    """What was typed, ready to be saved over the version that is there now."""
    posted = request.POST.copy()
    posted["version"] = str(assignment.version)
    return posted


def _stale(request: HttpRequest, assignment: Assignment, reason: str) -> HttpResponse:
    """409, and what was typed is still on the page."""
    assignment.refresh_from_db(fields=["version", "status"])
    form = ScoreForm(_with_version(request, assignment), assignment=assignment)
    return _page(request, assignment, form, reason=reason)


def _page(
    request: HttpRequest, assignment: Assignment, form: ScoreForm, reason: str = ""
) -> HttpResponse:
    entry = assignment.entry
    context = {
        "assignment": assignment,
        "entry": entry,
        "round": entry.round,
        "form": form,
        "reason": reason,
        "sections": content.sections_of(entry),
        "files": content.files_of(assignment),
        "may_score": can_score(request.user, assignment),
        "may_recuse": workflow_of(assignment)["recuse"].decide(assignment, request.user),
        "days_left": days_left(entry.round.closes_at),
        "explains": assignment.status == AssignmentStatus.SUBMITTED
        and deviating.waiting_for(assignment) is not None,
        "has_next": seeing.following(request.user, assignment.pk) is not None,
        "scoring": {
            "login": resolve_url("accounts:login"),
            "user": request.user.pk,
            "username": request.user.get_username(),
            "review": assignment.pk,
        },
    }
    return render(request, "reviews/review.html", context, status=409 if reason else 200)


@require_http_methods(["GET", "POST"])
def review_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Restates the total, then locks what was saved."""
    assignment = visible_assignment(request, pk)
    if request.method == "POST":
        services.submit_review(assignment, by=request.user, version=version_seen(request))
        messages.success(request, f"{assignment.entry}的评分已提交。")
        return redirect("reviews:desk")
    submit = workflow_of(assignment)["submit"]
    submit.decide(assignment, request.user).require()
    total = submit.change(assignment)["total"]
    return ask(
        request,
        "提交评分",
        assignment,
        title=f"提交对{assignment.entry}的评分",
        consequences=[
            f"总分{total}分（满分{assignment.entry.round.rubric.full_marks}分）。",
            "提交后锁定，不能自行修改；确需修改，请局工作人员退回。",
        ],
        submit_label="确认提交",
        hidden=[("version", assignment.version)],
    )


@require_http_methods(["GET", "POST"])
def review_recuse(request: HttpRequest, pk: int) -> HttpResponse:
    """No pledge needed: a tie may show in the name of the school alone."""
    assignment = visible_assignment(request, pk)
    workflow_of(assignment)["recuse"].decide(assignment, request.user).require()
    form = ReasonForm(typed(request))
    if form.is_valid():
        services.recuse(
            assignment,
            form.cleaned_data["reason"],
            by=request.user,
            version=version_seen(request),
        )
        messages.success(request, "已回避。局里会另请专家评审该项目。")
        return redirect("reviews:desk")
    context = {
        "assignment": assignment,
        "form": form,
        "heading": "申请回避",
        "cancel_url": reverse("reviews:review", args=[assignment.pk]),
        "points": [
            "回避后不再看到该项目，已填写的评分不计入结果。",
            "局工作人员和纪检监督可以看到回避理由。",
        ],
    }
    return render(request, "reviews/move.html", context)


@require_GET
def review_file(request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
    assignment = visible_assignment(request, pk)
    return _hand_over(request, assignment, content.attachments_of(assignment.entry), file)


@require_GET
def review_progress_file(request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
    assignment = visible_assignment(request, pk)
    return _hand_over(request, assignment, content.progress_of(assignment.entry), file)


def _hand_over(
    request: HttpRequest, assignment: Assignment, files: Any, key: int
) -> HttpResponseBase:
    verdict = may_open(request.user, assignment)
    file = get_object_or_404(files, pk=key)
    verdict.require()
    record("download", by=request.user, obj=file, assignment=assignment.pk)
    return serve(file.stored, filename=file.name, content_type=file.content_type)
