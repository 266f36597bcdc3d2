"""Two people at once: numbers stay in order, and one project is named once."""

import threading

import pytest
from django.db import connection

from brands.models import Honour, Publicity
from brands.services.naming import name_many
from foundation import clock
from foundation.verdict import Conflict
from tests.brands.after import city, published

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*jobs):
    """Run the jobs together; what each answered, in no order."""
    answers, start = [], threading.Barrier(len(jobs))

    def run(job):
        start.wait()
        try:
            answers.append(job())
        except Conflict:
            answers.append("conflict")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def ended(people, count):
    publicity, projects = published(people, count)
    Publicity.objects.filter(pk=publicity.pk).update(
        closes_at=clock.start_of(clock.today()), status="ended"
    )
    return publicity.batch, [project.pk for project in projects]


def test_two_batches_named_together_share_one_sequence():
    people = city()
    batches = [ended(people, 3) for _ in range(2)]

    answers = at_once(
        *(
            lambda batch=batch, keys=keys: name_many(
                batch, keys, by=people.leader, document_number="18号"
            )
            for batch, keys in batches
        )
    )

    assert answers == [3, 3]
    numbers = sorted(Honour.objects.values_list("number", flat=True))
    assert numbers == [f"苏YP-2026-{n:04d}" for n in range(1, 7)]


def test_the_same_batch_is_named_once():
    people = city()
    batch, keys = ended(people, 2)

    answers = at_once(
        *[lambda: name_many(batch, keys, by=people.leader, document_number="18号")] * 2
    )

    assert sorted(answers, key=str) == [2, "conflict"]
    assert Honour.objects.count() == 2
