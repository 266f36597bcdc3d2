"""What was refused stands on record; an honest conflict does not."""

import pytest
from django.urls import reverse

from brands.models import Project
from foundation.audit.models import AuditEvent
from foundation.workflow.middleware import MOST_A_MINUTE, REFUSED
from schools.models import Role
from tests.factories.brands import open_batch, ready_project
from tests.factories.people import person
from tests.factories.schools import UnitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    return ready_project(open_batch())


@pytest.fixture
def move(client, project):
    """Press a button of the project as this person, with what the browser says."""

    def press(user, name="submit", **sent):
        client.force_login(user)
        return client.post(reverse("brands:project-transition", args=[project.pk, name]), sent)

    return press


def refused():
    return AuditEvent.objects.filter(action=REFUSED)


def test_another_persons_move_is_recorded_with_its_reason(move, project):
    staff = person(Role.STAFF, project.organisation)

    assert move(staff, version=project.version).status_code == 403

    event = refused().get()
    assert (event.actor_id, event.success) == (staff.pk, False)
    assert f"/{project.pk}/" in event.detail


@pytest.mark.parametrize("stage", ["named", "no-such-move"])
def test_a_made_up_move_is_recorded(move, project, stage):
    assert move(person(Role.SECRETARY, project.organisation), stage).status_code == 404
    assert refused().count() == 1


def test_an_object_of_others_is_recorded(move):
    assert move(person(Role.SECRETARY, UnitFactory())).status_code == 404
    assert refused().count() == 1


@pytest.mark.parametrize("version", ["x", "-1", "99999", "1e3", "9" * 30, "", None])
def test_a_version_that_never_was_or_was_not_sent_moves_nothing(move, project, version):
    before = Project.objects.get(pk=project.pk)
    sent = {} if version is None else {"version": version}
    answer = move(person(Role.SECRETARY, project.organisation), **sent)

    assert answer.status_code == 409
    assert "页面不完整" in answer.text
    assert refused().count() == 1
    assert Project.objects.get(pk=project.pk).status == before.status


def test_who_was_slower_is_no_forger(move, project):
    Project.objects.filter(pk=project.pk).update(version=project.version + 3)

    answer = move(person(Role.SECRETARY, project.organisation), version=project.version + 1)

    assert answer.status_code == 409
    assert "已被他人修改" in answer.text
    assert not refused().exists()


def test_looking_is_not_recorded_and_nobody_floods_the_record(client, move, project):
    stranger = person(Role.SECRETARY, UnitFactory())
    client.force_login(stranger)
    client.get(reverse("brands:project", args=[project.pk]))
    assert not refused().exists()

    for _ in range(MOST_A_MINUTE + 5):
        move(stranger)

    assert refused().count() == MOST_A_MINUTE
    assert "不再逐条记录" in refused().first().detail
