"""What the driver must know of a built database, and putting back what an earlier run changed."""

from typing import Any

from django.db import connection, transaction

from bench.registry import JUDGE, PASSWORD, REVIEWER, STAFF
from bench.words import STORIED
from brands.models import Project
from reviews.models import (
    Assignment,
    AssignmentEvent,
    AssignmentStatus,
    Criterion,
    Round,
    RoundStatus,
    Score,
)


def size() -> int:
    """Projects of the frozen round."""
    return Project.objects.filter(batch__rounds__status=RoundStatus.FROZEN).count()


@transaction.atomic
def put_back() -> None:
    """The benchmark's own reviews are untouched again. The audit chain keeps what was done."""
    mine = Assignment.objects.filter(reviewer__username=JUDGE).order_by()
    Score.objects.filter(assignment__in=mine).delete()
    AssignmentEvent.objects.filter(assignment__in=mine).delete()
    mine.update(
        status=AssignmentStatus.ASSIGNED, version=0, comment="", total=None, submitted_at=None
    )


def analyze() -> None:
    """Fresh statistics and visibility, as autovacuum keeps them in a database in service."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _nth(place: int) -> int:
    return Project.objects.order_by("pk").values_list("pk", flat=True)[place]


def collect() -> dict[str, Any]:
    frozen = Round.objects.get(status=RoundStatus.FROZEN)
    return {
        "engine": connection.vendor,
        "staff": STAFF,
        "judge": JUDGE,
        "reviewer": REVIEWER,
        "password": PASSWORD,
        "round": frozen.pk,
        "projects": Project.objects.count(),
        "entries": frozen.entries.count(),
        "some_project": _nth(0),
        "storied": _nth(STORIED),
        "ordinary": _nth(STORIED + 1),
        "criteria": list(
            Criterion.objects.filter(rubric=frozen.rubric).values_list("pk", flat=True)
        ),
        "sheet": Assignment.objects.filter(
            reviewer__username=REVIEWER, entry__round__status=RoundStatus.OPEN
        )
        .order_by("pk")
        .values_list("pk", flat=True)[0],
        "assignments": list(
            Assignment.objects.filter(reviewer__username=JUDGE)
            .order_by("pk")
            .values_list("pk", flat=True)
        ),
    }
