"""Rubrics: looked at by the city, made and changed in the browser by the bureau."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brands.models import Programme
from reviews import building
from reviews.forms import typed
from reviews.forms_rubric import CriterionForm, RubricForm
from reviews.models import Criterion, Rubric
from reviews.opening import rubric_faults
from reviews.permissions import can_manage


@require_GET
def rubric_list(request: HttpRequest) -> HttpResponse:
    rubrics = Rubric.objects.visible_to(request.user).newest().prefetch_related("criteria")
    if not rubrics:  # These pages do not exist for anybody below the city.
        raise Http404
    programmes = list(Programme.objects.visible_to(request.user))
    context = {
        "rows": [(rubric, _used_by(rubric.code, programmes)) for rubric in rubrics],
        "may_manage": can_manage(request.user),
    }
    return render(request, "reviews/rubrics.html", context)


def _used_by(code: str, programmes: list[Programme]) -> str:
    return "、".join(each.name for each in programmes if code in each.rubrics.values())


def _rubric(request: HttpRequest, pk: int) -> Rubric:
    return get_object_or_404(Rubric.objects.visible_to(request.user), pk=pk)


@require_GET
def rubric_detail(request: HttpRequest, pk: int) -> HttpResponse:
    rubric = _rubric(request, pk)
    versions = list(Rubric.objects.filter(code=rubric.code))
    context = {
        "rubric": rubric,
        "criteria": list(rubric.criteria.all()),
        "faults": rubric_faults(rubric),
        "versions": versions,
        "is_newest": rubric == versions[0],
        "may_manage": bool(can_manage(request.user)),
        "may_change": bool(can_manage(request.user)) and not rubric.frozen,
    }
    return render(request, "reviews/rubric.html", context)


@require_http_methods(["GET", "POST"])
def rubric_new(request: HttpRequest) -> HttpResponse:
    verdict = can_manage(request.user)
    verdict.require()
    form = RubricForm(typed(request))
    if form.is_valid():
        rubric = building.found_rubric(form.save(commit=False), by=request.user, via=verdict.via)
        messages.success(request, f"已建立“{rubric.title}”。接下来添加评分指标。")
        return redirect("reviews:rubric", rubric.pk)
    return render(request, "reviews/rubric_form.html", {"form": form, "what": "新建评分标准"})


@require_POST
def rubric_version(request: HttpRequest, pk: int) -> HttpResponse:
    rubric = _rubric(request, pk)
    verdict = can_manage(request.user)
    verdict.require()
    made = building.new_version(rubric, by=request.user, via=verdict.via)
    messages.success(
        request, f"现在修改的是第{made.version}版，以后新建的评审轮次使用。已有的评分不变。"
    )
    return redirect("reviews:rubric", made.pk)


def _changeable(request: HttpRequest, pk: int) -> tuple[Rubric, Any]:
    rubric = _rubric(request, pk)
    verdict = can_manage(request.user)
    verdict.require()
    building.refuse_frozen(rubric)
    return rubric, verdict.via


@require_http_methods(["GET", "POST"])
def rubric_edit(request: HttpRequest, pk: int) -> HttpResponse:
    rubric, via = _changeable(request, pk)
    form = RubricForm(typed(request), instance=rubric)
    if form.is_valid():
        building.save_rules(form.save(commit=False), by=request.user, via=via)
        messages.success(request, "已保存。")
        return redirect("reviews:rubric", rubric.pk)
    context = {"form": form, "what": "名称和规则", "rubric": rubric}
    return render(request, "reviews/rubric_form.html", context)


@require_http_methods(["GET", "POST"])
def rubric_criterion(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """One criterion; the key 0 makes one."""
    rubric, via = _changeable(request, pk)
    new = Criterion(rubric=rubric)
    criterion = get_object_or_404(rubric.criteria, pk=key) if key else new
    form = CriterionForm(typed(request), instance=criterion)
    if form.is_valid():
        building.save_criterion(form.save(commit=False), by=request.user, via=via)
        messages.success(request, f"“{criterion.title}”已保存。")
        return redirect("reviews:rubric", rubric.pk)
    what = criterion.title if key and criterion.title else "新指标"
    return render(
        request, "reviews/rubric_form.html", {"form": form, "what": what, "rubric": rubric}
    )


@require_POST
def rubric_arrange(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    rubric, via = _changeable(request, pk)
    criterion = get_object_or_404(rubric.criteria.select_related("rubric"), pk=key)
    do = request.POST.get("do", "")
    if do not in {*building.STEPS, "delete"}:
        raise Http404
    building.arrange(criterion, do, by=request.user, via=via)
    if do == "delete":
        messages.success(request, "已删除。")
    return redirect("reviews:rubric", rubric.pk)
