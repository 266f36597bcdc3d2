"""Who sees which school and which organisation: down the tree, never sideways."""

from datetime import timedelta

import pytest
from django.urls import reverse

from foundation import clock
from schools.models import OrganisationKind, PartyOrganisation, Role, School, Tier
from tests.factories.people import AppointmentFactory, UserFactory, person
from tests.factories.schools import AreaCommitteeFactory, RootFactory, UnitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def trees():
    here, there = AreaCommitteeFactory(), AreaCommitteeFactory()
    return UnitFactory(parent=here), UnitFactory(parent=here), UnitFactory(parent=there)


def seen(client, user, unit):
    client.force_login(user)
    school = client.get(reverse("schools:school", args=[unit.school.pk])).status_code
    organisation = client.get(reverse("schools:organisation", args=[unit.pk])).status_code
    assert school == organisation
    return school == 200


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.STAFF])
def test_school_people_see_their_own_only(client, trees, role):
    user = person(role, trees[0])
    assert [seen(client, user, unit) for unit in trees] == [True, False, False]


def test_district_sees_its_area_only(client, trees):
    user = person(Role.DISTRICT, trees[0].parent)
    assert [seen(client, user, unit) for unit in trees] == [True, True, False]


@pytest.mark.parametrize("role", [Role.BUREAU, Role.LEADER, Role.SUPERVISION])
def test_city_sees_all(client, trees, role):
    user = person(role, RootFactory())
    assert [seen(client, user, unit) for unit in trees] == [True, True, True]


@pytest.mark.parametrize(
    "role", [Role.REVIEWER, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR]
)
def test_others_see_none(client, trees, role):
    user = person(role, RootFactory())
    assert [seen(client, user, unit) for unit in trees] == [False, False, False]
    assert not School.objects.visible_to(user).exists()
    assert not PartyOrganisation.objects.visible_to(user).exists()


def test_expired_appointment_sees_none(client, trees):
    user = UserFactory()
    yesterday = clock.today() - timedelta(days=1)
    AppointmentFactory(user=user, organisation=trees[0], until=yesterday)
    assert not seen(client, user, trees[0])


def test_two_appointments_add_up(client, trees):
    user = person(Role.SECRETARY, trees[0])
    AppointmentFactory(user=user, organisation=trees[2])
    assert [seen(client, user, unit) for unit in trees] == [True, False, True]


def test_area_whose_key_begins_alike_is_another(trees):
    """The path test must not take 1/ for the beginning of 10/."""
    user = person(Role.DISTRICT, trees[0].parent)
    paths = PartyOrganisation.objects.visible_to(user).values_list("path", flat=True)
    assert all(path.startswith(trees[0].parent.path) for path in paths)


def test_school_list_asks_for_an_area_only_where_there_are_several(client, trees):
    district = person(Role.DISTRICT, trees[0].parent)

    def offered(user):
        client.force_login(user)
        field = client.get(reverse("schools:schools")).context["filters"].fields.get("area")
        return field and list(field.queryset)

    assert offered(district) is None
    assert offered(person(Role.BUREAU, RootFactory())) == [trees[0].area, trees[2].area]
    AppointmentFactory(user=district, role=Role.DISTRICT, organisation=trees[2].parent)
    assert offered(district) == [trees[0].area, trees[2].area]


def test_a_joint_branch_is_seen_by_the_second_school_and_changed_by_the_first_only(client, trees):
    home, second, third = trees
    branch = UnitFactory(
        parent=home, school=home.school, tier=Tier.BRANCH, kind=OrganisationKind.JOINT_BRANCH
    )
    branch.joint_schools.set([home.school, second.school])
    page = reverse("schools:organisation", args=[branch.pk])
    edit = reverse("schools:organisation-edit", args=[branch.pk])

    client.force_login(person(Role.SECRETARY, second))
    assert client.get(page).status_code == 200
    assert branch.name in client.get(reverse("schools:school", args=[second.school.pk])).text
    assert client.get(edit).status_code == 403
    assert client.post(edit, {}).status_code == 403
    assert client.get(reverse("schools:organisation", args=[home.pk])).status_code == 404

    client.force_login(person(Role.SECRETARY, home))
    assert client.get(edit).status_code == 200
    client.force_login(person(Role.SECRETARY, third))
    assert client.get(page).status_code == 404


def test_a_shared_branch_stands_once_among_what_is_seen(trees):
    home, second, _ = trees
    branch = UnitFactory(parent=home, school=home.school, tier=Tier.BRANCH, kind="joint_branch")
    branch.joint_schools.set([home.school, second.school])
    district = person(Role.DISTRICT, home.parent)

    found = PartyOrganisation.objects.visible_to(district)

    assert list(found.filter(pk=branch.pk)) == [branch]
    assert found.count() == 4  # the committee, two units, the branch
