"""The combined result of a batch with several rounds, and what each round counts."""

from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from brands.models import Batch
from foundation.audit.services import record
from foundation.verdict import Conflict, denied, not_now
from reviews import combining, weighing
from reviews.forms import typed
from reviews.forms_rounds import WeightsForm
from reviews.forms_vote import VoteForm
from reviews.models import Combined, Round
from reviews.permissions import can_manage
from reviews.results import combined_voting
from reviews.results import combining as pure
from reviews.results.combined_stability import stability
from reviews.results.stability import Stability
from reviews.views.results import asked_line, handed_out
from reviews.views.rounds import city_batch

ROWS_A_PAGE = 50


def _seen(request: HttpRequest, pk: int) -> tuple[Batch, Combined]:
    batch = city_batch(request, pk)
    combined = Combined.objects.visible_to(request.user).filter(batch=batch).first()
    if combined is None:
        if Combined.objects.filter(batch=batch).exists():
            denied("您没有查看评分的权限。").require()
        not_now("计入总成绩的各轮评分全部锁定之后，才有综合结果。").require()
        raise Http404
    return batch, combined


@require_http_methods(["GET", "POST"])
def round_weights(request: HttpRequest, pk: int) -> HttpResponse:
    batch = city_batch(request, pk)
    weighing.can_weigh(request.user, batch).require()
    form = WeightsForm(typed(request), rounds=weighing.rounds_of(batch.pk))
    status = 200
    if form.is_valid():
        try:
            weighing.weigh(batch, form.weights, by=request.user)
        except Conflict as conflict:
            form.add_error(None, str(conflict))
            status = 409
        else:
            messages.success(request, "各轮权重已保存。")
            return redirect("reviews:rounds", batch.pk)
    return render(
        request, "reviews/round_weights.html", {"batch": batch, "form": form}, status=status
    )


@require_GET
def combined(request: HttpRequest, pk: int) -> HttpResponse:
    """With `?check=1` everything is computed again and compared."""
    batch, found = _seen(request, pk)
    rounds = list(Round.objects.counting(batch))
    lines = found.lines.select_related("project__organisation__school").defer("project__content")
    corrects = any(round.correction != "none" for round in rounds)
    page = Paginator(lines, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "batch": batch,
        "combined": found,
        "rounds": rounds,
        "corrects": corrects,
        "words": pure.words([(str(r.get_mode_display()), r.weight, r.takes) for r in rounds]),
        "page": page,
        "rows": [
            {"line": line, "figures": list(zip(rounds, line.rounds, strict=True))} for line in page
        ],
        "checks": combining.verify(found) if "check" in request.GET else [],
        "ties": list(combined_voting.ties_of(found).items()),
        "votes": found.votes.select_related("by"),
        "may_vote": can_manage(request.user),
    }
    return render(request, "reviews/combined.html", context)


@require_GET
def combined_export(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    batch, found = _seen(request, pk)
    record("export", by=request.user, obj=batch, what="综合结果数据", sha256=found.sha256)
    return handed_out(found.content, f"{batch}综合结果.json")


@require_GET
def combined_stability(request: HttpRequest, pk: int) -> HttpResponse:
    batch, found = _seen(request, pk)
    looked = _stability(found, asked_line(request, batch))
    titles = {line.project_id: line for line in found.lines.select_related("project")}
    is_all = "all" in request.GET
    places = looked.places if is_all else looked.unstable
    rows = [
        (place, titles[place.entry].project, reverse("brands:project", args=[place.entry]))
        for place in places
    ]
    context = {
        "batch": batch,
        "looked": looked,
        "is_all": is_all,
        "page": Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "reviews/combined_stability.html", context)


def _stability(found: Combined, line: int) -> Stability:
    """Looked at once for each line."""

    def looked() -> Stability:
        parsed = pure.parsed(found.content)
        return stability(parsed.parts, parsed.contenders, line)

    key = f"combined-stability-{found.sha256}-{line}"
    kept: Any = cache.get_or_set(key, looked, timeout=3600)
    return kept or looked()


@require_http_methods(["GET", "POST"])
def combined_vote(request: HttpRequest, pk: int, rank: int) -> HttpResponse:
    batch = city_batch(request, pk)
    found = get_object_or_404(Combined.objects.visible_to(request.user), batch=batch)
    can_manage(request.user).require()
    tied = combined_voting.ties_of(found).get(rank)
    if tied is None:
        if request.method == "POST":
            raise Conflict("并列的项目与您看到的不同，没有记录。请刷新页面，核对后再填写。")
        raise Http404
    form = VoteForm(typed(request), entries=tied)
    if form.is_valid():
        combined_voting.vote(found, rank, form.order, form.cleaned_data["note"], by=request.user)
        messages.success(request, "已按表决记录先后，名次已更新。锁定时的结果保持不变。")
        return redirect("reviews:combined", batch.pk)
    context = {"batch": batch, "rank": rank, "form": form}
    return render(request, "reviews/combined_vote.html", context)
