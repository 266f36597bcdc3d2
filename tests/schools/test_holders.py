"""Who holds a role now: what letters, lists and the question of who stands in ask."""

from datetime import timedelta

import pytest

from foundation import clock
from schools.models import Appointment, Role
from tests.factories.people import AppointmentFactory, person
from tests.factories.schools import RootFactory

pytestmark = pytest.mark.django_db


def test_holders_are_live_active_and_of_these_roles():
    root = RootFactory()
    yesterday = clock.today() - timedelta(days=1)
    here = [AppointmentFactory(role=role, organisation=root) for role in (Role.BUREAU, Role.LEADER)]
    AppointmentFactory(role=Role.BUREAU, organisation=root, until=yesterday)
    person(Role.BUREAU, root, is_active=False)
    person(Role.AUDITOR, root)

    assert list(Appointment.objects.holders(Role.BUREAU, Role.LEADER)) == here
    assert list(Appointment.objects.holders(Role.BUREAU)) == here[:1]
