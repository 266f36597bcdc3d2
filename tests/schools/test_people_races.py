"""Two hands at once on people and appointments, with real threads."""

import threading
from collections import Counter

import pytest
from django.db import connections

from foundation import clock
from foundation.verdict import Conflict
from schools.models import Appointment, Role
from schools.services import issuing, people
from tests.factories.people import UserFactory, person
from tests.factories.schools import RootFactory, UnitFactory

pytestmark = pytest.mark.django_db(transaction=True)


def together(*jobs):
    """Run all jobs at the same moment; how many ended in what."""
    gate, ends = threading.Barrier(len(jobs)), Counter()

    def run(job):
        gate.wait()
        try:
            job()
            ends["done"] += 1
        except Conflict:
            ends["conflict"] += 1
        except Exception as error:  # Anything else would have been a 500.
            ends[repr(error)] += 1
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


def appointing(by, someone, role, organisation):
    return lambda: people.appoint(
        someone, by=by, role=role, organisation=organisation, since=clock.today()
    )


def test_one_organisation_gets_one_secretary():
    bureau, unit = person(Role.BUREAU, RootFactory()), UnitFactory()
    candidates = [UserFactory() for _ in range(4)]

    ends = together(*(appointing(bureau, one, Role.SECRETARY, unit) for one in candidates))

    assert ends == {"done": 1, "conflict": 3}
    assert Appointment.objects.filter(organisation=unit).count() == 1


def test_one_person_gets_one_of_the_three_duties():
    root = RootFactory()
    keeper, someone = person(Role.SECURITY_ADMIN, root), UserFactory()
    duties = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR)

    ends = together(*(appointing(keeper, someone, role, root) for role in duties))

    assert ends == {"done": 1, "conflict": 2}


def test_one_user_name_is_given_once():
    bureau = person(Role.BUREAU, RootFactory())

    def create():
        people.create_person(by=bureau, username="samename", name="某人")

    assert together(create, create, create) == {"done": 1, "conflict": 2}


def test_two_who_issue_at_once_share_no_school():
    bureau = person(Role.BUREAU, RootFactory())
    for n in range(3):
        UnitFactory(secretary_name=f"书记{n}")

    ends = together(*[lambda: issuing.issue(by=bureau)] * 2)

    assert ends == {"done": 2}
    assert Appointment.objects.filter(role=Role.SECRETARY).count() == 3
