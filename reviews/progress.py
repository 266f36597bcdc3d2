"""How far a round is: counts for everyone of the city, scores only where the page may show them."""

from typing import Any

from django.db.models import Count, F, Q, QuerySet

from reviews.models import Assignment, AssignmentStatus, Entry, Recusal, Round

_LIVE = ~Q(assignments__status=AssignmentStatus.RECUSED) & Q(assignments__isnull=False)
_DONE = Q(assignments__status=AssignmentStatus.SUBMITTED)


def with_counts(rounds: QuerySet[Round]) -> QuerySet[Round]:
    live = ~Q(entries__assignments__status=AssignmentStatus.RECUSED)
    return rounds.annotate(
        entry_count=Count("entries", distinct=True),
        live_count=Count(
            "entries__assignments",
            filter=live & Q(entries__assignments__isnull=False),
            distinct=True,
        ),
        done_count=Count(
            "entries__assignments",
            filter=Q(entries__assignments__status=AssignmentStatus.SUBMITTED),
            distinct=True,
        ),
    )


def entries_of(round: Round) -> QuerySet[Entry]:
    """Entries with how many reviews each has and how many are in; no scores."""
    return (
        Entry.objects.filter(round=round)
        .for_list()
        .defer("project__content", "total_mean", "trimmed", "spread", "rank")
        .annotate(
            live=Count("assignments", filter=_LIVE),
            done=Count("assignments", filter=_DONE),
        )
        .order_by("pk")
    )


def reviewers_of(round: Round) -> QuerySet[Assignment, Any]:
    """name, live, done of each reviewer."""
    return (
        Assignment.objects.filter(entry__round=round)
        .live()
        .order_by()
        .values("reviewer", name=F("reviewer__name"))
        .annotate(live=Count("pk"), done=Count("pk", filter=Q(status=AssignmentStatus.SUBMITTED)))
        .order_by("name", "reviewer")
    )


def recusals_of(round: Round) -> QuerySet[Recusal]:
    return (
        Recusal.objects.filter(assignment__entry__round=round)
        .select_related("assignment__reviewer", "assignment__entry__project", "by")
        .defer("assignment__comment", "assignment__entry__project__content")
    )
