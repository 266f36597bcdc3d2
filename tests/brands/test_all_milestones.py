"""One page of all milestones across projects: filtered, by deadline, as a workbook (M33)."""

import datetime as dt
import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from brands.models import Milestone, Programme
from brands.outputs import milestone_list
from dashboard.home import district as district_page
from dashboard.home.task import Deadlines
from foundation import clock
from foundation.jobs.models import Job
from schools.models import Role
from tests.brands.after import city, ranked, secretary_of
from tests.brands.keeping import named_brand
from tests.factories.people import person
from tests.factories.schools import UnitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return city()


def projects(count=1, status="in_progress"):
    return ranked(count, status=status, programme_id=Programme.SECRETARY_PROJECT)[1]


def step(project, days, **fields):
    due = clock.today() + dt.timedelta(days=days)
    return Milestone.objects.create(
        **{"project": project, "title": "调研", "owner": "甲", "due_on": due, **fields}
    )


def rows(client, user, **params):
    client.force_login(user)
    return list(client.get(reverse("brands:all-milestones"), params).context["page"])


def test_each_range_by_deadline(client, people):
    first, second = projects(2)
    later, soon, late = step(first, 9), step(second, 3), step(second, -2)
    done = step(first, -5, done_on=clock.today(), result="好")
    brand = step(named_brand().project, 30)
    gone = step(projects(1, "terminated")[0], -9)

    assert rows(client, people.bureau) == [late, soon, later, brand]
    assert rows(client, people.bureau, show="overdue") == [late]
    assert rows(client, people.bureau, show="done") == [done]
    assert rows(client, people.bureau, show="all") == [gone, done, late, soon, later, brand]
    assert rows(client, people.bureau, show="overdue", batch=first.batch_id) == [late]
    assert rows(client, people.bureau, area=first.area_id or 0) == [
        row for row in (late, soon, later, brand) if row.project.area_id == first.area_id
    ]
    assert rows(client, people.bureau, show="wrong") == []


def test_each_sees_their_own(client, people):
    project, other = projects(2)
    mine, foreign = step(project, 3), step(other, 4)
    district = person(Role.DISTRICT, project.organisation.parent)
    stranger = person(Role.SECRETARY, UnitFactory())

    assert rows(client, secretary_of(project)) == [mine]
    assert rows(client, district) == [mine]
    assert rows(client, stranger) == []
    assert rows(client, people.leader) == [mine, foreign]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_has_flat_queries(client, people, count, django_assert_max_num_queries):
    for project in projects(count):
        step(project, 3)
    client.force_login(people.bureau)

    with django_assert_max_num_queries(10):
        response = client.get(reverse("brands:all-milestones"))

    assert len(response.context["page"]) == count


def test_the_workbook_holds_what_the_page_shows(client, people):
    (project,) = projects()
    step(project, -2, owner="乙")
    step(project, 3, done_on=clock.today())
    client.force_login(people.bureau)

    response = client.get(reverse("brands:milestones-export"), {"show": "overdue"})

    lines = list(load_workbook(io.BytesIO(response.content)).active.values)
    assert [line[9] for line in lines if line[6] == "乙"] == ["已逾期"]
    assert not any(line[9] == "已完成" for line in lines if len(line) > 9)


def test_a_long_list_is_made_in_the_background(client, people, monkeypatch):
    monkeypatch.setattr("brands.views.all_milestones.DIRECT_ROWS", 0)
    step(projects()[0], 3)
    client.force_login(people.bureau)
    page = reverse("brands:milestones-export")

    assert client.get(page).status_code == 409
    assert client.post(page).status_code == 302
    assert Job.objects.get().kind == "brands.milestones"


def test_who_has_no_projects_exports_none(client):
    client.force_login(person(Role.AUDITOR, UnitFactory()))

    assert client.get(reverse("brands:milestones-export")).status_code == 403


def test_the_workbook_asks_as_often_for_many(people, django_assert_num_queries):
    from django.http import QueryDict

    for project in projects(3):
        step(project, 3)
    found, _ = milestone_list.chosen(people.bureau, QueryDict())

    with django_assert_num_queries(2):
        milestone_list.workbook(found)


def test_the_district_is_told_what_is_late():
    (project,) = projects()
    step(project, -2)
    district = person(Role.DISTRICT, project.organisation.parent)

    tasks = [task.name for task in district_page.tasks(district, Deadlines())]

    assert "逾期的节点任务：1 个" in tasks
