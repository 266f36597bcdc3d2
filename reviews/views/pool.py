"""The pool of reviewers: who they are, what ties them, how much they have."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from foundation.accounts.models import User
from foundation.spreadsheets import SheetError
from reviews import pool
from reviews.employment import import_employment
from reviews.forms import typed
from reviews.forms_pool import EmploymentSheetForm, ReviewerForm, TieForm
from reviews.models import AvoidWish, Reviewer, Tie
from reviews.permissions import can_manage
from schools.rights import rights_of


def _city_only(request: HttpRequest) -> None:
    """Below the city nobody learns who is in the pool."""
    if not rights_of(request.user).is_city:
        raise Http404


def _member(request: HttpRequest, pk: int) -> User:
    _city_only(request)
    return get_object_or_404(pool.members(), pk=pk)


@require_GET
def pool_list(request: HttpRequest) -> HttpResponse:
    _city_only(request)
    page = Paginator(pool.members(), 50).get_page(request.GET.get("page"))
    waiting = Tie.objects.visible_to(request.user).filter(confirmed_at=None)
    wishes = AvoidWish.objects.visible_to(request.user).waiting()
    context = {
        "page": page,
        "lines": [(member, getattr(member, "reviewer", None)) for member in page],
        "wishes": wishes.select_related("project__organisation"),
        "waiting": waiting.select_related("user", "school", "by"),
        "may_manage": can_manage(request.user),
    }
    return render(request, "reviews/pool.html", context)


@require_http_methods(["GET", "POST"])
def pool_member(request: HttpRequest, pk: int) -> HttpResponse:
    """The profile to mend, for the staff; for the others of the city what is known."""
    member = _member(request, pk)
    may_manage = can_manage(request.user)
    profile = Reviewer.objects.visible_to(request.user).filter(user=member).first()
    form = ReviewerForm(typed(request), instance=profile or Reviewer(user=member))
    if request.method == "POST":
        may_manage.require()
        if form.is_valid():
            pool.save_profile(form.save(commit=False), by=request.user)
            messages.success(request, f"已保存{member.name}的专家信息。")
            return redirect("reviews:pool")
    ties = Tie.objects.visible_to(request.user).filter(user=member)
    context = {
        "member": member,
        "form": form,
        "ties": ties.select_related("school", "project", "by"),
        "may_manage": may_manage,
    }
    return render(request, "reviews/pool_member.html", context)


@require_http_methods(["GET", "POST"])
def tie_new(request: HttpRequest, pk: int) -> HttpResponse:
    member = _member(request, pk)
    can_manage(request.user).require()
    form = TieForm(typed(request), instance=Tie(user=member))
    if form.is_valid():
        taken = pool.add_tie(form.save(commit=False), by=request.user)
        messages.success(request, f"已登记。{_told(taken)}")
        return redirect("reviews:pool-member", member.pk)
    return render(request, "reviews/tie_form.html", {"member": member, "form": form})


@require_POST
def tie_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    tie = get_object_or_404(Tie.objects.visible_to(request.user), pk=pk)
    taken = pool.confirm(tie, by=request.user)
    messages.success(request, f"已确认回避。{_told(taken)}")
    return redirect("reviews:pool-member", tie.user_id)


def _told(taken: int) -> str:
    return f"收回{taken}项未提交的评审任务，请另行分配。" if taken else "没有需要收回的评审任务。"


@require_http_methods(["GET", "POST"])
def employment_import(request: HttpRequest) -> HttpResponse:
    _city_only(request)
    can_manage(request.user).require()
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = EmploymentSheetForm(*sent)
    if form.is_valid():
        try:
            fresh, taken = import_employment(form.cleaned_data["sheet"], by=request.user)
        except SheetError as error:
            form.add_error("sheet", str(error))
        else:
            messages.success(request, f"已导入{fresh}段任职经历。{_told(taken)}")
            return redirect("reviews:pool")
    return render(request, "reviews/pool_employment.html", {"form": form})
