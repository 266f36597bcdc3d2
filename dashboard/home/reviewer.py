"""The reviewer's first page: n of m done, time left, the next entry; nothing else."""

from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from dashboard.home.task import Deadlines, Task
from reviews.models import Assignment, AssignmentStatus


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
    return [*_next(user, days), *lines]


def _next(user: Any, days: Deadlines) -> list[Task]:
    """Straight to the entry that the desk offers next."""
    left = Assignment.objects.visible_to(user).unfinished().select_related("entry__round")
    entry = left.order_by("entry__round__closes_at", "entry__round", "pk").first()
    if entry is None:
        return []
    url = reverse("reviews:review", args=[entry.pk])
    return [days.task("评下一项", "打开评分表。", url, entry.entry.round.closes_at)]
