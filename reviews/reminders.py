"""Who is reminded of a review, and when (domain.md B3); the engine is `notifications.reminding`."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from foundation import clock
from foundation.notifications.reminding import (
    FORGOTTEN_AFTER,
    Draft,
    Kind,
    Matter,
    Step,
    only,
    register,
)
from reviews.models import Assignment, Invitation, Round, RoundStatus
from schools.recipients import bureau_desks

STEPS = (Step(-2), Step(-1), Step(0))
LATE_STEPS = (Step(1), Step(3))
ANSWER_STEPS = (Step(-1), Step(0))
UNANSWERED_STEPS = (Step(1),)


def _unfinished(subject: str | None) -> Iterator[Matter]:
    """What each reviewer has left in a round that runs, as "round:reviewer"."""
    now = clock.now()
    left = Assignment.objects.unfinished().filter(
        entry__round__status=RoundStatus.OPEN,
        entry__round__opens_at__lte=now,
        entry__round__closes_at__gte=now,
    )
    if subject is not None:
        round_pk, reviewer = map(int, subject.split(":"))
        left = left.filter(entry__round=round_pk, reviewer=reviewer)
    counts = left.order_by().values_list("entry__round", "reviewer").annotate(count=Count("pk"))
    rounds = Round.objects.select_related("batch").in_bulk({row[0] for row in counts})
    for pk, reviewer, count in counts:
        row = (rounds[pk], reviewer, count)
        yield Matter(
            f"{pk}:{reviewer}", rounds[pk].closes_at, STEPS, row, since=rounds[pk].opens_at
        )


def _to_reviewers(matters: list[Matter], step: Step, when: str) -> Iterable[tuple[Matter, Draft]]:
    for matter in matters:
        round, reviewer, count = matter.row
        text = f"{round}于{_words(round.closes_at)}截止，您还有{count}项没有提交。"
        subject = f"评审{when}：还有{count}项没有提交"
        yield matter, Draft(reviewer, subject, text, reverse("reviews:desk"))


def _over(subject: str | None) -> Iterator[Matter]:
    """Rounds whose window is past while scores are missing."""
    now = clock.now()
    late = Assignment.objects.unfinished().order_by().values("entry__round")
    rounds = Round.objects.filter(
        pk__in=late,
        status=RoundStatus.OPEN,
        closes_at__lt=now,
        closes_at__gte=now - FORGOTTEN_AFTER,
    )
    for round in only(rounds, subject).select_related("batch"):
        yield Matter(str(round.pk), round.closes_at, LATE_STEPS, round)


def _to_staff(matters: list[Matter], step: Step, when: str) -> Iterable[tuple[Matter, Draft]]:
    people = sorted({user for _, user in bureau_desks()})
    for matter in matters:
        round = matter.row
        count = Assignment.objects.filter(entry__round=round).unfinished().count()
        subject = f"评分已截止，还有{count}项没有提交"
        text = f"{round}还有{count}项评审没有提交。请撤换专家，或更改截止时间。"
        for user in people:
            yield matter, Draft(user, subject, text, reverse("reviews:round", args=[round.pk]))


def _unanswered(subject: str | None) -> Iterator[Matter]:
    """Invitations that wait for their answer, each by its own day."""
    waiting = Invitation.objects.waiting().filter(answer_by__gte=clock.now())
    rows = only(waiting, subject).exclude(round__status=RoundStatus.FROZEN)
    for one in rows.select_related("round__batch"):
        yield Matter(str(one.pk), one.answer_by, ANSWER_STEPS, one, since=one.asked_at)


def _to_invited(matters: list[Matter], step: Step, when: str) -> Iterable[tuple[Matter, Draft]]:
    for matter in matters:
        one = matter.row
        text = f"请您担任{one.round}的评审专家，请于{_words(one.answer_by)}前接受或谢绝。"
        link = reverse("reviews:invitation", args=[one.pk])
        yield matter, Draft(one.reviewer_id, f"评审邀请{when}", text, link)


def _lapsed(subject: str | None) -> Iterator[Matter]:
    """Rounds in which invitations of one day were left without an answer."""
    now = clock.now()
    past = Invitation.objects.waiting().exclude(round__status=RoundStatus.FROZEN)
    past = past.filter(answer_by__lt=now, answer_by__gte=now - FORGOTTEN_AFTER)
    if subject is not None:
        past = past.filter(round=int(subject))
    rows = past.order_by().values_list("round", "answer_by").annotate(count=Count("pk"))
    rounds = Round.objects.select_related("batch").in_bulk({row[0] for row in rows})
    for pk, answer_by, count in rows:
        yield Matter(str(pk), answer_by, UNANSWERED_STEPS, (rounds[pk], count))


def _to_inviters(matters: list[Matter], step: Step, when: str) -> Iterable[tuple[Matter, Draft]]:
    people = sorted({user for _, user in bureau_desks()})
    for matter in matters:
        round, count = matter.row
        text = f"{round}有{count}位专家到期没有答复邀请。请补抽，或再次邀请。"
        link = reverse("reviews:invitations", args=[round.pk])
        for user in people:
            yield matter, Draft(user, f"{count}位专家没有答复评审邀请", text, link)


def _words(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y年%m月%d日%H:%M}"


def fill() -> None:
    register(Kind("review-due", _unfinished, _to_reviewers))
    register(Kind("review-late", _over, _to_staff))
    register(Kind("invitation-due", _unanswered, _to_invited))
    register(Kind("invitation-lapsed", _lapsed, _to_inviters))
