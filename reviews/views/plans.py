"""An assignment plan: its rules, the preview, exchanges by hand, the proof, the publishing."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from foundation.accounts.models import User
from foundation.htmx import render_partial
from foundation.verdict import Conflict
from foundation.workflow.engine import workflow_of
from foundation.workflow.requests import perform_posted, version_seen
from reviews import plans, proof
from reviews.assigning import Problem
from reviews.assigning.checking import loads_of
from reviews.forms import typed
from reviews.forms_plans import ExchangeForm, RulesForm
from reviews.models import AssignmentPlan, AvoidWish, Entry, Round
from reviews.permissions import can_assign
from reviews.planning import kept_of
from reviews.views.rounds import ask, visible_round

ENTRIES_A_PAGE = 50


def _visible_plan(request: HttpRequest, pk: int) -> AssignmentPlan:
    found = AssignmentPlan.objects.visible_to(request.user)
    return get_object_or_404(found.select_related("round__batch", "created_by", "job"), pk=pk)


@require_GET
def plan_list(request: HttpRequest, pk: int) -> HttpResponse:
    round = visible_round(request, pk)
    found = AssignmentPlan.objects.visible_to(request.user).filter(round=round).for_list()
    page = Paginator(found, 20).get_page(request.GET.get("page"))
    may_plan = can_assign(request.user, round)
    context = {"round": round, "page": page, "may_plan": may_plan}
    return render(request, "reviews/plans.html", context)


@require_http_methods(["GET", "POST"])
def plan_new(request: HttpRequest, pk: int) -> HttpResponse:
    round = visible_round(request, pk)
    can_assign(request.user, round).require()
    form = RulesForm(typed(request), round=round)
    if form.is_valid():
        plan = plans.start(round, form.rules, by=request.user)
        return redirect("reviews:plan", plan.pk)
    return render(
        request,
        "reviews/plan_form.html",
        {"round": round, "form": form, "invited": round.invitations.exists()},
    )


@require_GET
def plan_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The page asks for its own progress until there is a plan, or the reasons why there is none."""
    plan = _visible_plan(request, pk)
    moves = workflow_of(plan).transitions
    context = {
        "plan": plan,
        "round": plan.round,
        "may_publish": moves["publish"].decide(plan, request.user),
        "may_discard": moves["discard"].decide(plan, request.user),
        "may_exchange": moves["exchange"].decide(plan, request.user),
    }
    if plan.panels:
        context |= _preview(request, plan)
    response = render_partial(request, "reviews/plan.html", "progress", context)
    if not plan.is_solving:
        response["HX-Refresh"] = "true"  # What is drawn by the second is only the progress.
    return response


def _preview(request: HttpRequest, plan: AssignmentPlan) -> dict[str, Any]:
    """The proof as it was found, and the panels of one page of entries."""
    entries = Entry.objects.filter(round=plan.round).for_list().order_by("pk")
    page = Paginator(entries, ENTRIES_A_PAGE).get_page(request.GET.get("page"))
    panels = {entry.pk: plan.panels.get(str(entry.pk), []) for entry in page}
    kept = kept_of(plan.round, list(panels))
    everybody = {key for panel in panels.values() for key in panel}
    names = dict(User.objects.filter(pk__in=everybody).values_list("pk", "name"))
    rows = [
        (
            entry,
            [names[key] for key in panels[entry.pk] if key in kept.get(entry.pk, ())],
            [names[key] for key in panels[entry.pk] if key not in kept.get(entry.pk, ())],
        )
        for entry in page
    ]
    return {"proof": plan.proof, "gap": proof.gap_of(plan.proof), "page": page, "rows": rows}


@require_GET
def plan_proof(request: HttpRequest, pk: int) -> HttpResponse:
    """For the paper file: the rules, that each holds, optimal or the gap."""
    plan = _visible_plan(request, pk)
    if not plan.panels:
        raise Http404("这份方案还没有算出。")
    context = {
        "plan": plan,
        "round": plan.round,
        "proof": plan.proof,
        "gap": proof.gap_of(plan.proof),
        "events": plan.events.filter(name="exchange").select_related("by"),
    }
    return render(request, "reviews/plan_proof.html", context)


@require_http_methods(["GET", "POST"])
def plan_exchange(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    """Everybody who could come in somebody's place, each with what it would break."""
    plan = _visible_plan(request, pk)
    entries = Entry.objects.filter(round=plan.round).for_list()
    found = get_object_or_404(entries, pk=entry)
    workflow_of(plan)["exchange"].decide(plan, request.user).require()
    if request.method == "POST":
        form = ExchangeForm(request.POST)
        if not form.is_valid():
            raise Conflict("请选择换下和换上的专家。")
        leaves, comes = form.cleaned_data["leaves"], form.cleaned_data["comes"]
        version = version_seen(request)
        plans.exchange(plan, found, leaves, comes, by=request.user, version=version)
        messages.success(request, f"已调整{found}的专家，各项规则仍然符合。")
        return redirect("reviews:plan", plan.pk)
    problem, panels = plans.current_problem(plan), plans.panels_of(plan)
    kept = problem.kept.get(found.pk, ())
    seats = [key for key in panels.get(found.pk, ()) if key not in kept]
    leaves = request.GET.get("leaves", "")
    chosen = next((key for key in seats if str(key) == leaves), seats[0] if seats else None)
    context = {
        "plan": plan,
        "round": plan.round,
        "entry": found,
        "seats": [(key, problem.name_of(key)) for key in seats],
        "chosen": chosen,
        "others": _others(problem, panels, found.pk, chosen) if chosen is not None else [],
    }
    return render(request, "reviews/plan_exchange.html", context)


def _others(
    problem: Problem, panels: plans.Panels, entry: int, leaves: int
) -> list[dict[str, Any]]:
    """Who breaks nothing first, the least loaded of them first."""
    loads, panel = loads_of(panels), panels.get(entry, ())
    rows = [
        {
            "expert": expert,
            "load": loads[expert.key],
            "knows": problem.item[entry].group in expert.fields,
            "fault": plans.exchange_fault(problem, panels, entry, leaves, expert.key),
        }
        for expert in problem.experts
        if expert.key not in panel
    ]
    return sorted(rows, key=lambda row: (bool(row["fault"]), not row["knows"], row["load"]))


@require_http_methods(["GET", "POST"])
def plan_publish(request: HttpRequest, pk: int) -> HttpResponse:
    plan = _visible_plan(request, pk)
    if request.method == "POST":
        made = plans.publish(plan, by=request.user, version=version_seen(request))
        messages.success(request, f"方案已公布，新分配{made}项评审任务，已通知专家。")
        return redirect("reviews:plan", plan.pk)
    workflow_of(plan)["publish"].decide(plan, request.user).require()
    panels = plans.panels_of(plan)
    return ask(
        request,
        "公布分配方案",
        plan.round,
        title=f"公布{plan}",
        consequences=[
            f"{len(panels)}个项目的专家按方案确定，共{sum(map(len, panels.values()))}人次；"
            "已分配的不变。",
            "公布时按最新的名单和回避情况再核对一遍，有一处不符合就不公布。",
            *_waiting_wishes(plan.round),
            "分到任务的专家会收到通知。方案、种子和核对单留存备查。",
        ],
        submit_label="公布方案",
        cancel_url=reverse("reviews:plan", args=[plan.pk]),
        hidden=[("version", plan.version)],
    )


def _waiting_wishes(round: Round) -> list[str]:
    waiting = AvoidWish.objects.waiting().filter(project__entries__round=round).count()
    return [f"还有{waiting}件申报单位的回避申请没有核对，公布之前请先核对。"] if waiting else []


@require_POST
def plan_discard(request: HttpRequest, pk: int) -> HttpResponse:
    plan = _visible_plan(request, pk)
    perform_posted(request, plan, "discard", among={"discard"})
    messages.success(request, f"{plan}已作废，没有分配任何专家。")
    return redirect("reviews:plans", plan.round_id)
