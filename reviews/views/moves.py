"""What the staff does with one review: send it back, or take the reviewer off."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from foundation.workflow.engine import workflow_of
from foundation.workflow.requests import version_seen
from reviews import services
from reviews.forms import ReasonForm, typed
from reviews.models import Assignment

Service = Callable[..., None]


def _with_reason(
    request: HttpRequest, pk: int, move: str, service: Service, said: str, **page: Any
) -> HttpResponse:
    assignments = Assignment.objects.supervised_by(request.user)
    assignment = get_object_or_404(
        assignments.select_related("entry__round", "entry__project", "reviewer"), pk=pk
    )
    workflow_of(assignment)[move].decide(assignment, request.user).require()
    form = ReasonForm(typed(request))
    if form.is_valid():
        service(
            assignment,
            form.cleaned_data["reason"],
            by=request.user,
            version=version_seen(request),
        )
        messages.success(request, said)
        return redirect("reviews:entry", assignment.entry_id)
    cancel_url = reverse("reviews:entry", args=[assignment.entry_id])
    context = {"assignment": assignment, "form": form, "cancel_url": cancel_url, **page}
    return render(request, "reviews/move.html", context)


@require_http_methods(["GET", "POST"])
def review_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    return _with_reason(
        request,
        pk,
        "reopen",
        services.reopen_review,
        "已退回专家重新评分，原评分已留存。",
        heading="退回重评",
        points=[
            "专家可以修改评分后重新提交，并会收到通知和理由。",
            "原评分连同理由留存，锁定之后可以在“评分偏差”中查看。",
        ],
    )


@require_http_methods(["GET", "POST"])
def review_release(request: HttpRequest, pk: int) -> HttpResponse:
    return _with_reason(
        request,
        pk,
        "release",
        services.release,
        "已撤换专家，请另行分配或再次抽取。",
        heading="撤换专家",
        points=["该专家不再评这个项目，也不会再次抽到。", "未提交的评分不计入结果。"],
    )
