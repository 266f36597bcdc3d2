"""A panel's vote on entries that share a rank, written down by the staff."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from foundation.verdict import Conflict
from reviews.forms import typed
from reviews.forms_vote import VoteForm
from reviews.models import Result
from reviews.results import voting


@require_http_methods(["GET", "POST"])
def result_vote(request: HttpRequest, pk: int, rank: int) -> HttpResponse:
    results = Result.objects.visible_to(request.user).select_related("round__batch")
    result = get_object_or_404(results.defer("content"), round=pk)
    voting.can_vote(request.user, result).require()
    tied = voting.ties_of(result).get(rank)
    if tied is None:
        if request.method == "POST":
            raise Conflict("并列的项目与您看到的不同，没有记录。请刷新页面，核对后再填写。")
        raise Http404
    form = VoteForm(typed(request), entries=tied)
    if form.is_valid():
        voting.vote(result, rank, form.order, form.cleaned_data["note"], by=request.user)
        messages.success(request, "已按表决记录先后，名次已更新。锁定时的结果保持不变。")
        return redirect("reviews:result", result.round_id)
    context = {"round": result.round, "rank": rank, "form": form}
    return render(request, "reviews/result_vote.html", context)
