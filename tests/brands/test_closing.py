from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
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
def people():
    return city()


def projects_in(status, count=1):
    return ranked(count, status=status, programme_id=Programme.SECRETARY_PROJECT)[1]


def scored(project, score):
    project.status, project.closing_score = "closing_scored", Decimal(score)
    project.save()
    return project


def close(project, people):
    perform(project, "close", by=people.leader)
    return project.status


def move(client, project, name, **fields):
    return client.post(
        reverse("brands:closing-move", args=[project.pk, name]), drawn(project, **fields)
    )


@pytest.mark.parametrize(
    ("score", "status"),
    [
        ("100", "closed_excellent"),
        ("90", "closed_excellent"),
        ("89.99", "closed_good"),
        ("75", "closed_good"),
        ("74.99", "closed_pass"),
        ("60", "closed_pass"),
        ("59.99", "closed_fail"),
    ],
)
def test_the_grade_follows_the_score(people, score, status):
    project, *_ = projects_in("established", 4)

    assert close(scored(project, score), people) == status


@pytest.mark.parametrize(("count", "cap"), [(1, 0), (3, 0), (4, 1), (6, 1), (7, 2), (10, 3)])
def test_excellent_stays_within_thirty_per_cent(people, count, cap):
    projects = [scored(project, "95") for project in projects_in("established", count)]

    grades = [close(project, people) for project in projects]

    assert grades.count("closed_excellent") == cap
    assert grades.count("closed_good") == count - cap


def test_the_best_are_excellent_in_whatever_order_they_are_closed(people):
    projects = projects_in("established", 4)
    low, high = scored(projects[0], "91"), scored(projects[1], "96")

    assert close(low, people) == "closed_good"
    assert close(high, people) == "closed_excellent"


def test_declined_projects_do_not_widen_the_cap(people):
    projects = projects_in("established", 7)
    for project in projects[4:]:
        project.status = "declined"
        project.save()

    grades = [close(scored(project, "95"), people) for project in projects[:2]]

    assert sorted(grades) == ["closed_excellent", "closed_good"]


def test_the_whole_closing(client, people):
    (project,) = projects_in("in_progress")
    secretary = secretary_of(project)
    client.force_login(secretary)
    url = reverse("brands:project-closing", args=[project.pk])
    assert client.get(url).status_code == 200

    empty = client.post(url, {"report": ""})
    response = client.post(
        url, drawn(project, report="目标全部达成", closing_score="100", status="x")
    )
    client.force_login(people.bureau)
    assert move(client, project, "start_closing_review").status_code == 302
    project.refresh_from_db()
    perform(project, "finish_closing_review", by=people.bureau, score=Decimal("88.5"))
    client.force_login(secretary)
    assert "88.5" not in client.get(url).text
    client.force_login(people.leader)
    assert move(client, project, "close").status_code == 302

    assert empty.status_code == 200
    assert response.status_code == 302
    project.refresh_from_db()
    assert project.status == "closed_good"
    assert project.content["closing_report"] == "目标全部达成"
    client.force_login(secretary)
    assert "88.5" in client.get(url).text


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("established", "启动推进之后，才能申请结项。"),
        ("in_progress", "还有 1 个节点任务没有完成"),
        ("closing", ""),
        ("closed_good", ""),
    ],
)
def test_the_page_says_what_stands_before_an_application_and_nothing_after_it(
    client, status, words
):
    (project,) = projects_in(status)
    Milestone.objects.create(project=project, title="调研", owner="书记", due_on=clock.today())
    client.force_login(secretary_of(project))

    page = client.get(reverse("brands:project-closing", args=[project.pk])).text

    assert words in page
    assert "不能申请结项" not in page


def test_only_the_secretary_applies(client, people):
    (project,) = projects_in("in_progress")
    url = reverse("brands:project-closing", args=[project.pk])
    for user in (person(Role.STAFF, project.organisation), people.bureau):
        client.force_login(user)
        assert client.post(url, {"report": "报告"}).status_code == 403
    client.force_login(person(Role.SECRETARY, UnitFactory()))
    assert client.post(url, {"report": "报告"}).status_code == 404


@pytest.mark.parametrize(
    ("name", "status", "who"),
    [("start_closing_review", "closing", "leader"), ("close", "closing_scored", "bureau")],
)
def test_each_closing_step_belongs_to_its_role(client, people, name, status, who):
    (project,) = projects_in(status)
    client.force_login(getattr(people, who))

    assert move(client, project, name).status_code == 403


def test_a_step_out_of_turn_is_a_conflict(client, people):
    (project,) = projects_in("in_progress")
    client.force_login(people.bureau)

    assert move(client, project, "start_closing_review").status_code == 409
    assert move(client, project, "finish_closing_review").status_code == 404
    assert client.get(reverse("brands:closing-move", args=[project.pk, "close"])).status_code == 405


def test_an_application_may_be_sent_back(client, people):
    (project,) = projects_in("closing")
    client.force_login(people.bureau)

    assert move(client, project, "return_closing").status_code == 409
    assert move(client, project, "return_closing", note="缺少佐证").status_code == 302
    project.refresh_from_db()
    assert project.status == "in_progress"


def test_a_score_is_handed_over_by_the_bureau_only(people):
    (project,) = projects_in("closing_review")

    with pytest.raises(PermissionDenied):
        perform(project, "finish_closing_review", by=people.leader, score=Decimal("90"))
    with pytest.raises(Conflict, match="得分"):
        perform(project, "finish_closing_review", by=people.bureau)


def test_a_failed_closing_may_be_tried_once_more_within_sixty_days(people, at):
    (project,) = projects_in("in_progress")
    secretary = secretary_of(project)
    at("2026-12-01 09:00")
    close(scored(project, "50"), people)
    at("2027-01-29 09:00")

    perform(project, "apply_closing", by=secretary, report="整改后")
    assert project.closing_score is None
    close(scored(project, "55"), people)

    with pytest.raises(Conflict, match="一次"):
        perform(project, "apply_closing", by=secretary, report="再来")


def test_a_failed_closing_lapses_after_sixty_days(people, at):
    (project,) = projects_in("in_progress")
    secretary = secretary_of(project)
    at("2026-12-01 09:00")
    close(scored(project, "50"), people)
    at("2027-01-31 09:00")

    with pytest.raises(Conflict, match="已过"):
        perform(project, "apply_closing", by=secretary, report="晚了")


def test_brand_projects_have_no_closing(client, people):
    _, (project,) = ranked(1, status="named")
    Milestone.objects.create(project=project, title="x", owner="y", due_on=clock.today())
    client.force_login(people.bureau)

    assert client.get(reverse("brands:project-closing", args=[project.pk])).status_code == 404
    assert client.get(reverse("brands:milestones", args=[project.pk])).status_code == 200
