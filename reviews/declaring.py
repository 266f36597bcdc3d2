"""What a reviewer says before the first sight of an entry: ties, then the pledge."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from foundation import clock
from foundation.audit.services import record
from reviews import services
from reviews.models import Assignment, Pledge, Round, Tie, TieKind


def to_declare(round: Round, user: Any) -> QuerySet[Assignment]:
    """The applicants of one's own entries, by name: no content, no file."""
    own = Assignment.objects.visible_to(user).unfinished().filter(entry__round=round)
    return (
        own.select_related("entry__project__organisation")
        .defer("comment", "entry__project__content")
        .order_by("entry__project__organisation__name", "pk")
    )


def declare(round: Round, ties: Mapping[int, str], *, by: Any) -> Pledge:
    """`ties`: assignment → why. These are given back and never come again; then the pledge."""
    with transaction.atomic():
        own = to_declare(round, by).filter(pk__in=ties)
        for assignment in sorted(own, key=lambda one: one.entry_id):
            tie = Tie.objects.create(
                user=by,
                kind=TieKind.DECLARED,
                project_id=assignment.entry.project_id,
                reason=ties[assignment.pk][:300],
                by=by,
                confirmed_at=clock.now(),
            )
            services.recuse(assignment, ties[assignment.pk], by=by)
            record("tie.declare", by=by, obj=tie, assignment=assignment.pk)
        return services.pledge(round, by=by)
