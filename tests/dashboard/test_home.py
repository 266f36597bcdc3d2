"""Everyone's first page: what I must do, within a bounded number of queries."""

import pytest
from django.urls import reverse

from brands.models import ProjectStatus
from schools.models import Role
from tests.factories.brands import open_batch, ready_project
from tests.factories.people import UserFactory, person
from tests.factories.schools import RootFactory, UnitFactory

pytestmark = pytest.mark.django_db
HOME = "dashboard:home"


def names(response):
    return [task.name for task in response.context["tasks"]]


def test_a_secretary_sees_the_open_batch_then_the_draft(client):
    unit = UnitFactory()
    secretary = person(Role.SECRETARY, unit)
    batch = open_batch()
    client.force_login(secretary)

    assert names(client.get(reverse(HOME))) == [f"申报{batch.title}"]

    project = ready_project(batch, unit)
    assert names(client.get(reverse(HOME))) == [f"完成并提交《{project.title}》"]


def test_a_leader_sees_what_awaits_decision(client):
    batch = open_batch()
    ready_project(batch, status=ProjectStatus.PROPOSED)
    client.force_login(person(Role.LEADER, RootFactory()))

    assert names(client.get(reverse(HOME))) == [f"审定{batch.title}：1 项"]


def test_staff_click_through_from_a_count_to_its_list(client):
    batch = open_batch()
    project = ready_project(batch, status=ProjectStatus.FORMAL_CHECK)
    ready_project(batch, status=ProjectStatus.ELIGIBLE)
    client.force_login(person(Role.BUREAU, RootFactory()))

    line = client.get(reverse(HOME)).context["pipeline"][0]
    _, count, url = next(one for one in line["stretches"] if one[0] == "待审查")
    listed = client.get(url).context["rows"]

    assert count == 1
    assert [row[0] for row in listed] == [project]


def test_a_person_without_an_appointment_is_told_so(client):
    client.force_login(UserFactory())

    assert "没有在任的职务" in client.get(reverse(HOME)).content.decode()


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("role", "most"),
    [(Role.SECRETARY, 18), (Role.BUREAU, 22), (Role.DISTRICT, 14), (Role.LEADER, 12)],
)
def test_the_queries_of_the_first_page_do_not_grow(
    client, role, most, count, django_assert_max_num_queries
):
    unit = UnitFactory()
    where = {Role.SECRETARY: unit, Role.DISTRICT: unit.parent}.get(role, RootFactory())
    batches = [open_batch() for _ in range(count)]
    for batch in batches:
        ready_project(batch, unit, status=ProjectStatus.FORMAL_CHECK)
    client.force_login(person(role, where))

    with django_assert_max_num_queries(most):
        client.get(reverse(HOME))
