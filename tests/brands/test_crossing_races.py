"""Two different moves that meet in one project or one quota, with real threads."""

import pytest
from django.db import connection

from brands.models import Objection, Project, ProjectStatus, Quota, QuotaPlace
from brands.services import quotas
from foundation.workflow.engine import perform
from schools.models import Role
from tests.brands.after import city, published
from tests.crowd import answers_of
from tests.factories.brands import give_quota, open_batch, ready_project
from tests.factories.people import person
from tests.factories.schools import AreaCommitteeFactory, RootFactory, UnitFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time"),
]
S = ProjectStatus
TIMES = 5


def moving(obj, name, by, **more):
    fresh = type(obj).objects.get(pk=obj.pk)
    return lambda: perform(fresh, name, by=by, **more) and name


def test_taken_back_and_recommended_at_once_leaves_no_place_held_by_nobody():
    unit = UnitFactory()
    secretary, district = person(Role.SECRETARY, unit), person(Role.DISTRICT, unit.parent)
    for _ in range(TIMES):
        batch = open_batch(quotas=[(unit.area, 1)])
        project = ready_project(batch, unit, status=S.DISTRICT_REVIEW)

        answers = answers_of(
            [
                moving(project, "withdraw", secretary),
                moving(project, "recommend", district),
                moving(project, "not_recommend", district, note="理由"),
            ]
        )

        project.refresh_from_db()
        assert answers.count("conflict") == 2
        assert (project.place_id is not None) == (project.status == S.RECOMMENDED)


def test_the_last_place_is_recommended_with_or_moved_away():
    unit = UnitFactory()
    root, taker = unit.parent.parent, AreaCommitteeFactory().area
    asker, clerk = person(Role.BUREAU, root), person(Role.BUREAU, root)
    district = person(Role.DISTRICT, unit.parent)
    for _ in range(TIMES):
        batch = open_batch(quotas=[(unit.area, 1), (taker, 1)])
        project = ready_project(batch, unit, status=S.DISTRICT_REVIEW)
        transfer = quotas.ask(batch, unit.area, taker, 1, why="调剂", by=asker)

        answers = answers_of(
            [moving(transfer, "approve", clerk), moving(project, "recommend", district)]
        )

        assert answers.count("conflict") == 1
        own, other = Quota.objects.filter(batch=batch).order_by("pk")
        rows = QuotaPlace.objects.filter(quota__batch=batch)
        assert own.places + other.places == rows.count() == 2
        assert Project.objects.filter(place__quota=own).count() <= own.places


def test_two_areas_that_give_each_other_places_do_not_stop_each_other():
    root = RootFactory()
    asker, clerk = person(Role.BUREAU, root), person(Role.BUREAU, root)
    one, two = (AreaCommitteeFactory().area for _ in range(2))
    for _ in range(TIMES):
        batch = open_batch()
        for area in (one, two):
            give_quota(batch, area, 2)
        there = quotas.ask(batch, one, two, 1, why="调剂", by=asker)
        back = quotas.ask(batch, two, one, 1, why="调剂", by=asker)

        answers = answers_of([moving(each, "approve", clerk) for each in (there, back)])

        assert answers == ["approve", "approve"]
        assert [quota.places for quota in batch.quotas.all()] == [2, 2]


def test_two_objections_settled_at_once_let_the_project_go():
    """Each must not take the other's for still open: nothing would ever release the project."""
    people = city()
    for _ in range(TIMES):
        publicity, projects = published(people, 1)
        found = [
            Objection.objects.create(publicity=publicity, project=projects[0], text="不符")
            for _ in range(2)
        ]
        for objection in found:
            perform(objection, "accept", by=people.supervision)

        answers = answers_of(
            [moving(each, "dismiss", people.supervision, note="查否") for each in found]
        )

        projects[0].refresh_from_db()
        assert answers == ["dismiss", "dismiss"]
        assert projects[0].status == S.PUBLICITY


def test_one_objection_settled_while_another_is_taken_up_keeps_the_project_held():
    people = city()
    for _ in range(TIMES):
        publicity, projects = published(people, 1)
        old, new = (
            Objection.objects.create(publicity=publicity, project=projects[0], text="不符")
            for _ in range(2)
        )
        perform(old, "accept", by=people.supervision)

        answers = answers_of(
            [
                moving(old, "dismiss", people.supervision, note="查否"),
                moving(new, "accept", people.supervision),
            ]
        )

        projects[0].refresh_from_db()
        assert answers == ["dismiss", "accept"]
        assert projects[0].status == S.ON_HOLD
