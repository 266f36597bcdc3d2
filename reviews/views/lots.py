"""Drawing lots: the staff's request, the page on which supervision draws, the record to print."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from foundation.verdict import Conflict
from foundation.workflow.engine import workflow_of
from foundation.workflow.requests import perform_posted, version_seen
from reviews import lots as drawing
from reviews import preparing_lots
from reviews.forms import typed
from reviews.forms_people import LotsForm, SeedForm
from reviews.models import Lots, ReviewerKind
from reviews.permissions_people import can_invite
from reviews.views.rounds import visible_round


@require_http_methods(["GET", "POST"])
def lots_new(request: HttpRequest, pk: int) -> HttpResponse:
    round = visible_round(request, pk)
    can_invite(request.user, round).require()
    form = LotsForm(typed(request), counts=_counts(request))
    status = 200
    if form.is_valid():
        try:
            found = preparing_lots.prepare(round, form.wanted, by=request.user)
        except Conflict as conflict:
            form.add_error(None, str(conflict))
            status = 409
        else:
            messages.success(request, "名单已准备好，已通知纪检监督人员抽签。")
            return redirect("reviews:lots", found.pk)
    candidates, excluded = preparing_lots.lists_of(round)
    context = {
        "round": round,
        "form": form,
        "groups": _by_kind(candidates),
        "total": len(candidates),
        "excluded": excluded,
    }
    return render(request, "reviews/lots_form.html", context, status=status)


def _counts(request: HttpRequest) -> dict[str, int]:
    """What the list of invitations asks to replace, by kind."""
    found = {kind: request.GET.get(kind, "") for kind in ReviewerKind.values}
    return {k: int(n) for k, n in found.items() if n.isdecimal() and len(n) < 4 and int(n)}


def _by_kind(candidates: list[drawing.Candidate]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in candidates:
        found[one.kind] = found.get(one.kind, 0) + 1
    return found


def _visible(request: HttpRequest, pk: int) -> Lots:
    found = Lots.objects.visible_to(request.user)
    return get_object_or_404(found.select_related("round__batch", "prepared_by", "witness"), pk=pk)


@require_GET
def lots(request: HttpRequest, pk: int) -> HttpResponse:
    """The list before the draw; the whole record, fit to print and to repeat, after it."""
    return _page(request, _visible(request, pk), SeedForm())


def _page(request: HttpRequest, found: Lots, form: SeedForm, status: int = 200) -> HttpResponse:
    moves = workflow_of(found).transitions
    context: dict[str, Any] = {
        "lots": found,
        "round": found.round,
        "form": form,
        "wanted": preparing_lots.wanted_of(found),
        "candidates": found.candidates,
        "drawn": list(_drawn(found)),
        "commitment": drawing.commitment_of(found.nonce),
        "text": preparing_lots.text_of(found),
        "may_draw": moves["draw"].decide(found, request.user),
        "may_discard": moves["discard"].decide(found, request.user),
        "discard": moves["discard"],
        "may_invite": can_invite(request.user, found.round),
    }
    return render(request, "reviews/lots.html", context, status=status)


def _drawn(found: Lots) -> Iterator[dict[str, Any]]:
    by_number = {row["number"]: row for row in found.candidates}
    wanted = preparing_lots.wanted_of(found)
    for row in found.drawn:
        yield {**by_number[row["number"]], **row, "words": wanted[row["line"]].words}


@require_POST
def lots_draw(request: HttpRequest, pk: int) -> HttpResponse:
    found = _visible(request, pk)
    workflow_of(found)["draw"].decide(found, request.user).require()
    form = SeedForm(typed(request))
    if not form.is_valid():
        return _page(request, found, form)
    seed = form.cleaned_data["seed"]
    preparing_lots.witness(found, seed, by=request.user, version=version_seen(request))
    messages.success(request, "抽签完成，结果已固定。")
    return redirect("reviews:lots", found.pk)


@require_POST
def lots_discard(request: HttpRequest, pk: int) -> HttpResponse:
    found = _visible(request, pk)
    perform_posted(request, found, "discard", among={"discard"})
    messages.success(request, "名单已作废，没有抽签。")
    return redirect("reviews:invitations", found.round_id)
