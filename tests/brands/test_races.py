"""Twenty people press at once (T5): one wins, the others are told why not."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from brands.models import Project, ProjectStatus, QuotaPlace
from foundation.verdict import Conflict
from foundation.workflow.engine import perform
from schools.models import Role
from tests.factories.brands import ready_project
from tests.factories.people import person
from tests.factories.schools import UnitFactory

S = ProjectStatus
pytestmark = pytest.mark.django_db(transaction=True)


def _at_once(moves):
    """Perform every (project, name, user, note) at the same moment; how each of them ended."""
    barrier = Barrier(len(moves))

    def one(move):
        project, name, user, note = move
        try:
            own = Project.objects.get(pk=project.pk)
            barrier.wait(timeout=60)
            perform(own, name, by=user, note=note)
        except Conflict:
            return "conflict"
        else:
            return name
        finally:
            connection.close()

    with ThreadPoolExecutor(len(moves)) as pool:
        return Counter(pool.map(one, moves))


def test_submit_twenty_times_succeeds_once(project, secretary):
    ended = _at_once([(project, "submit", secretary, "")] * 20)

    assert ended == {"submit": 1, "conflict": 19}
    assert (project.versions.count(), project.events.count()) == (1, 1)


def test_accept_against_return_has_one_winner(batch, unit, bureau):
    project = ready_project(batch, unit, status=S.FORMAL_CHECK)

    ended = _at_once([(project, "accept", bureau, ""), (project, "return", bureau, "请补充")] * 10)

    project.refresh_from_db()
    assert ended["conflict"] == 19
    assert ended["accept"] + ended["return"] == 1
    assert project.status == (S.ELIGIBLE if ended["accept"] else S.RETURNED)


def test_recommend_twenty_into_two_places_gives_two(batch, unit, district):
    units = [UnitFactory(parent=unit.parent) for _ in range(20)]
    projects = [ready_project(batch, each, status=S.DISTRICT_REVIEW) for each in units]

    ended = _at_once([(project, "recommend", district, "") for project in projects])

    assert ended == {"recommend": 2, "conflict": 18}
    held = QuotaPlace.objects.filter(quota__batch=batch, project__isnull=False)
    assert sorted(held.values_list("number", flat=True)) == [1, 2]
    assert Project.objects.filter(status=S.RECOMMENDED).count() == 2


def test_submit_of_twenty_schools_gives_twenty_numbers(batch, unit):
    moves = []
    for _ in range(20):
        each = UnitFactory(parent=unit.parent)
        moves.append((ready_project(batch, each), "submit", person(Role.SECRETARY, each), ""))

    ended = _at_once(moves)

    numbers = sorted(Project.objects.values_list("number", flat=True))
    assert ended == {"submit": 20}
    assert numbers == [f"{batch.year}-YP-{n:04d}" for n in range(1, 21)]


def test_submit_of_one_title_twice_succeeds_once(batch, unit):
    moves = []
    for _ in range(8):
        each = UnitFactory(parent=unit.parent)
        project = ready_project(batch, each, title="同名")
        moves.append((project, "submit", person(Role.SECRETARY, each), ""))

    assert _at_once(moves) == {"submit": 1, "conflict": 7}
