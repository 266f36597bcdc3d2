"""The reviewer's first page."""

from datetime import datetime
from typing import NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from foundation.workdays.deadlines import days_left
from reviews import seeing
from reviews.models import AssignmentStatus, Mode, RoundKind
from reviews.models.assignment import TONES, UNFINISHED
from schools.models import Role
from schools.rights import rights_of


@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """n of m done, time left, next entry, the list; nothing else."""
    if not rights_of(request.user).has(Role.REVIEWER):
        raise Http404("这里是评审专家的工作页面。")
    reviews = seeing.desk(request.user)
    left = [review for review in reviews if review.status in UNFINISHED]
    closes_at = min((review.closes_at for review in left), default=None)
    context = {
        "rows": [_row(review) for review in reviews],
        "done": sum(review.status == AssignmentStatus.SUBMITTED for review in reviews),
        "next": _row(left[0]) if left else None,
        "closes_at": closes_at,
        "days_left": days_left(closes_at) if closes_at else None,
        "rounds": {review.round: _round(review) for review in reviews},
    }
    return render(request, "reviews/desk.html", context)


class Row(NamedTuple):
    """One line in words, so that drawing it costs next to nothing."""

    url: str
    title: str
    unit: str
    round: str
    status: str
    tone: str
    closes_at: datetime


def _row(review: seeing.OnDesk) -> Row:
    status = AssignmentStatus(review.status)
    return Row(
        url=reverse("reviews:review", args=[review.key]),
        title=review.title or "（未命名项目）",
        unit=review.unit,
        round=_round(review),
        status=str(status.label),
        tone=TONES[status],
        closes_at=review.closes_at,
    )


def _round(review: seeing.OnDesk) -> str:
    kind = RoundKind(review.kind).label
    mode = "" if review.mode == Mode.ONLINE else f"·{Mode(review.mode).label}"
    return f"{review.batch}·{kind}{mode}"
