"""Must close or explain; a note in every quarter (domain.md B2)."""

import datetime as dt

import pytest
from django.urls import reverse

from brands.models import BatchStage, Milestone, Programme, Stage
from brands.services import extending, noting, pursuing
from dashboard.home import city as city_page
from dashboard.home import school as school_page
from dashboard.home.task import Deadlines
from foundation import clock
from foundation.notifications.reminding import plan
from foundation.outbox.models import Message
from schools.models import Role
from tests.brands.after import city, ranked, secretary_of
from tests.crowd import browsers, ends, press
from tests.factories.people import person
from tests.factories.schools import UnitFactory

END = dt.date(2026, 12, 10)
SAID = "合作单位搬迁，明年三月前完成。"


def projects(count=1):
    batch, found = ranked(
        count, status="in_progress", programme_id=Programme.SECRETARY_PROJECT, year=2026
    )
    BatchStage.objects.create(
        batch=batch, stage=Stage.CLOSING, opens_at=clock.start_of(dt.date(2026, 11, 20)),
        closes_at=clock.end_of(END),
    )  # fmt: skip
    for project in found:
        Milestone.objects.create(
            project=project, title="调研", owner="甲", due_on=dt.date(2026, 10, 1)
        )
    return found


@pytest.fixture
def people(db):
    return city()


@pytest.fixture
def project(db, at):
    at("2026-12-11 09:00")
    return projects()[0]


@pytest.fixture
def secretary(project):
    return secretary_of(project)


def explain_page(project):
    return reverse("brands:closing-explain", args=[project.pk])


def tasks_of(page, user):
    return [task.name for task in page.tasks(user, Deadlines())]


def test_the_secretary_says_why_and_everybody_above_reads_it(client, project, secretary, people):
    client.force_login(secretary)
    assert f"说明《{project}》没有结项的原因" in tasks_of(school_page, secretary)

    response = client.post(explain_page(project), {"text": SAID})

    assert response.status_code == 302
    assert (project.explanations.get().text, project.explanations.get().by) == (SAID, secretary)
    assert f"说明《{project}》没有结项的原因" not in tasks_of(school_page, secretary)
    client.force_login(people.bureau)
    assert SAID in client.get(reverse("brands:project-closing", args=[project.pk])).text
    assert SAID[:10] in client.get(reverse("brands:tracking")).text


def test_staff_are_told_how_many_are_late_until_they_close(project, people):
    assert "逾期未结项：1 项" in tasks_of(city_page, people.bureau)
    project.status = "closing"
    project.save()

    assert not any("逾期未结项" in name for name in tasks_of(city_page, people.bureau))


def test_only_the_secretary_explains_and_only_what_is_late(client, project, secretary, people, at):
    stranger = person(Role.SECRETARY, UnitFactory())
    answers = []
    for user in (person(Role.STAFF, project.organisation), people.bureau, stranger):
        client.force_login(user)
        answers.append(client.post(explain_page(project), {"text": SAID}).status_code)
    at("2026-12-10 09:00")
    client.force_login(secretary)
    answers.append(client.post(explain_page(project), {"text": SAID}).status_code)

    assert answers == [403, 403, 404, 409]


def test_an_extension_moves_the_day(project, people):
    extending.grant(
        project.batch, Stage.CLOSING, project, until=dt.date(2027, 1, 10), why="获批",
        by=people.bureau, via="",
    )  # fmt: skip

    assert pursuing.late(type(project).objects.all()) == []


def test_each_shows_what_it_says(client, project, people):
    client.force_login(people.bureau)
    noting.add_note(
        project.milestones.get(), day=clock.today(), text="走访", by=secretary_of(project)
    )

    shown = {
        show: len(client.get(reverse("brands:tracking"), {"show": show}).context["page"])
        for show in ("", "unclosed", "silent", "late")
    }

    assert shown == {"": 1, "unclosed": 1, "silent": 0, "late": 1}


def test_a_school_sees_its_own_only(client, project, secretary, people):
    projects()
    district = person(Role.DISTRICT, project.organisation.parent)
    counts = []
    for user in (secretary, district, people.bureau):
        client.force_login(user)
        counts.append(len(client.get(reverse("brands:tracking")).context["page"]))

    assert counts == [1, 1, 2]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_has_flat_queries(client, people, at, count, django_assert_max_num_queries):
    at("2026-12-11 09:00")
    for project in projects(count):
        secretary = secretary_of(project)
        extending.grant(
            project.batch, Stage.CLOSING, project, until=dt.date(2026, 12, 20), why="获批",
            by=people.bureau, via="",
        )  # fmt: skip
        noting.add_note(project.milestones.get(), day=clock.today(), text="走访", by=secretary)
    client.force_login(people.bureau)

    with django_assert_max_num_queries(15):
        response = client.get(reverse("brands:tracking"))

    assert len(response.context["page"]) == count


def test_a_quarter_without_a_note_is_nudged_and_one_with_a_note_is_not(at, people):
    at("2026-09-01 09:30")
    silent, noted = projects(2)
    writer, other = secretary_of(noted), secretary_of(silent)
    noting.add_note(noted.milestones.get(), day=clock.today(), text="走访", by=writer)

    at("2026-09-16 09:30")
    plan("progress")
    plan("progress")

    letters = Message.objects.filter(kind="inbox", payload__subject_kind="progress")
    assert [row.payload["user"] for row in letters] == [other.pk]
    assert "本季度还没有推进记录" in letters.get().payload["text"]


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        (dt.date(2026, 1, 1), (dt.date(2026, 1, 1), dt.date(2026, 3, 31))),
        (dt.date(2026, 6, 30), (dt.date(2026, 4, 1), dt.date(2026, 6, 30))),
        (dt.date(2026, 12, 31), (dt.date(2026, 10, 1), dt.date(2026, 12, 31))),
    ],
)
def test_a_quarter_has_its_days(day, quarter):
    assert pursuing.quarter_of(day) == quarter


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_pressed_twice_it_is_said_once(project, secretary):
    said = press([(each, explain_page(project), {"text": SAID}) for each in browsers(secretary, 4)])

    assert ends(said) == {"done": 1, "conflict": 3}
    assert project.explanations.count() == 1
