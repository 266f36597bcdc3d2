"""Two hands at once on people and appointments, with real threads."""

import pytest

from foundation import clock
from schools.models import Appointment, Role
from schools.services import issuing, people
from tests.crowd import outcomes_of
from tests.factories.people import UserFactory, person
from tests.factories.schools import RootFactory, UnitFactory

pytestmark = pytest.mark.django_db(transaction=True)


def appointing(by, someone, role, organisation):
    return lambda: people.appoint(
        someone, by=by, role=role, organisation=organisation, since=clock.today()
    )


def test_one_organisation_gets_one_secretary():
    bureau, unit = person(Role.BUREAU, RootFactory()), UnitFactory()
    candidates = [UserFactory() for _ in range(4)]

    ends = outcomes_of([appointing(bureau, one, Role.SECRETARY, unit) for one in candidates])

    assert ends == {"done": 1, "conflict": 3}
    assert Appointment.objects.filter(organisation=unit).count() == 1


def test_one_comes_back_or_another_is_appointed():
    bureau, unit = person(Role.BUREAU, RootFactory()), UnitFactory()
    former, next_one = person(Role.SECRETARY, unit, is_active=False), UserFactory()

    ends = outcomes_of(
        [
            lambda: people.set_active(former, True, by=bureau),
            appointing(bureau, next_one, Role.SECRETARY, unit),
        ]
    )

    assert ends == {"done": 1, "conflict": 1}


def test_one_person_gets_one_of_the_three_duties():
    root = RootFactory()
    keeper, someone = person(Role.SECURITY_ADMIN, root), UserFactory()
    duties = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR)

    ends = outcomes_of([appointing(keeper, someone, role, root) for role in duties])

    assert ends == {"done": 1, "conflict": 2}


def test_one_user_name_is_given_once():
    bureau = person(Role.BUREAU, RootFactory())

    def create():
        people.create_person(by=bureau, username="samename", name="某人")

    assert outcomes_of([create] * 3) == {"done": 1, "conflict": 2}


def test_two_who_issue_at_once_share_no_school():
    bureau = person(Role.BUREAU, RootFactory())
    for n in range(3):
        UnitFactory(secretary_name=f"书记{n}")

    ends = outcomes_of([lambda: issuing.issue(by=bureau)] * 2)

    assert ends == {"done": 2}
    assert Appointment.objects.filter(role=Role.SECRETARY).count() == 3
