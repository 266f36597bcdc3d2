"""The CSV of a round: every valid score, nobody's name, and nothing that a spreadsheet would reckon with."""

import csv
import io
from decimal import Decimal

import pytest
from django.urls import reverse

from foundation.audit.models import AuditEvent
from reviews import scores_csv
from reviews.models import Assignment, Score
from schools.models import Role
from tests.factories.people import person
from tests.factories.reviews import AssignmentFactory, EntryFactory, RoundFactory, scores, submitted
from tests.factories.schools import RootFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def round():
    return RoundFactory(status="open")


def read(response):
    text = b"".join(response.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:])))


def test_all_valid_scores_and_no_name(client, round, monkeypatch):
    monkeypatch.setattr(scores_csv, "_ROWS", 2)  # More than one piece.
    entries = [EntryFactory(round=round) for _ in range(2)]
    type(entries[0].project).objects.filter(pk=entries[0].project_id).update(title="=1+1")
    reviews = [submitted(entry, share) for entry in entries for share in (0.7, 0.9)]
    draft = AssignmentFactory(entry=entries[0])
    criterion, value = next(iter(scores(draft).items()))
    Score.objects.create(assignment=draft, criterion_id=criterion, value=value)
    submitted(EntryFactory())
    client.force_login(person(Role.LEADER, RootFactory()))

    response = client.get(reverse("reviews:scores-export", args=[round.pk]))
    rows = read(response)

    assert response.streaming
    assert [row["项目"] for row in rows] == ["'=1+1"] * 2 + [str(entries[1].project)] * 2
    assert [row["专家序号"] for row in rows] == ["1", "2", "1", "2"]
    titles = [criterion.title for criterion in round.rubric.asked]
    for row in rows:
        assert sum(Decimal(row[title]) for title in titles) == Decimal(row["总分"])
    totals = Assignment.objects.filter(entry__round=round).totals()
    assert sorted(Decimal(row["总分"]) for row in rows) == sorted(total for _, total in totals)
    names = {review.reviewer.name for review in reviews}
    assert not any(name in str(rows) for name in names)
    assert AuditEvent.objects.filter(action="export").count() == 1
