"""Who is reminded, and that it happens once."""

from datetime import timedelta

import pytest

from foundation import clock
from foundation.notifications.models import Notice
from foundation.notifications.reminding import plan
from foundation.notifications.tasks import plan_reminders
from foundation.outbox.models import Message
from foundation.outbox.services import drain
from reviews.models import Round
from reviews.services import recuse
from schools.models import Role
from tests.factories.people import person
from tests.factories.reviews import AssignmentFactory, EntryFactory, RoundFactory
from tests.factories.schools import RootFactory

pytestmark = pytest.mark.django_db


def remind_reviewers():
    return plan("review-due", "review-late")


@pytest.fixture
def assignment(at):
    at("2026-06-01 09:30")
    round = RoundFactory(status="open", closes_at=at("2026-06-10 18:00"))
    at("2026-06-01 09:30")
    Round.objects.filter(pk=round.pk).update(opens_at=clock.now() - timedelta(hours=1))
    return AssignmentFactory(entry=EntryFactory(round=round))


@pytest.mark.parametrize(
    ("moment", "count"),
    [
        ("2026-06-05 10:00", 0),
        ("2026-06-08 09:09", 0),
        ("2026-06-08 09:10", 1),
        ("2026-06-09 10:00", 1),
        ("2026-06-10 10:00", 1),
    ],
)
def test_reminders_two_one_and_no_days_before_the_end(at, assignment, moment, count):
    at(moment)
    assert remind_reviewers() == count


def test_a_day_asks_once_however_often_the_tick_comes(at, assignment):
    at("2026-06-09 10:00")
    remind_reviewers()
    remind_reviewers()
    drain()
    assert Notice.objects.filter(user=assignment.reviewer).count() == 1


def test_who_is_done_by_then_hears_nothing(at, assignment):
    at("2026-06-09 10:00")
    remind_reviewers()
    recuse(assignment, "临时有事无法评审", by=assignment.reviewer)
    drain()
    assert not Notice.objects.filter(user=assignment.reviewer).exists()


def test_after_the_end_the_bureau_hears_of_it_once(at, assignment):
    """Whoever made the round may be away: the letter goes to the desk."""
    desk = [person(Role.BUREAU, RootFactory()) for _ in range(2)]
    at("2026-06-11 10:00")
    assert remind_reviewers() == 2
    assert remind_reviewers() == 0
    letters = Message.objects.filter(key__startswith="inbox:review-late")
    assert {letter.payload["user"] for letter in letters} == {user.pk for user in desk}


def test_a_missed_day_is_made_up_by_the_next_run(at, assignment):
    """Nothing ran on the 8th, two days before the end."""
    at("2026-06-09 08:30")
    assert remind_reviewers() == 1
    at("2026-06-09 09:30")
    assert remind_reviewers() == 1


def test_a_moved_end_takes_the_old_letter_back(at, assignment):
    at("2026-06-09 10:00")
    remind_reviewers()
    end = at("2026-06-17 18:00")
    at("2026-06-09 10:00")
    Round.objects.update(closes_at=end)
    drain()
    assert not Notice.objects.filter(user=assignment.reviewer).exists()


def test_the_common_tick_plans_them_too(at, assignment):
    at("2026-06-09 10:00")
    assert plan_reminders() == 1
    assert remind_reviewers() == 0
