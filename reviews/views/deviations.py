"""Reviews far from the others: staff ask, the reviewer explains, who may see scores reads it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reviews.forms import ReasonForm, typed
from reviews.models import Assignment, EarlierScore
from reviews.permissions import can_ask, can_explain, can_see_scores
from reviews.results import deviating
from reviews.views.judging import visible_assignment
from reviews.views.rounds import visible_round

ROWS_A_PAGE = 50


@require_GET
def deviations(request: HttpRequest, pk: int) -> HttpResponse:
    round = visible_round(request, pk)
    earlier = EarlierScore.objects.visible_to(request.user).filter(assignment__entry__round=round)
    context = {
        "round": round,
        "page": Paginator(deviating.deviations(round), ROWS_A_PAGE).get_page(
            request.GET.get("page")
        ),
        "may_see_scores": can_see_scores(request.user, round),
        "may_ask": can_ask(request.user, round),
        "earlier": earlier.select_related(
            "assignment__entry__project", "assignment__reviewer", "by"
        ).defer("assignment__comment", "assignment__entry__project__content"),
    }
    return render(request, "reviews/deviations.html", context)


@require_POST
def review_ask(request: HttpRequest, pk: int) -> HttpResponse:
    assignments = Assignment.objects.supervised_by(request.user).select_related("entry__round")
    assignment = get_object_or_404(assignments, pk=pk)
    deviating.ask(assignment, by=request.user)
    messages.success(request, "已请专家说明评分理由。专家只知道评分相差较大，不知道别人的分数。")
    return redirect("reviews:deviations", assignment.entry.round_id)


@require_http_methods(["GET", "POST"])
def review_explain(request: HttpRequest, pk: int) -> HttpResponse:
    assignment = visible_assignment(request, pk)
    can_explain(request.user, assignment).require()
    form = ReasonForm(typed(request))
    if form.is_valid():
        deviating.explain(assignment, form.cleaned_data["reason"], by=request.user)
        messages.success(request, "已提交评分理由，谢谢。")
        return redirect("reviews:review", assignment.pk)
    context = {
        "assignment": assignment,
        "form": form,
        "heading": "说明评分理由",
        "cancel_url": reverse("reviews:review", args=[assignment.pk]),
        "points": [
            "您的评分与其他专家相差较大，局里请您写明理由。评分不必改动。",
            "理由供审定参考，申报单位看不到。认为评分需要修改的，请与局工作人员联系退回。",
        ],
    }
    return render(request, "reviews/move.html", context)
