"""Two of the staff at one plan, in real threads: one wins, the other is told."""

from functools import partial

import pytest

from reviews import plans
from reviews.assigning import Rules
from reviews.models import Assignment, AssignmentPlan
from tests.crowd import outcomes_of
from tests.factories.reviews import EntryFactory, RoundFactory, reviewer, staff

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def plan(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    round, clerk = RoundFactory(status="open", per_entry=2), staff()
    for _ in range(3):
        EntryFactory(round=round)
        reviewer()
    rules = plans.stored(Rules(per_entry=2))
    made = AssignmentPlan.objects.create(round=round, rules=rules, seed=5, created_by=clerk)
    plans.work(made, by=clerk, step=lambda done: None)
    return made


def again(plan):
    return AssignmentPlan.objects.select_related("round").get(pk=plan.pk)


def test_a_plan_published_by_many_is_published_once(plan):
    facts = {"by": plan.created_by, "version": plan.version}
    presses = [partial(plans.publish, again(plan), **facts) for _ in range(6)]

    assert outcomes_of(presses) == {"done": 1, "conflict": 5}
    assert Assignment.objects.count() == 6


def test_two_plans_of_one_round_are_not_both_published(plan):
    """The second finds everybody placed otherwise than it says, or just as it says."""
    other = AssignmentPlan.objects.create(
        round=plan.round, rules=plan.rules, seed=6, created_by=plan.created_by
    )
    plans.work(other, by=plan.created_by, step=lambda done: None)

    outcomes_of([partial(plans.publish, again(one), by=plan.created_by) for one in (plan, other)])

    entries = Assignment.objects.values_list("entry", flat=True)
    assert {list(entries).count(entry) for entry in entries} == {2}
