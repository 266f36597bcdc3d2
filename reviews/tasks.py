"""Reminders to reviewers. May run any number of times: each letter has its key."""

from collections.abc import Iterator

from celery import shared_task
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from foundation import clock
from foundation.notifications.services import Letter, tell
from foundation.workdays.services import is_workday, workdays_until
from reviews.models import Assignment, Round, RoundStatus

STEPS = (2, 1, 0)  # working days before the end (domain.md B3)
NOT_BEFORE = 9


@shared_task
def remind_reviewers() -> int:
    """T-2, T-1, T0 to whoever has something left; after the end once to the staff. How many."""
    now = timezone.localtime(clock.now())
    if now.hour < NOT_BEFORE or not is_workday(now.date()):
        return 0
    rounds = Round.objects.filter(status=RoundStatus.OPEN, opens_at__lte=now)
    letters = [letter for round in rounds.select_related("batch") for letter in _letters(round)]
    tell(letters)
    return len(letters)


def _letters(round: Round) -> Iterator[Letter]:
    end = timezone.localdate(round.closes_at)
    left = Assignment.objects.filter(entry__round=round).unfinished().order_by()
    if clock.now() > round.closes_at:
        yield from _to_staff(round, left.count())
        return
    days = workdays_until(clock.today(), end)
    if days not in STEPS:
        return
    for reviewer_id, count in left.values_list("reviewer").annotate(count=Count("pk")):
        yield Letter(
            user_id=reviewer_id,
            key=f"review-reminder:{reviewer_id}:{round.pk}:{days}:{end}",
            subject=f"还有{count}项评审没有提交",
            text=f"{round}于{timezone.localtime(round.closes_at):%Y年%m月%d日%H:%M}截止，您还有{count}项没有提交。",
            link=reverse("reviews:desk"),
            subject_kind="review",
            facts={"round": round.pk, "reviewer": reviewer_id},
        )


def _to_staff(round: Round, count: int) -> Iterator[Letter]:
    if count:
        yield Letter(
            user_id=round.created_by_id,
            key=f"review-late:{round.pk}:{timezone.localdate(round.closes_at)}",
            subject=f"评分已截止，还有{count}项没有提交",
            text=f"{round}还有{count}项评审没有提交。请撤换专家，或更改截止时间。",
            link=reverse("reviews:round", args=[round.pk]),
        )
