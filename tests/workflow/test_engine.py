"""The one `perform`: locked, versioned, recorded, announced after the commit."""

import pytest
from django.core.exceptions import PermissionDenied

from brands.models import Batch, Project, ProjectStatus
from foundation.audit.models import AuditEvent
from foundation.outbox.models import Message
from foundation.verdict import Conflict, Forged, Verdict, allowed, denied, not_now
from foundation.workflow.engine import WORKFLOWS, Transition, Workflow, perform, workflow_of
from schools.models import Role
from tests.crowd import outcomes_of
from tests.factories.brands import open_batch, ready_project
from tests.factories.people import person
from tests.factories.schools import UnitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    return ready_project(open_batch())


@pytest.fixture
def secretary(project):
    return person(Role.SECRETARY, project.organisation)


def test_perform_moves_and_leaves_one_event_and_one_record(project, secretary):
    event = perform(project, "submit", by=secretary)

    assert (event.source, event.target) == ("draft", "district_review")
    assert event.appointment == f"{project.organisation.school.name} · 党组织书记"
    assert project.status == ProjectStatus.DISTRICT_REVIEW
    assert project.version == 1
    assert list(project.events.all()) == [event]
    assert AuditEvent.objects.filter(action="project.submit").count() == 1


def test_perform_refuses_a_stranger_with_403(project):
    other = person(Role.SECRETARY, UnitFactory())

    with pytest.raises(PermissionDenied, match="只有本单位"):
        perform(project, "submit", by=other)

    assert not project.events.exists()


def test_perform_refuses_a_wrong_state_with_409(project, secretary):
    perform(project, "submit", by=secretary)

    with pytest.raises(Conflict, match="不能提交申报"):
        perform(project, "submit", by=secretary)


def test_perform_refuses_a_stale_version(project, secretary):
    Project.objects.filter(pk=project.pk).update(version=7)
    with pytest.raises(Conflict, match="已被他人修改"):
        perform(project, "submit", by=secretary, version=6)


def test_perform_knows_a_version_that_never_was(project, secretary):
    with pytest.raises(Forged):
        perform(project, "submit", by=secretary, version=project.version + 1)


def test_a_reason_is_asked_where_one_is_needed(project, secretary):
    perform(project, "submit", by=secretary)
    district = person(Role.DISTRICT, project.organisation.parent)

    with pytest.raises(Conflict, match="理由"):
        perform(project, "district_return", by=district, note="  ")


def test_an_automatic_step_is_closed_to_people():
    step = Transition(
        "end", "结束", {"draft"}, "closed", lambda user, obj: allowed(), automatic=True
    )

    assert not step.decide(Batch(), object())
    assert step.decide(Batch(), None)


def test_a_table_refuses_two_lines_of_one_name():
    line = Transition("x", "甲", {"draft"}, "open", lambda user, obj: allowed())

    with pytest.raises(ValueError, match="Two transitions"):
        Workflow(Message, [line, line], name="twice")

    WORKFLOWS.pop((Message, "twice"), None)


def test_buttons_are_what_perform_would_allow(project, secretary):
    names = {step.name for step in workflow_of(project).open_to(project, secretary)}

    assert names == {"submit"}


@pytest.mark.parametrize(
    ("verdict", "error"),
    [(allowed(), None), (denied("否"), PermissionDenied), (not_now("晚了"), Conflict)],
)
def test_a_verdict_raises_what_it_means(verdict: Verdict, error):
    if error is None:
        verdict.require()
    else:
        with pytest.raises(error, match=verdict.reason):
            verdict.require()


@pytest.mark.django_db(transaction=True)
def test_of_many_pressing_at_once_one_wins(project, secretary):
    def press():
        perform(type(project).objects.get(pk=project.pk), "submit", by=secretary)

    assert outcomes_of([press] * 20) == {"done": 1, "conflict": 19}
    assert project.events.count() == 1
