"""The stage rail: where a project stands, and where it ended."""

import pytest
from django.urls import reverse

from brands.models import Objection, ProjectStatus
from brands.presenting import stage_rail
from foundation.workflow.engine import perform
from tests.brands.after import city, published, ranked
from tests.factories.brands import ProjectFactory, open_batch

pytestmark = pytest.mark.django_db


def states(project, user):
    return {step["label"]: step["state"] for step in stage_rail(project, user)}


@pytest.mark.parametrize(
    ("status", "step"),
    [
        (ProjectStatus.NOT_RECOMMENDED, "区（市）推荐"),
        (ProjectStatus.REJECTED, "形式审查"),
        (ProjectStatus.DECLINED, "审定"),
    ],
)
def test_a_refused_project_ended_where_it_was_refused(status, step):
    project = ProjectFactory(batch=open_batch(), status=status)

    found = states(project, city().leader)

    labels = list(found)
    assert found[step] == "ended"
    assert {found[label] for label in labels[: labels.index(step)]} == {"done"}
    assert {found[label] for label in labels[labels.index(step) + 1 :]} == {"dropped"}


def test_a_project_declined_for_an_objection_ended_in_its_publicity():
    people = city()
    publicity, projects = published(people, count=1)
    objection = Objection.objects.create(project=projects[0], publicity=publicity, text="事实")
    perform(objection, "accept", by=people.bureau)
    perform(objection, "uphold", by=people.bureau, note="属实")
    projects[0].refresh_from_db()

    found = states(projects[0], people.leader)

    assert (found["审定"], found["公示"], found["命名"]) == ("done", "ended", "dropped")


def test_the_page_of_a_declined_project_has_no_current_step(client):
    people = city()
    _, projects = ranked(1)
    perform(projects[0], "decline", by=people.leader, note="名额所限")
    client.force_login(people.leader)

    page = client.get(reverse("brands:project", args=[projects[0].pk])).content.decode()

    assert "到此结束" in page
    assert 'aria-current="step"' not in page


def test_a_school_is_not_told_by_the_rail_before_the_publicity():
    _, projects = ranked(1, status="declined")

    found = states(projects[0], None)

    assert found["专家评审"] == "current"


def test_a_batch_without_a_district_does_not_show_it():
    batch = open_batch()
    batch.has_district = False  # as its programme said when it was made
    project = ProjectFactory(batch=batch, status=ProjectStatus.FORMAL_CHECK)

    assert "区（市）推荐" not in states(project, city().leader)
