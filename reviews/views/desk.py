"""The reviewer's first page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from foundation.workdays.deadlines import days_left
from reviews.models import Assignment, AssignmentStatus
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
