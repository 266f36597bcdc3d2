"""The calendar page tells the clocks: deadlines end by the server's time (F-G 56)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from foundation import clock
from foundation.workdays.models import CalendarDay
from schools.models import Role
from tests.factories.people import person
from tests.factories.schools import RootFactory

pytestmark = pytest.mark.django_db
PAGE = "dashboard:calendar"


@pytest.fixture
def staff(client):
    client.force_login(person(Role.BUREAU, RootFactory()))
    return client


def test_the_page_tells_the_servers_time_and_that_the_database_agrees(staff):
    page = staff.get(reverse(PAGE))

    assert "服务器时间" in page.text
    assert abs(page.context["skew"]) <= 2


def test_a_database_whose_clock_is_ahead_is_told(staff, monkeypatch):
    real = clock.wall_now
    monkeypatch.setattr(
        "dashboard.views.calendar.clock.wall_now", lambda: real() - timedelta(hours=1)
    )

    page = staff.get(reverse(PAGE))

    assert abs(page.context["skew"] - 3600) <= 2
    assert "相差 36" in page.text or "相差 35" in page.text


def test_the_page_lists_this_year_and_what_comes(staff, at):
    at("2026-03-02 09:00")
    page = staff.get(reverse(PAGE))

    assert {day.date.year for day in page.context["days"]} == {2026}
    assert page.context["years"] == [(2026, True), (2027, False)]
    CalendarDay.objects.all().delete()
    assert staff.get(reverse(PAGE)).context["skew"] == 0
