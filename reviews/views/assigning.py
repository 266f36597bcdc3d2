"""Who judges what: the draw, and one entry's reviewers."""

import secrets

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from foundation.verdict import Conflict
from foundation.workflow.engine import workflow_of
from reviews import drawing
from reviews.forms import AssignForm, typed
from reviews.models import Assignment, Entry
from reviews.permissions import can_assign, can_see_scores
from reviews.views.rounds import ask, visible_round


@require_http_methods(["GET", "POST"])
def round_draw(request: HttpRequest, pk: int) -> HttpResponse:
    round = visible_round(request, pk)
    can_assign(request.user, round).require()
    if request.method == "POST":
        # The seed is the server's: nobody tries seeds until one pleases.
        made = drawing.draw(round, secrets.randbits(31), by=request.user)
        messages.success(request, f"抽取完成，新分配{made}项评审任务，已通知专家。")
        return redirect("reviews:round", round.pk)
    return ask(
        request,
        "抽取专家",
        round,
        title="随机抽取专家",
        consequences=[
            f"为每个项目补足到{round.per_entry}位专家，任务少的专家优先，其余随机。",
            "与申报单位有利益关系的专家自动回避，已回避的不再抽到。",
            "抽取种子自动产生并留存，可供复核；抽到的专家会收到通知。",
        ],
        submit_label="抽取专家",
    )


def _visible_entry(request: HttpRequest, pk: int) -> Entry:
    entries = Entry.objects.visible_to(request.user).for_list()
    return get_object_or_404(entries.select_related("round__rubric", "round__batch"), pk=pk)


@require_GET
def entry_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The reviewers of one entry; what they gave, where this person may see it."""
    entry = _visible_entry(request, pk)
    may_see = can_see_scores(request.user, entry.round)
    assignments = list(
        Assignment.objects.supervised_by(request.user)
        .filter(entry=entry)
        .select_related("reviewer", "entry__round", "recusal")
        .prefetch_related(*(["scores"] if may_see else []))
    )
    criteria = list(entry.round.rubric.criteria.all()) if may_see else []
    rows = []
    for assignment in assignments:
        given = {s.criterion_id: s.words for s in assignment.scores.all()} if may_see else {}
        rows.append(
            {
                "assignment": assignment,
                "values": [(c.title, given.get(c.pk)) for c in criteria],
                "moves": {
                    m.name for m in workflow_of(assignment).open_to(assignment, request.user)
                },
            }
        )
    context = {
        "entry": entry,
        "round": entry.round,
        "rows": rows,
        "criteria": criteria,
        "may_see_scores": may_see,
        "may_assign": can_assign(request.user, entry.round),
    }
    return render(request, "reviews/entry.html", context)


@require_http_methods(["GET", "POST"])
def round_assign(request: HttpRequest, pk: int) -> HttpResponse:
    entry = _visible_entry(request, pk)
    can_assign(request.user, entry.round).require()
    form = AssignForm(typed(request), entry=entry)
    if form.is_valid():
        reviewer = form.cleaned_data["reviewer"]
        try:
            drawing.assign(entry, reviewer, by=request.user)
        except Conflict as conflict:
            form.add_error("reviewer", str(conflict))
            return render(
                request, "reviews/assign.html", {"entry": entry, "form": form}, status=409
            )
        messages.success(request, f"已将{entry}分配给{reviewer.name}。")
        return redirect("reviews:entry", entry.pk)
    return render(request, "reviews/assign.html", {"entry": entry, "form": form})
