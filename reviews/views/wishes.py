"""Whom an applicant asks to stand aside: their page on the project, and the staff's answer."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from brands.models import Project
from foundation.verdict import Conflict
from foundation.workflow.engine import workflow_of
from foundation.workflow.requests import perform_posted, version_seen
from reviews import wishing
from reviews.forms import typed
from reviews.forms_people import GrantForm, WishForm
from reviews.models import AvoidWish, WishStatus
from reviews.permissions_people import judges_wish, may_wish, owns_wish, sees_wishes


@require_http_methods(["GET", "POST"])
def wishes(request: HttpRequest, pk: int) -> HttpResponse:
    visible = Project.objects.visible_to(request.user)
    project = get_object_or_404(visible.select_related("batch", "organisation"), pk=pk)
    sees_wishes(request.user, project).require()
    may = may_wish(request.user, project)
    form = WishForm(typed(request), instance=AvoidWish(project=project))
    status = 200
    if request.method == "POST":
        may.require()
        if form.is_valid():
            try:
                wishing.ask(form.save(commit=False), by=request.user)
            except Conflict as conflict:
                form.add_error(None, str(conflict))
                status = 409
            else:
                messages.success(request, "已申请。局里核对之后会通知您。")
                return redirect("reviews:wishes", project.pk)
    found = AvoidWish.objects.visible_to(request.user).filter(project=project)
    rows = list(found.select_related("asked_by").prefetch_related("events"))
    asked = sum(row.status != WishStatus.TAKEN_BACK for row in rows)
    context = {
        "project": project,
        "rows": [(row, _answer(row)) for row in rows],
        "form": form,
        "may_wish": may,
        "may_take_back": bool(owns_wish(request.user, AvoidWish(project=project))),
        "may_judge": bool(judges_wish(request.user, AvoidWish(project=project))),
        "left": max(wishing.MOST - asked, 0),
        "most": wishing.MOST,
    }
    return render(request, "reviews/wishes.html", context, status=status)


def _answer(wish: AvoidWish) -> str:
    return next((event.note for event in reversed(wish.events.all()) if event.note), "")


def _visible(request: HttpRequest, pk: int) -> AvoidWish:
    found = AvoidWish.objects.visible_to(request.user)
    return get_object_or_404(
        found.select_related("project__organisation", "project__batch", "asked_by"), pk=pk
    )


@require_http_methods(["GET", "POST"])
def wish(request: HttpRequest, pk: int) -> HttpResponse:
    """The staff say who is meant, and grant it; or refuse it with a reason."""
    found = _visible(request, pk)
    workflow_of(found)["grant"].decide(found, request.user).require()
    form = GrantForm(typed(request), meant=list(wishing.meant(found)))
    if form.is_valid():
        version = version_seen(request)
        taken = wishing.grant(found, form.chosen, by=request.user, version=version)
        messages.success(
            request,
            f"已采纳，收回{taken}项未提交的评审任务，请另行分配。" if taken else "已采纳。",
        )
        return redirect("reviews:pool")
    context = {"wish": found, "form": form, "refuse": workflow_of(found)["refuse"]}
    return render(request, "reviews/wish.html", context)


@require_POST
def wish_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    found = _visible(request, pk)
    perform_posted(request, found, "refuse", among={"refuse"})
    messages.success(request, "未采纳，理由已告知申报单位。")
    return redirect("reviews:pool")


@require_POST
def wish_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    found = _visible(request, pk)
    perform_posted(request, found, "take_back", among={"take_back"})
    messages.success(request, "回避申请已撤回。")
    return redirect("reviews:wishes", found.project_id)
