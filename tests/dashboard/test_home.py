"""Everyone's first page: what I must do, within a bounded number of queries."""

import pytest
from django.urls import reverse

from brands.models import Milestone, Programme, Project, ProjectStatus
from foundation import clock
from foundation.outbox.models import Message
from schools.models import Role
from tests.factories.brands import BatchFactory, ProjectFactory, open_batch, ready_project
from tests.factories.checkups import checkup_of, documented, submitted
from tests.factories.people import UserFactory, person
from tests.factories.reviews import AssignmentFactory
from tests.factories.schools import RootFactory, UnitFactory

pytestmark = pytest.mark.django_db
HOME = "dashboard:home"


def secretary_projects(*statuses):
    batch = BatchFactory(status="open", programme_id=Programme.SECRETARY_PROJECT)
    return batch, [
        ProjectFactory(batch=batch, status=status, title=f"项目{status}") for status in statuses
    ]


def names(response):
    return [task.name for task in response.context["tasks"]]


def test_a_secretary_sees_the_open_batch_then_the_draft(client):
    unit = UnitFactory()
    secretary = person(Role.SECRETARY, unit)
    batch = open_batch()
    client.force_login(secretary)

    assert names(client.get(reverse(HOME))) == [f"申报{batch.title}"]

    project = ready_project(batch, unit)
    assert names(client.get(reverse(HOME))) == [f"完成并提交《{project.title}》"]


def test_a_task_that_fell_due_on_friday_is_late_on_saturday(client, at):
    at("2026-11-16 09:00")
    unit = UnitFactory()
    project = ready_project(open_batch(), unit)
    project.batch.stages.update(closes_at=at("2026-11-20 23:59:59"))
    client.force_login(person(Role.SECRETARY, unit))

    at("2026-11-21 09:00")

    assert [task.days_left for task in client.get(reverse(HOME)).context["tasks"]] == [-1]


def test_a_leader_sees_what_awaits_decision(client):
    batch = open_batch()
    ready_project(batch, status=ProjectStatus.PROPOSED)
    client.force_login(person(Role.LEADER, RootFactory()))

    assert names(client.get(reverse(HOME))) == [f"审定{batch.title}：1 项"]


def test_a_leader_goes_straight_to_each_closing(client):
    batch, (project, *_) = secretary_projects("closing_scored", "scored")
    client.force_login(person(Role.LEADER, RootFactory()))

    tasks = client.get(reverse(HOME)).context["tasks"]

    assert {task.name: task.url for task in tasks} == {
        f"审定结项《{project}》": reverse("brands:project-closing", args=[project.pk]),
        f"审定{batch.title}：1 项": reverse("brands:decision", args=[batch.pk]),
    }
    assert "拟定" not in "".join(task.why for task in tasks)


def test_a_secretary_goes_from_the_list_to_the_milestones_to_the_closing(client):
    _, (project,) = secretary_projects("established")
    page = reverse("brands:milestones", args=[project.pk])

    def tasks_of(role):
        client.force_login(person(role, project.organisation))
        return [(t.name, t.url) for t in client.get(reverse(HOME)).context["tasks"]]

    assert tasks_of(Role.SECRETARY) == [(f"列出《{project}》的节点任务", page)]

    project.status = "in_progress"
    project.save()
    milestone = Milestone.objects.create(project=project, title="调研", due_on=clock.today())
    assert tasks_of(Role.SECRETARY) == [("节点：调研", page)]

    milestone.done_on = clock.today()
    milestone.save()
    closing = reverse("brands:project-closing", args=[project.pk])
    assert tasks_of(Role.SECRETARY) == [(f"申请《{project}》结项", closing)]
    assert tasks_of(Role.STAFF) == []


def test_who_is_asked_about_the_list_changes_with_its_decision(client):
    batch = open_batch()
    first, _ = [ready_project(batch, status=ProjectStatus.SCORED) for _ in range(2)]
    root = RootFactory()
    staff, leader = person(Role.BUREAU, root), person(Role.LEADER, root)

    def asked(user):
        client.force_login(user)
        return [name for name in names(client.get(reverse(HOME))) if batch.title in name]

    assert (asked(staff), asked(leader)) == ([f"提出拟定名单：{batch.title}，2 项"], [])
    Project.objects.filter(pk=first.pk).update(status=ProjectStatus.APPROVED)
    assert asked(staff) == [f"起草公示：{batch.title}，1 项"]
    assert asked(leader) == [f"{batch.title}：1 项未列入名单"]


def test_staff_click_through_from_a_count_to_its_list(client):
    batch = open_batch()
    project = ready_project(batch, status=ProjectStatus.FORMAL_CHECK)
    ready_project(batch, status=ProjectStatus.ELIGIBLE)
    client.force_login(person(Role.BUREAU, RootFactory()))

    line = client.get(reverse(HOME)).context["pipeline"][0]
    _, count, url = next(one for one in line["stretches"] if one[0] == "待审查")
    listed = client.get(url).context["rows"]

    assert count == 1
    assert [row.url for row in listed] == [reverse("brands:project", args=[project.pk])]


@pytest.mark.parametrize("role", [Role.BUREAU, Role.DISTRICT])
def test_checks_to_review_lead_to_their_own_quarter(client, at, role):
    at("2026-10-12 10:00")
    unit = UnitFactory()
    secretary = person(Role.SECRETARY, unit)
    older, newer = checkup_of(unit, quarter=2), checkup_of(unit, quarter=3)
    checkup_of(UnitFactory(parent=unit.parent))
    for checkup in (older, newer):
        submitted(checkup, secretary)
    client.force_login(person(role, unit.parent if role == Role.DISTRICT else RootFactory()))

    tasks = [task for task in client.get(reverse(HOME)).context["tasks"] if "体检" in task.name]

    assert [task.name for task in tasks] == [f"审核{c.cycle}体检：1 份" for c in (newer, older)]
    assert [list(client.get(task.url).context["page"]) for task in tasks] == [[newer], [older]]


def test_a_person_without_an_appointment_is_told_so(client):
    client.force_login(UserFactory())

    assert "没有在任的职务" in client.get(reverse(HOME)).content.decode()


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("role", "most"),
    [(Role.SECRETARY, 18), (Role.BUREAU, 27), (Role.DISTRICT, 18), (Role.LEADER, 17)],
)
def test_the_queries_of_the_first_page_do_not_grow(
    client, role, most, count, django_assert_max_num_queries
):
    documented()
    unit = UnitFactory()
    where = {Role.SECRETARY: unit, Role.DISTRICT: unit.parent}.get(role, RootFactory())
    batches = [open_batch() for _ in range(count)]
    for batch in batches:
        ready_project(batch, unit, status=ProjectStatus.FORMAL_CHECK)
    client.force_login(person(role, where))

    with django_assert_max_num_queries(most):
        client.get(reverse(HOME))


def test_a_district_sees_its_ranking_what_came_back_and_who_has_not_filed(client, at):
    at("2026-10-12 10:00")
    unit = UnitFactory()
    batch = open_batch(quotas=[(unit.area, 3)])
    place = batch.quotas.get().place_rows.first()
    ranked = ready_project(batch, unit, status=ProjectStatus.RECOMMENDED, place=place)
    other = UnitFactory(parent=unit.parent, area=unit.area)
    late = {"return_due_at": at("2026-10-09 18:00"), "area": unit.area}
    returned = ready_project(batch, other, status=ProjectStatus.RETURNED, **late)
    ready_project(batch, status=ProjectStatus.RETURNED)  # another district's
    at("2026-10-12 10:00")
    check = checkup_of(unit)
    client.force_login(person(Role.DISTRICT, unit.parent))

    lists, back, unfiled = client.get(reverse(HOME)).context["sections"]

    assert [line.name for line in lists.lines] == [f"1. {ranked}"]
    assert [(line.name, line.label) for line in back.lines] == [(str(returned), "逾期未修改")]
    assert check.organisation.short in [line.name for line in unfiled.lines]
    assert unfiled.total == len(unfiled.lines)


def test_the_bureau_sees_what_moved_since_yesterday_and_no_more(client, at):
    at("2026-11-16 09:00")
    project = ready_project(open_batch())
    move = {"source": "", "target": "", "by": None}
    project.events.create(name="old", label="早先的一步", at=at("2026-11-14 17:00"), **move)
    project.events.create(name="new", label="昨天的一步", at=at("2026-11-15 08:00"), **move)
    at("2026-11-16 09:00")
    client.force_login(person(Role.BUREAU, RootFactory()))

    page = client.get(reverse(HOME)).text

    assert "昨天的一步" in page
    assert "早先的一步" not in page


def test_a_leader_reads_how_things_stand(client):
    batch = open_batch()
    ready_project(batch, status=ProjectStatus.PROPOSED)
    client.force_login(person(Role.LEADER, RootFactory()))

    assert ("待审定", "1 项") in client.get(reverse(HOME)).context["facts"]


def test_a_reviewer_goes_straight_to_the_next_entry(client):
    assignment = AssignmentFactory()
    client.force_login(assignment.reviewer)

    tasks = {task.name: task.url for task in client.get(reverse(HOME)).context["tasks"]}

    assert tasks["评下一项"] == reverse("reviews:review", args=[assignment.pk])


def test_who_keeps_machine_accounts_and_record_is_told_what_needs_them(client):
    Message.objects.create(key="dead", kind="inbox", state="dead", next_at=clock.wall_now())
    root = RootFactory()

    def seen(role):
        client.force_login(person(role, root))
        page = client.get(reverse(HOME))
        return names(page), dict(page.context["facts"])

    assert seen(Role.SYSTEM_ADMIN)[0] == ["处理发送失败的消息：1 条"]
    assert "还没有登录过的账号" in seen(Role.SECURITY_ADMIN)[1]
    tasks, facts = seen(Role.AUDITOR)
    assert (tasks, facts["最近一次校验"]) == (["校验审计链"], "还没有校验过")
    client.post(reverse("dashboard:audit-verify"))
    assert seen(Role.AUDITOR)[0] == []
