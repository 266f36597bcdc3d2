"""What a reviewer says before the first sight of an entry: ties, then the pledge."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from brands.models import Project
from foundation import clock
from foundation.audit.services import record
from reviews import services
from reviews.models import Assignment, Pledge, Round, Tie, TieKind
from schools.models import PartyOrganisation


def to_declare(round: Round, user: Any) -> QuerySet[Assignment]:
    """The applicants of one's own entries not yet declared for, by name: no content, no file."""
    own = Assignment.objects.visible_to(user).unfinished().undeclared().filter(entry__round=round)
    return (
        own.select_related("entry__project__organisation")
        .defer("comment", "entry__project__content")
        .order_by("entry__project__organisation__name", "pk")
    )


def declare(round: Round, shown: Collection[int], ties: Mapping[int, str], *, by: Any) -> Pledge:
    """`ties`: assignment → why. These are given back and never come again; then the pledge.

    The others of `shown` open. What was assigned since the page was drawn stays closed, and so does
    what comes after the pledge, until it is declared for in its turn.
    """
    with transaction.atomic():
        own = list(to_declare(round, by).filter(pk__in=shown))
        for assignment in sorted(own, key=lambda one: one.entry_id):
            if assignment.pk not in ties:
                continue
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
        untied = [one.pk for one in own if one.pk not in ties]
        Assignment.objects.filter(pk__in=untied).update(declared_at=clock.now())
        if untied:
            record("assignment.declare", by=by, obj=round, untied=untied)
        return services.pledge(round, by=by)


def declare_no_ties(round: Round, *, by: Any) -> Pledge:
    """The pledge, and no tie to anything that is there to declare for."""
    shown = list(to_declare(round, by).values_list("pk", flat=True))
    return declare(round, shown, {}, by=by)


def declare_units(round: Round, units: Mapping[int, str], *, by: Any) -> Pledge:
    """`units`: unit → why, of a blind round. Said of the whole register, so it holds for all that
    one has; what is theirs is given back without a word about which it was."""
    with transaction.atomic():
        own = to_declare(round, by)
        ties: dict[int, str] = {}
        for unit in PartyOrganisation.objects.filter(pk__in=units).order_by("pk"):
            why = units[unit.pk]
            theirs = Q(organisation__path__startswith=unit.path)
            if unit.school_id:
                theirs |= Q(organisation__school=unit.school_id)
                tie = Tie.objects.create(
                    user=by,
                    kind=TieKind.DECLARED,
                    school=unit.school,
                    reason=why[:300],
                    by=by,
                    confirmed_at=clock.now(),
                )
                record("tie.declare", by=by, obj=tie)
            projects = Project.objects.filter(theirs, entries__round=round).order_by()
            near = own.filter(entry__project__in=projects.values("pk"))
            ties |= dict.fromkeys(near.values_list("pk", flat=True), why)
        shown = list(own.values_list("pk", flat=True))
        return declare(round, shown, ties, by=by)
