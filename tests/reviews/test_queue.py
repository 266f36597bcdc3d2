"""A reviewer's queue: an order of their own, the same each time, from the desk to the last review."""

import pytest

from reviews import seeing
from reviews.models import Assignment
from tests.factories.reviews import AssignmentFactory, EntryFactory, RoundFactory, reviewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def queues():
    """Eight entries of one round under the same two reviewers: entries in the order of each."""
    round = RoundFactory(status="open")
    people = [reviewer(), reviewer()]
    for _ in range(8):
        entry = EntryFactory(round=round)
        for person in people:
            AssignmentFactory(entry=entry, reviewer=person)
    return {person: [one.key for one in seeing.desk(person)] for person in people}


def test_everybody_has_an_order_of_their_own(queues):
    entries = dict(Assignment.objects.values_list("pk", "entry"))
    one, other = ([entries[key] for key in queue] for queue in queues.values())
    assert sorted(one) == sorted(other)
    assert one != other
    assert one != sorted(one)


def test_the_order_is_the_same_each_time(queues):
    for person, queue in queues.items():
        assert [one.key for one in seeing.desk(person)] == queue
        assert queue == sorted(queue, key=lambda key: seeing.place_of(key, person.pk))


def test_next_goes_through_the_queue_and_round_to_its_beginning(queues):
    for person, queue in queues.items():
        for here, then in zip(queue, [*queue[1:], queue[0]], strict=True):
            assert seeing.following(person, here) == then


def test_next_leaves_out_what_is_handed_in(queues):
    person, queue = next(iter(queues.items()))
    Assignment.objects.filter(pk=queue[1]).update(status="submitted", total=80)
    assert seeing.following(person, queue[0]) == queue[2]
