"""A statement composed once must say the same as the queryset it came from, for any value."""

import re
from datetime import date, timedelta

import pytest
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import BigAutoField, DateField
from django.template import engines
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import mark_safe

from foundation import clock, pieces, statements
from foundation.notifications.models import Notice
from foundation.pieces import kept
from foundation.statements import Slot, composed_once
from foundation.widgets import FilterSelect
from schools.models import Appointment, Role
from schools.rights import rights_of
from tests.factories.people import AppointmentFactory, UserFactory
from tests.factories.schools import UnitFactory


@pytest.mark.django_db
def test_it_answers_for_each_value_as_the_queryset_would():
    first, second = (AppointmentFactory(role=Role.STAFF) for _ in range(2))
    composed = []

    @composed_once
    def ended():
        composed.append(1)
        mine = Appointment.objects.filter(user=Slot("user", BigAutoField()))
        return mine.filter(since__lte=Slot("day", DateField())).values_list("pk", "since", "role")

    day = date(2099, 1, 1)
    for one in (first, second, first):
        assert ended(user=one.user_id, day=day) == [(one.pk, one.since, "staff")]
    assert ended(user=first.user_id, day=first.since - timedelta(days=1)) == []
    assert composed == [1]


@pytest.mark.django_db
def test_rights_bring_the_organisation_its_school_and_area_in_one_query(django_assert_num_queries):
    unit = UnitFactory()
    own = AppointmentFactory(organisation=unit, role=Role.SECRETARY)
    AppointmentFactory(organisation=unit, role=Role.SECRETARY)
    with django_assert_num_queries(1):
        (found,) = rights_of(own.user).appointments
        shown = (str(found), found.organisation.short, found.organisation.area)
    assert found == own
    assert shown == (str(own), unit.short, unit.area)
    assert found.organisation.__dict__.keys() >= {f.attname for f in unit._meta.concrete_fields}
    assert not found._state.adding


@pytest.mark.django_db
def test_an_appointment_that_is_over_or_still_to_come_gives_nothing():
    user = UserFactory()
    today = clock.today()
    for since, until in [(-9, -1), (1, None)]:
        AppointmentFactory(
            user=user,
            since=today + timedelta(days=since),
            until=None if until is None else today + timedelta(days=until),
        )
    assert rights_of(user).appointments == []


@pytest.mark.django_db
def test_rights_bring_the_number_of_ones_own_unread_notices(client, django_assert_num_queries):
    own, other = AppointmentFactory(role=Role.STAFF).user, AppointmentFactory().user
    AppointmentFactory(user=own, role=Role.SECRETARY)
    nobody = UserFactory()
    read = clock.now()
    given = [(own, None), (own, None), (own, read), (other, None), (nobody, None)]
    for key, (user, read_at) in enumerate(given):
        Notice.objects.create(user=user, key=key, read_at=read_at)
    with django_assert_num_queries(2):  # one each
        assert (rights_of(own).unread, rights_of(nobody).unread) == (2, None)
    for user, number in [(own, 2), (other, 1), (nobody, 1)]:
        client.force_login(user)
        assert client.get(reverse("notifications:inbox")).context["unread"] == number


def test_the_pager_keeps_the_rest_of_the_address_and_escapes_it(rf):
    page = Paginator(range(95), 10).page(3)
    template = engines["django"].from_string(
        '{% include "includes/_pager.html" with page=page only %}'
    )
    shown = template.render(
        {"page": page}, rf.get("/", {"q": '"><b>', "page": "3", "a": ["1", "2"]})
    )
    rest = "?q=%22%3E%3Cb%3E&amp;a=1&amp;a=2&amp;page="
    found = re.findall(r'href="([^"]+)"', shown)
    assert found == [f"{rest}{number}" for number in (1, 2, 4, 10)]
    assert "共 95 项，第 3 页，共 10 页" in shown
    assert 'href="?page=2"' in template.render({"page": page}, rf.get("/?page=3"))


def test_a_kept_piece_depends_on_its_words_alone():
    words = {"me": "甲", "acting": (), "unread": 0, "has_menu": False, "site": ()}
    words["may_search"] = False
    first = kept("includes/_topbar.html", **words)
    other = kept("includes/_topbar.html", **{**words, "me": "乙"})
    assert "甲" in first
    assert "甲" not in other
    assert kept("includes/_topbar.html", **words) is first


def test_what_somebody_makes_up_is_not_kept():
    """Else a stranger fills the memory with pages that nobody asks for twice."""
    before = pieces._drawn.cache_info().currsize
    words = {"label": "名称", "key": "k", "current": "", "rest": f"q={'x' * pieces.LONGEST}&"}

    assert words["rest"].replace("&", "&amp;") in kept("includes/_sort_head.html", **words)
    assert pieces._drawn.cache_info().currsize == before


def test_a_safe_word_does_not_answer_for_an_unsafe_one():
    text = "<b>粗</b>"
    words = {"key": "k", "current": "", "rest": ""}
    assert text in kept("includes/_sort_head.html", label=mark_safe(text), **words)
    assert escape(text) in kept("includes/_sort_head.html", label=text, **words)


def test_a_select_escapes_whatever_it_is_offered():
    text = "<b>粗</b>"
    for label in (mark_safe(text), text):
        drawn = FilterSelect(choices=[("", "全部"), (1, label)]).render("n", "1")
        assert text not in drawn
        assert f'<option value="1" selected>{escape(text)}</option>' in drawn


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL keeps plans")
def test_postgresql_keeps_the_plan_from_the_second_run_on_and_never_too_many(monkeypatch):
    monkeypatch.setattr(statements, "SHAPES", 2)
    mine = AppointmentFactory(role=Role.STAFF)

    @composed_once
    def of(role):
        own = Appointment.objects.filter(user=Slot("user", BigAutoField()), role=role)
        return own.values_list("pk", "role")

    def run(role):
        with CaptureQueriesContext(connection) as queries:
            assert of(role, user=mine.user_id) == ([(mine.pk, "staff")] if role == "staff" else [])
        (query,) = queries
        return query["sql"].split()[0]

    assert [run("staff") for _ in range(3)] == ["SELECT", "EXECUTE", "EXECUTE"]
    for role in (Role.BUREAU, Role.LEADER, Role.DISTRICT):
        assert [run(role) for _ in range(2)] == ["SELECT", "EXECUTE"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        assert cursor.fetchone()[0] <= 2
    assert run("staff") in {"SELECT", "EXECUTE"}
