"""Invitations, lots and wishes pressed at once, in real threads: one outcome, never half of two."""

from datetime import timedelta
from functools import partial

import pytest

from foundation import clock
from reviews import inviting, plans, preparing_lots, wishing
from reviews.assigning import Rules
from reviews.enrolling import apply_import, draft_import
from reviews.lots import Wanted
from reviews.models import Assignment, AssignmentPlan, AvoidWish, Invitation, Lots, Reviewer
from schools.models import Role
from tests.crowd import outcomes_of
from tests.factories.people import person
from tests.factories.reviews import (
    EligibleProjectFactory,
    EntryFactory,
    RoundFactory,
    reviewer,
    staff,
)
from tests.factories.schools import RootFactory
from tests.reviews.test_inviting import expert, soon
from tests.reviews.test_pool_import import row, sheet

pytestmark = pytest.mark.django_db(transaction=True)


def again(thing):
    return type(thing)._default_manager.get(pk=thing.pk)


def test_an_invitation_answered_twice_at_once_has_one_answer():
    clerk, round = staff(), RoundFactory()
    who = expert()
    inviting.invite(round, [who.pk], soon(), by=clerk)
    found = Invitation.objects.get()

    ended = outcomes_of(
        [
            partial(inviting.move, again(found), "accept", by=who, version=0),
            partial(inviting.move, again(found), "decline", by=who, version=0, note="没有时间"),
        ]
    )

    assert ended == {"done": 1, "conflict": 1}
    assert found.events.count() == 1


def test_two_of_the_staff_invite_the_same_person_once():
    clerk, round, who = staff(), RoundFactory(), expert()

    ended = outcomes_of(
        [partial(inviting.invite, again(round), [who.pk], soon(), by=clerk) for _ in range(4)]
    )

    assert ended == {"done": 4}
    assert Invitation.objects.count() == 1


def test_who_leaves_while_the_plan_is_published_holds_nothing_afterwards():
    clerk, round = staff(), RoundFactory(status="open", per_entry=1)
    for _ in range(3):
        EntryFactory(round=round)
    who = reviewer()
    inviting.invite(round, [who.pk], soon(), by=clerk)
    found = Invitation.objects.get()
    inviting.move(found, "accept", by=who)
    plan = AssignmentPlan.objects.create(
        round=round, rules=plans.stored(Rules(per_entry=1)), seed=5, created_by=clerk
    )
    plans.work(plan, by=clerk, step=lambda done: None)

    outcomes_of(
        [
            partial(plans.publish, again(plan), by=clerk, version=plan.version),
            partial(inviting.move, again(found), "leave", by=who, note="住院"),
        ]
    )

    assert again(found).status == "left"
    assert not Assignment.objects.unfinished().exists()


def test_lots_are_drawn_once():
    clerk = staff()
    watchers = [person(Role.SUPERVISION, RootFactory()) for _ in range(3)]
    for _ in range(5):
        expert()
    lots = preparing_lots.prepare(RoundFactory(), [Wanted("", "", 2)], by=clerk)

    ended = outcomes_of(
        [
            partial(preparing_lots.witness, again(lots), f"{n}" * 6, by=who, version=0)
            for n, who in enumerate(watchers)
        ]
    )

    assert ended == {"done": 1, "conflict": 2}
    found = Lots.objects.get()
    assert found.seed == f"{watchers.index(found.witness)}" * 6


def test_no_more_than_three_wishes_however_they_are_sent():
    project = EligibleProjectFactory()
    teacher = person(Role.STAFF, project.organisation)
    wishes = [
        AvoidWish(project=project, name=f"某{n}", unit="教科院", reason="有争议") for n in range(6)
    ]

    ended = outcomes_of([partial(wishing.ask, one, by=teacher) for one in wishes])

    assert ended == {"done": 3, "conflict": 3}
    assert AvoidWish.objects.count() == 3


def test_an_import_pressed_twice_enters_once():
    clerk = staff()
    draft = draft_import(sheet(row(), row(姓名="王某")), name="专家.xlsx", by=clerk)

    ended = outcomes_of([partial(apply_import, again(draft), by=clerk) for _ in range(3)])

    assert ended == {"done": 3}
    assert Reviewer.objects.count() == 2
    assert draft.created_at > clock.now() - timedelta(hours=1)
