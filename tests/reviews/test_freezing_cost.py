"""A freeze moves every project and leaves every trace, in statements that do not grow with them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from brands.models import Project, ProjectStatus
from foundation.audit.models import AuditEvent
from foundation.audit.services import faults
from foundation.verdict import Conflict
from reviews.services import freeze_round
from tests.factories.reviews import EntryFactory, RoundFactory, staff, submitted

pytestmark = pytest.mark.django_db


def judged(count):
    round = RoundFactory(status="open")
    for share in [0.9, 0.7, 0.8, 0.6][:count]:
        submitted(EntryFactory(round=round), share)
    return round


def cost(round):
    with CaptureQueriesContext(connection) as caught:
        freeze_round(round, by=staff())
    return len(caught)


def test_every_project_is_moved_and_on_record():
    round = judged(3)
    freeze_round(round, by=staff())

    projects = Project.objects.filter(entries__round=round).order_by("rank")
    assert [project.rank for project in projects] == [1, 2, 3]
    for project in projects:
        entry = project.entries.get()
        assert (project.status, project.version) == (ProjectStatus.SCORED, 1)
        assert (project.score, project.rank) == (entry.trimmed, entry.rank)
        event = project.events.get(name="finish_review")
        assert (event.source, event.target) == (ProjectStatus.IN_REVIEW, ProjectStatus.SCORED)
        kept = AuditEvent.objects.get(action="project.finish_review", object_id=str(project.pk))
        assert (kept.appointment, kept.actor_id) == (event.appointment, event.by_id)
    assert list(faults()) == []


def test_the_statements_do_not_grow_with_the_projects():
    first = judged(2)
    freeze_round(judged(1), by=staff())

    assert cost(judged(4)) == cost(first)


def test_one_project_that_cannot_be_moved_holds_all():
    round = judged(3)
    stuck = round.entries.last().project
    Project.objects.filter(pk=stuck.pk).update(status=ProjectStatus.WITHDRAWN)

    with pytest.raises(Conflict):
        freeze_round(round, by=staff())

    round.refresh_from_db()
    assert not round.is_frozen
    assert not Project.objects.filter(status=ProjectStatus.SCORED).exists()
    assert not AuditEvent.objects.filter(action="project.finish_review").exists()
