"""T4 the other way round: where a rule of the product is broken, the machine of presses says so."""

from dataclasses import replace
from functools import partial

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from brands import workflow, workflow_after
from brands.models import Programme, Project, ProjectStatus
from brands.services import checking, extending, remarks, saving
from foundation import clock
from foundation.verdict import ALLOWED
from foundation.workflow import engine
from reviews import opening, permissions, scoring
from reviews.workflow import ASSIGNMENT
from tests.brands.machine.pressing import START
from tests.brands.machine.world import build
from tests.brands.test_state_machine import PROGRAMMES

pytestmark = [
    pytest.mark.soak,
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="as the machine itself"),
]
BRAND, SECRETARY = Programme.SCHOOL_BRAND, Programme.SECRETARY_PROJECT
S = ProjectStatus


def _yes(*args, **kwargs):
    return ALLOWED


def _nothing(*args, **kwargs):
    return None


def _line(patch, table, name, **columns):
    patch.setitem(table.transitions, name, replace(table[name], **columns))


def a_withdrawn_project_is_scored(patch):
    found = {S.ELIGIBLE, S.WITHDRAWN}
    for table in (workflow.NAMING, workflow.ESTABLISHING):
        _line(patch, table, "start_review", sources=found)
    rows = Project.objects.filter(status__in=found)
    patch.setattr(opening, "waiting_projects", lambda round: rows.filter(batch=round.batch_id))


def scores_are_taken_after_the_last_second(patch):
    patch.setattr(permissions, "is_in_time", _yes)


def more_points_than_there_are(patch):
    patch.setattr(scoring, "value_faults", lambda *args: [])


def a_sum_that_is_not_refreshed(patch):
    _line(patch, ASSIGNMENT, "submit", announce=_nothing)


def another_score_is_handed_over(patch):
    def change(project, **more):
        return checking.scored(project, **more) | {"score": 60}

    for table in (workflow.NAMING, workflow.ESTABLISHING):
        _line(patch, table, "finish_review", change=change)


def a_page_of_any_age(patch):
    patch.setattr(engine, "require_version", _nothing)


def written_in_after_it_was_handed_in(patch):
    patch.setattr(saving, "may_edit", _yes)


def remarks_that_lock_nothing(patch):
    patch.setattr(remarks, "locked_among", lambda *args: [])


def a_place_kept_without_a_recommendation(patch):
    _line(patch, workflow.NAMING, "unrecommend", change=lambda project, **more: {})


def an_extension_that_takes_time_away(patch):
    patch.setattr(extending, "_must_gain", _nothing)


def established_before_it_is_told(patch):
    _line(patch, workflow.ESTABLISHING, "establish", when=_yes)


def started_without_a_plan(patch):
    _line(patch, workflow.ESTABLISHING, "start", when=_yes)


def a_school_that_approves_its_own_request(patch):
    _line(patch, workflow_after.CHANGE, "approve", may=_yes)


@pytest.mark.timeout(3600)
@pytest.mark.parametrize(
    ("broken", "programme"),
    [
        (a_withdrawn_project_is_scored, BRAND),
        (a_withdrawn_project_is_scored, SECRETARY),
        (scores_are_taken_after_the_last_second, SECRETARY),
        (more_points_than_there_are, BRAND),
        (a_sum_that_is_not_refreshed, BRAND),
        (another_score_is_handed_over, SECRETARY),
        (a_page_of_any_age, BRAND),
        (written_in_after_it_was_handed_in, SECRETARY),
        (remarks_that_lock_nothing, BRAND),
        (a_place_kept_without_a_recommendation, BRAND),
        (an_extension_that_takes_time_away, SECRETARY),
        (established_before_it_is_told, SECRETARY),
        (started_without_a_plan, SECRETARY),
        (a_school_that_approves_its_own_request, SECRETARY),
    ],
)
def test_a_broken_rule_is_found(broken, programme, monkeypatch):
    made, heads = PROGRAMMES[programme]
    clock.move_to(START)
    world = build(programme, heads)
    broken(monkeypatch)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(
            partial(made, world),
            settings=settings(
                max_examples=1000,
                stateful_step_count=40,
                deadline=None,
                database=None,
                report_multiple_bugs=False,
                suppress_health_check=list(HealthCheck),
                phases=[Phase.generate],
            ),
        )
    clock.reset()
