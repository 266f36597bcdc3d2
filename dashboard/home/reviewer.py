"""The reviewer's first page: n of m done, time left, the next entry; nothing else."""

from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from dashboard.home.task import Deadlines, Task
from foundation import clock
from reviews.models import Assignment, AssignmentStatus, Invitation, RoundStatus


def tasks(user: Any, days: Deadlines) -> list[Task]:
    rounds = (
        Assignment.objects.visible_to(user)
        .order_by()
        .values("entry__round", "entry__round__batch__title", "entry__round__closes_at")
        .annotate(
            total=Count("pk"),
            finished=Count("pk", filter=Q(status=AssignmentStatus.SUBMITTED)),
        )
    )
    lines = [
        days.task(
            f"评审{row['entry__round__batch__title']}：已评 {row['finished']} / {row['total']}",
            "逐项评分，提交后不能再改。",
            reverse("reviews:desk"),
            row["entry__round__closes_at"],
        )
        for row in rounds
        if row["finished"] < row["total"]
    ]
    return [*_next(user, days), *_invitations(user, days), *lines]


def _invitations(user: Any, days: Deadlines) -> list[Task]:
    """What waits for a yes or a no."""
    waiting = Invitation.objects.visible_to(user).waiting().filter(reviewer=user)
    waiting = waiting.filter(answer_by__gte=clock.now()).exclude(round__status=RoundStatus.FROZEN)
    return [
        days.task(
            f"答复评审邀请：{one.round.batch.title}",
            "接受邀请，或写明理由谢绝。",
            reverse("reviews:invitation", args=[one.pk]),
            one.answer_by,
        )
        for one in waiting.select_related("round__batch").order_by("answer_by", "pk")
    ]


def _next(user: Any, days: Deadlines) -> list[Task]:
    """Straight to the entry that the desk offers next."""
    left = Assignment.objects.visible_to(user).unfinished().select_related("entry__round")
    entry = left.order_by("entry__round__closes_at", "entry__round", "pk").first()
    if entry is None:
        return []
    url = reverse("reviews:review", args=[entry.pk])
    return [days.task("评下一项", "打开评分表。", url, entry.entry.round.closes_at)]
