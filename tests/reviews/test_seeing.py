"""Statements composed once see what `visible_to` sees, and a save asks few of them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation import clock
from reviews import seeing
from reviews.models import Assignment, AssignmentStatus, Pledge, Round, RoundStatus
from schools.models import Role
from tests.factories.people import AppointmentFactory, person
from tests.factories.reviews import GOOD_COMMENT, AssignmentFactory, reviewer, scores
from tests.factories.schools import RootFactory, UnitFactory

pytestmark = pytest.mark.django_db
MOST_FIRST, MOST_AGAIN = 12, 8


def _change(what, assignment):
    """Returns who looks, after something became so."""
    user, entry = assignment.reviewer, assignment.entry
    organisation, rounds = entry.project.organisation, Round.objects.filter(pk=entry.round_id)
    if what == "somebody else":
        return reviewer()
    if what == "no reviewer any more":
        user.appointments.update(until=clock.today() - timedelta(days=1))
    elif what == "a tie":
        AppointmentFactory(user=user, role=Role.STAFF, organisation=organisation)
    elif what in ("the same area", "the same area, avoided"):
        AppointmentFactory(
            user=user, role=Role.STAFF, organisation=UnitFactory(parent=organisation.parent)
        )
        rounds.update(avoid_area=what.endswith("avoided"))
    elif what == "frozen":
        rounds.update(status=RoundStatus.FROZEN)
    elif what == "not begun":
        rounds.update(opens_at=clock.now() + timedelta(hours=1))
    elif what == "recused":
        Assignment.objects.filter(pk=assignment.pk).update(status=AssignmentStatus.RECUSED)
    elif what == "of the staff":
        return person(Role.BUREAU, RootFactory())
    return type(user).objects.get(pk=user.pk)


@pytest.mark.parametrize(
    ("what", "is_seen"),
    [
        ("nothing", True), ("the same area", True), ("the same area, avoided", False),
        ("a tie", False), ("somebody else", False), ("no reviewer any more", False),
        ("frozen", False), ("not begun", False), ("recused", False), ("of the staff", False),
    ],
)  # fmt: skip
def test_both_answers_agree(what, is_seen):
    assignment = AssignmentFactory()
    AssignmentFactory()
    user = _change(what, assignment)

    visible = set(Assignment.objects.visible_to(user))
    assert (assignment in visible) is is_seen
    assert (seeing.to_score(user, assignment.pk) is not None) is is_seen


def test_the_pledge_comes_along():
    assignment = AssignmentFactory(pledged=False)
    assert seeing.to_score(assignment.reviewer, assignment.pk).entry.round.pledged_by == 0
    Pledge.objects.create(reviewer=reviewer(), round=assignment.entry.round)
    assert seeing.to_score(assignment.reviewer, assignment.pk).entry.round.pledged_by == 0
    Pledge.objects.create(reviewer=assignment.reviewer, round=assignment.entry.round)
    found = seeing.to_score(assignment.reviewer, assignment.pk)
    assert found.entry.round.pledged_by == assignment.reviewer_id


def _asked(client, url, data):
    """Statements of one POST without the savepoints that stand for the transaction in a test."""
    with CaptureQueriesContext(connection) as caught:
        assert client.post(url, data).status_code == 302
    return [q["sql"] for q in caught if "SAVEPOINT" not in q["sql"]]


def test_a_save_asks_few_statements(client):
    """Session, person, rights, review, criteria; lock, scores, event, review, three for the chain."""
    assignment = AssignmentFactory()
    client.force_login(assignment.reviewer)
    url = reverse("reviews:review", args=[assignment.pk])
    given = {f"score_{pk}": value for pk, value in scores(assignment).items()}

    assert len(_asked(client, url, given | {"version": 0, "comment": GOOD_COMMENT})) <= MOST_FIRST
    assignment.refresh_from_db()
    assert (assignment.status, assignment.comment) == (AssignmentStatus.DRAFT, GOOD_COMMENT)
    assert assignment.scores.count() == len(given)

    again = given | {"version": assignment.version, "comment": "好"}
    assert len(_asked(client, url, again)) <= MOST_AGAIN
