"""Two people at once: numbers stay in order, and one project is named once."""

import pytest

from brands.models import Honour, Publicity
from brands.services.naming import name_many
from foundation import clock
from tests.brands.after import city, published
from tests.crowd import answers_of

pytestmark = pytest.mark.django_db(transaction=True)


def ended(people, count):
    publicity, projects = published(people, count)
    Publicity.objects.filter(pk=publicity.pk).update(
        closes_at=clock.start_of(clock.today()), status="ended"
    )
    return publicity.batch, [project.pk for project in projects]


def test_two_batches_named_together_share_one_sequence():
    people = city()
    batches = [ended(people, 3) for _ in range(2)]

    answers = answers_of(
        [
            *(
                lambda batch=batch, keys=keys: name_many(
                    batch, keys, by=people.leader, document_number="18号"
                )
                for batch, keys in batches
            )
        ]
    )

    assert answers == [3, 3]
    numbers = sorted(Honour.objects.values_list("number", flat=True))
    assert numbers == [f"苏YP-2026-{n:04d}" for n in range(1, 7)]


def test_the_same_batch_is_named_once():
    people = city()
    batch, keys = ended(people, 2)

    answers = answers_of(
        [*[lambda: name_many(batch, keys, by=people.leader, document_number="18号")] * 2]
    )

    assert sorted(answers, key=str) == [2, "conflict"]
    assert Honour.objects.count() == 2
