import datetime as dt

import pytest
from django.urls import reverse

from brands.models import Milestone, Programme
from foundation import clock
from foundation.verdict import Conflict
from foundation.workflow.engine import perform
from schools.models import Role
from tests.brands.after import city, ranked, secretary_of
from tests.factories.people import person
from tests.factories.schools import UnitFactory
from tests.moving import drawn

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    return ranked(1, status="established", programme_id=Programme.SECRETARY_PROJECT)[1][0]


def plan(project, count, **fields):
    return [
        Milestone.objects.create(
            project=project, title=f"节点{n}", owner="甲", due_on=dt.date(2026, 12, n + 1), **fields
        )
        for n in range(count)
    ]


def words(**fields):
    return {"title": "开展调研", "owner": "支部书记", "due_on": "2026-12-31", **fields}


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.STAFF])
def test_the_school_plans_its_milestones(client, project, role):
    client.force_login(person(role, project.organisation))

    response = client.post(
        reverse("brands:milestone-new", args=[project.pk]),
        words(project="999", done_on="2026-01-01"),
    )

    assert response.status_code == 302
    milestone = project.milestones.get()
    assert (milestone.title, milestone.owner, milestone.done_on) == ("开展调研", "支部书记", None)


@pytest.mark.parametrize("missing", ["owner", "due_on"])
def test_each_milestone_has_owner_and_deadline(client, project, missing):
    client.force_login(secretary_of(project))

    response = client.post(
        reverse("brands:milestone-new", args=[project.pk]), words(**{missing: ""})
    )

    assert response.status_code == 200
    assert "开展调研" in response.text
    assert not project.milestones.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_milestones_page_has_flat_queries(client, project, count, django_assert_max_num_queries):
    plan(project, count)
    client.force_login(secretary_of(project))

    with django_assert_max_num_queries(14):
        response = client.get(reverse("brands:milestones", args=[project.pk]))

    assert len(response.context["rows"]) == count


def test_milestones_are_hidden_from_another_school_and_read_by_the_bureau(client, project):
    (milestone,) = plan(project, 1)
    client.force_login(person(Role.SECRETARY, UnitFactory()))
    for name, key in [
        ("milestones", project.pk),
        ("milestone-new", project.pk),
        ("milestone-edit", milestone.pk),
        ("milestone-report", milestone.pk),
    ]:
        assert client.get(reverse(f"brands:{name}", args=[key])).status_code == 404
    assert client.post(reverse("brands:milestone-remove", args=[milestone.pk])).status_code == 404

    client.force_login(city().bureau)
    assert client.get(reverse("brands:milestones", args=[project.pk])).status_code == 200
    assert (
        client.post(reverse("brands:milestone-edit", args=[milestone.pk]), words()).status_code
        == 403
    )


def test_starting_needs_two_milestones_and_the_secretary(client, project):
    secretary = secretary_of(project)
    plan(project, 1)
    url = reverse("brands:closing-move", args=[project.pk, "start"])
    client.force_login(secretary)
    assert client.post(url).status_code == 409
    plan(project, 1)

    client.force_login(person(Role.STAFF, project.organisation))
    assert client.post(url).status_code == 403
    client.force_login(secretary)
    assert client.post(url, drawn(project)).status_code == 302

    project.refresh_from_db()
    assert project.status == "in_progress"


def test_a_milestone_is_reported_done_or_explained(client, project):
    done, late = plan(project, 2)
    client.force_login(secretary_of(project))
    today = clock.today().isoformat()

    client.post(
        reverse("brands:milestone-report", args=[done.pk]), {"done_on": today, "result": "完成三次"}
    )
    client.post(reverse("brands:milestone-report", args=[late.pk]), {"result": "等场地"})
    refused = client.post(
        reverse("brands:milestone-report", args=[late.pk]), {"done_on": "2999-01-01", "result": "x"}
    )

    assert refused.status_code == 200
    done.refresh_from_db()
    late.refresh_from_db()
    assert (done.done_on, done.result) == (clock.today(), "完成三次")
    assert (late.done_on, late.result) == (None, "等场地")


def test_what_has_a_result_is_not_removed(client, project):
    done, planned = plan(project, 2)
    done.result = "完成"
    done.save()
    client.force_login(secretary_of(project))

    assert client.post(reverse("brands:milestone-remove", args=[done.pk])).status_code == 409
    assert client.post(reverse("brands:milestone-remove", args=[planned.pk])).status_code == 302
    assert client.get(reverse("brands:milestone-remove", args=[done.pk])).status_code == 405
    assert list(project.milestones.all()) == [done]


def test_a_project_under_way_keeps_two(client, project):
    secretary = secretary_of(project)
    milestones = plan(project, 2)
    perform(project, "start", by=secretary)
    client.force_login(secretary)

    assert (
        client.post(reverse("brands:milestone-remove", args=[milestones[0].pk])).status_code == 409
    )


def test_nothing_is_planned_after_the_closing_application(client, project):
    secretary = secretary_of(project)
    plan(project, 2, result="已完成", done_on=dt.date(2026, 6, 1))
    perform(project, "start", by=secretary)
    perform(project, "apply_closing", by=secretary, report="报告")
    client.force_login(secretary)

    assert (
        client.post(reverse("brands:milestone-new", args=[project.pk]), words()).status_code == 409
    )


def test_an_unexplained_milestone_stops_the_closing(project):
    secretary = secretary_of(project)
    plan(project, 2)
    perform(project, "start", by=secretary)

    with pytest.raises(Conflict, match="2 个节点任务"):
        perform(project, "apply_closing", by=secretary, report="报告")
