"""The calendar feed: one's own deadlines, behind a key that can be renewed."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from icalendar import Calendar

from brands.models import Milestone, Programme, ProjectStatus
from brands.services import extending
from dashboard.feed import deadlines_of
from foundation import clock
from schools.models import Role
from tests.factories.brands import open_batch, ready_project
from tests.factories.people import person
from tests.factories.schools import RootFactory, UnitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit():
    return UnitFactory(parent__parent=RootFactory())


@pytest.fixture
def secretary(unit):
    return person(Role.SECRETARY, unit)


def _titles(user):
    return [deadline.title for deadline in deadlines_of(user)]


def test_a_school_sees_its_own_deadlines_in_order(unit, secretary):
    batch = open_batch(title="春季批次")
    returned = ready_project(batch, unit, status=ProjectStatus.RETURNED, title="石桥")
    returned.return_due_at = clock.now() + timedelta(days=2)
    returned.save()
    running = ready_project(
        open_batch(Programme.SECRETARY_PROJECT),
        unit,
        status=ProjectStatus.IN_PROGRESS,
        title="领航",
    )
    due = clock.today() + timedelta(days=5)
    Milestone.objects.create(project=running, title="调研", owner="甲", due_on=due)
    other = ready_project(batch, UnitFactory(), status=ProjectStatus.RETURNED, title="别校")
    other.return_due_at = clock.now() + timedelta(days=1)
    other.save()

    titles = _titles(secretary)

    assert titles[:2] == ["《石桥》修改截止", "《领航》节点任务：调研"]
    assert "春季批次：学校申报截止" in titles
    assert not any("别校" in title for title in titles)
    assert not any("推荐" in title for title in titles)


def test_each_role_sees_its_stage(unit):
    open_batch(title="批次")
    assert _titles(person(Role.DISTRICT, unit.parent)) == ["批次：区（市）推荐截止"]
    assert _titles(person(Role.REVIEWER, unit.parent.parent)) == []


def test_an_extension_moves_the_day_and_keeps_the_key(unit, secretary):
    batch = open_batch()
    before = {d.key: d.day for d in deadlines_of(secretary)}
    until = clock.today() + timedelta(days=50)
    bureau = person(Role.BUREAU, unit.parent.parent)
    extending.grant(batch, "apply", unit, until=until, why="停电", by=bureau, via=None)
    after = {d.key: d.day for d in deadlines_of(secretary)}
    assert before.keys() == after.keys()
    assert until in after.values()


def test_the_feed_is_a_calendar_and_the_key_opens_it_until_renewed(client, unit, secretary):
    open_batch(title="批次,一;二")
    client.force_login(secretary)
    page = client.post(reverse("dashboard:feed"), follow=True)
    address = page.context["address"]
    path = address[address.index("/dashboard") :]
    client.logout()

    answer = client.get(path)
    assert answer["Content-Type"].startswith("text/calendar")
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert [str(event["summary"]) for event in events] == ["批次,一;二：学校申报截止"]
    assert isinstance(events[0]["dtstart"].dt, date)

    client.force_login(secretary)
    client.post(reverse("dashboard:feed"))
    client.logout()
    assert client.get(path).status_code == 404


def test_nobody_without_a_key_or_with_a_closed_account(client, secretary):
    assert client.get(reverse("dashboard:feed-ics", args=["nobody"])).status_code == 404
    secretary.calendar_key, secretary.is_active = "k" * 20, False
    secretary.save()
    assert client.get(reverse("dashboard:feed-ics", args=["k" * 20])).status_code == 404


def test_a_key_of_the_demo_opens_nothing_where_the_demo_does_not(client, settings, secretary):
    secretary.calendar_key, secretary.is_demo = "k" * 20, True
    secretary.save()
    address = reverse("dashboard:feed-ics", args=["k" * 20])

    settings.DEMO = True
    assert client.get(address).status_code == 200
    settings.DEMO = False
    assert client.get(address).status_code == 404


def test_the_page_asks_as_often_for_one_as_for_three(client, secretary, django_assert_num_queries):
    client.force_login(secretary)
    for count in (1, 2):
        for _ in range(count):
            open_batch()
        with django_assert_num_queries(11):
            client.get(reverse("dashboard:feed"))
