"""The reviewer's first page and the pledge before the first sight of an entry."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods

from foundation.workdays.deadlines import days_left
from reviews import services
from reviews.forms import PledgeForm, typed
from reviews.models import Assignment, AssignmentStatus, Pledge, Round
from schools.models import Role
from schools.rights import rights_of


@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """n of m done, time left, next entry, the list; nothing else."""
    if not rights_of(request.user).has(Role.REVIEWER):
        raise Http404("这里是评审专家的工作页面。")
    assignments = list(
        Assignment.objects.visible_to(request.user)
        .select_related("entry__round__batch", "entry__project__organisation__school")
        .defer("entry__project__content", "comment")
        .order_by("entry__round__closes_at", "entry__round", "pk")
    )
    left = [assignment for assignment in assignments if assignment.is_unfinished]
    closes_at = min((a.entry.round.closes_at for a in left), default=None)
    context = {
        "assignments": assignments,
        "done": sum(a.status == AssignmentStatus.SUBMITTED for a in assignments),
        "next": left[0] if left else None,
        "closes_at": closes_at,
        "days_left": days_left(closes_at) if closes_at else None,
    }
    return render(request, "reviews/desk.html", context)


@require_http_methods(["GET", "POST"])
def pledge(request: HttpRequest, pk: int) -> HttpResponse:
    mine = Assignment.objects.visible_to(request.user).order_by().values("entry__round")
    round = get_object_or_404(Round.objects.filter(pk__in=mine).select_related("batch"), pk=pk)
    form = PledgeForm(typed(request))
    after = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(after, allowed_hosts=None):
        after = reverse("reviews:desk")
    if form.is_valid():
        services.pledge(round, by=request.user)
        return redirect(after)
    made = Pledge.objects.filter(reviewer=request.user.pk, round=round).first()
    context = {"round": round, "form": form, "made": made, "reason": "", "action": ""}
    return render(request, "reviews/pledge.html", context)
