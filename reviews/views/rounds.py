"""Rounds of a batch: made, opened, watched and locked by the staff."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brands.models import Batch
from foundation.audit.services import record
from foundation.workflow.engine import workflow_of
from foundation.workflow.requests import version_seen
from reviews import combining, opening, progress, services, weighing
from reviews.forms import RoundForm, WindowForm, typed
from reviews.models import Round, RoundKind
from reviews.permissions import can_assign, can_manage, can_see_scores
from reviews.results import deviating
from schools.rights import rights_of

ENTRIES_A_PAGE = 50


def visible_round(request: HttpRequest, pk: int) -> Round:
    rounds = Round.objects.visible_to(request.user).select_related("batch", "rubric")
    return get_object_or_404(rounds, pk=pk)


def city_batch(request: HttpRequest, pk: int) -> Batch:
    """Pages about rounds do not exist for anybody below the city."""
    if not rights_of(request.user).is_city:
        raise Http404
    return get_object_or_404(Batch.objects.visible_to(request.user), pk=pk)


def ask(request: HttpRequest, subject: str, parent: Any, **confirm: Any) -> HttpResponse:
    """The page that restates what will happen before a POST to the same address does it."""
    name = "reviews:round" if isinstance(parent, Round) else "reviews:review"
    context = {
        "subject": subject,
        "parent": parent,
        "action": request.path,
        "cancel_url": reverse(name, args=[parent.pk]),
        "hidden": [],
        "danger": False,
        **confirm,
    }
    return render(request, "reviews/confirm.html", context)


@require_GET
def round_list(request: HttpRequest, pk: int) -> HttpResponse:
    batch = city_batch(request, pk)
    rounds = Round.objects.visible_to(request.user).filter(batch=batch).select_related("rubric")
    context = {
        "batch": batch,
        "rounds": progress.with_counts(rounds),
        "can_manage": can_manage(request.user),
        "may_weigh": weighing.can_weigh(request.user, batch),
        "several": len(weighing.rounds_of(batch.pk)) > 1,
        "combined": combining.of_batch(batch),
    }
    return render(request, "reviews/rounds.html", context)


@require_http_methods(["GET", "POST"])
def round_new(request: HttpRequest, pk: int) -> HttpResponse:
    batch = city_batch(request, pk)
    can_manage(request.user, batch).require()
    form = RoundForm(typed(request), batch=batch, by=request.user)
    if form.is_valid():
        round = weighing.add(form.save(commit=False), by=request.user)
        messages.success(request, "已新建评审轮次。请核对后开始评审。")
        return redirect("reviews:round", round.pk)
    return render(request, "reviews/round_form.html", {"batch": batch, "form": form})


@require_GET
def round_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is how far: counts, never a score before the lock."""
    round = visible_round(request, pk)
    may_see_scores = can_see_scores(request.user, round)
    may_assign = can_assign(request.user, round)
    page = Paginator(progress.entries_of(round), ENTRIES_A_PAGE).get_page(request.GET.get("page"))
    moves = workflow_of(round).transitions
    context = {
        "round": round,
        "page": page,
        "reviewers": progress.reviewers_of(round),
        "recusals": progress.recusals_of(round),
        "may_manage": can_manage(request.user, round),
        "may_open": moves["open"].decide(round, request.user),
        "may_freeze": moves["freeze"].decide(round, request.user),
        "may_assign": may_assign,
        "may_see_scores": may_see_scores,
        "late": opening.waiting_projects(round).count() if may_assign else 0,
        "deviations": deviating.deviations(round) if may_see_scores and round.is_frozen else [],
    }
    return render(request, "reviews/round.html", context)


@require_http_methods(["GET", "POST"])
def round_open(request: HttpRequest, pk: int) -> HttpResponse:
    round = visible_round(request, pk)
    if request.method == "POST":
        services.open_round(round, by=request.user, version=version_seen(request))
        messages.success(request, "评审已开始，符合条件的项目已列入。下一步请分配专家。")
        return redirect("reviews:round", round.pk)
    workflow_of(round)["open"].decide(round, request.user).require()
    count = opening.waiting_projects(round).count()
    return ask(
        request,
        "开始评审",
        round,
        title=f"开始“{round}”",
        consequences=[
            f"{count}个项目进入专家评审，按其最新提交版本评分，学校不能再修改。",
            f"评分标准“{round.rubric}”随即固定，不能再改。",
        ],
        submit_label="开始评审",
        hidden=[("version", round.version)],
    )


def _handed_over(round: Round) -> str:
    """A closing is graded by its score; its rank stays in the round. One of several rounds waits."""
    if round.kind == RoundKind.CLOSING:
        return "结项得分移交项目"
    if not combining.is_part(round):
        return "得分和名次移交项目"
    if combining.is_last(round):
        return "与其他各轮合成总成绩，综合得分和名次移交项目"
    return (
        "本轮结果留存，各轮全部锁定后合成总成绩" if round.weight else "本轮结果留存，不计入总成绩"
    )


@require_http_methods(["GET", "POST"])
def round_freeze(request: HttpRequest, pk: int) -> HttpResponse:
    round = visible_round(request, pk)
    if request.method == "POST":
        services.freeze_round(round, by=request.user, version=version_seen(request))
        messages.success(request, f"评分已锁定，{_handed_over(round)}。")
        return redirect("reviews:ranking", round.pk)
    workflow_of(round)["freeze"].decide(round, request.user).require()
    unexplained = deviating.unexplained(round)
    return ask(
        request,
        "锁定评分",
        round,
        title=f"锁定“{round}”的评分",
        consequences=[
            f"计算{round.entries.count()}个项目的名次，{_handed_over(round)}。",
            "规则、全部评分和名次存为一份有校验值的结果，以后可以随时核对。",
            *([f"还有{unexplained}份偏差较大的评分没有说明理由。"] if unexplained else []),
            "锁定后不能再评分、退回重评或调整专家。",
        ],
        submit_label="锁定评分",
        hidden=[("version", round.version)],
        danger=True,
    )


@require_http_methods(["GET", "POST"])
def round_window(request: HttpRequest, pk: int) -> HttpResponse:
    round = visible_round(request, pk)
    can_manage(request.user, round).require()
    if round.is_frozen:
        can_assign(request.user, round).require()
    before = round.closes_at
    form = WindowForm(typed(request), instance=round)
    if form.is_valid():
        with transaction.atomic():
            Round.objects.filter(pk=round.pk).update(closes_at=form.cleaned_data["closes_at"])
            record("round.window", by=request.user, obj=round, before=before, after=round.closes_at)
        messages.success(request, "评分截止时间已更改。")
        return redirect("reviews:round", round.pk)
    return render(request, "reviews/round_window.html", {"round": round, "form": form})


@require_POST
def round_entries(request: HttpRequest, pk: int) -> HttpResponse:
    round = visible_round(request, pk)
    added = services.add_late_entries(round, by=request.user)
    messages.success(
        request, f"已补录{added}个项目，请为其分配专家。" if added else "没有需要补录的项目。"
    )
    return redirect("reviews:round", round.pk)
