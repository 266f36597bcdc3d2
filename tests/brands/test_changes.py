"""Change, extension and end of a 书记项目 under way: a written reason and an approval (B2)."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from brands.models import (
    BatchStage,
    ChangeKind,
    ChangeRequest,
    Milestone,
    Programme,
    Project,
    Stage,
)
from brands.services import changing, closing, eligibility, keeping
from brands.timeline import timeline
from foundation import clock
from foundation.notifications.models import Notice
from foundation.outbox.services import drain
from foundation.verdict import Conflict
from foundation.workflow.engine import perform
from schools.models import Appointment, Role
from tests.brands.after import city, ranked, secretary_of
from tests.crowd import CROWD, browsers, ends, press
from tests.factories.people import person
from tests.factories.schools import UnitFactory
from tests.moving import drawn

TODAY = dt.date(2026, 9, 1)
END = dt.date(2026, 12, 10)
REASON = "合作单位搬迁，原定场地不能使用。"


@pytest.fixture
def project(db, at):
    at("2026-09-01T10:00")
    batch, (project,) = ranked(
        1, status="in_progress", programme_id=Programme.SECRETARY_PROJECT, year=2026
    )
    BatchStage.objects.create(
        batch=batch,
        stage=Stage.CLOSING,
        opens_at=clock.start_of(dt.date(2026, 11, 20)),
        closes_at=clock.end_of(END),
    )
    for number in range(3):
        Milestone.objects.create(
            project=project, title=f"节点{number}", owner="甲", due_on=dt.date(2026, 10, number + 1)
        )
    return project


@pytest.fixture
def people(db):
    return city()


def url_of(project, kind):
    return reverse("brands:change-new", args=[project.pk, kind])


def typed(project, **changes):
    """What the page posts: every row as it is, but for `changes` of the first."""
    data = {"reason": REASON}
    for number, row in enumerate(project.milestones.outstanding()):
        values = {"title": row.title, "owner": row.owner, "due_on": row.due_on.isoformat()}
        values |= changes if number == 0 else {}
        data |= {f"m{row.pk}-{name}": value for name, value in values.items()}
    return data


def asked(project, kind=ChangeKind.END, **fields):
    if kind == ChangeKind.EXTEND:
        fields.setdefault("until", END + dt.timedelta(days=60))
    if kind == ChangeKind.PLAN and "rows" not in fields:
        first = project.milestones.first()
        fields["rows"] = [row(first, title="改过的节点")]
    return changing.ask(project, kind, reason=REASON, by=secretary_of(project), **fields)


def row(milestone=None, drop=False, **values):
    before = (
        {
            "title": milestone.title,
            "owner": milestone.owner,
            "due_on": milestone.due_on.isoformat(),
        }
        if milestone
        else None
    )
    after = {"title": "新节点", "owner": "乙", "due_on": "2026-11-01"} | (before or {}) | values
    return {
        "milestone": milestone.pk if milestone else None,
        **after,
        "drop": drop,
        "before": before,
    }


def test_the_secretary_asks_and_the_bureau_hears(client, project, people):
    client.force_login(secretary_of(project))

    page = client.get(url_of(project, "plan"))
    response = client.post(
        url_of(project, "plan"),
        typed(project, title="换场地")
        | {"new0-title": "补一次", "new0-owner": "乙", "new0-due_on": "2026-11-20"},
    )

    assert page.status_code == 200
    change = ChangeRequest.objects.get()
    assert response["Location"] == reverse("brands:change", args=[change.pk])
    assert [one["title"] for one in change.rows] == ["换场地", "补一次"]
    assert change.rows[0]["before"]["title"] == "节点0"
    drain()
    notice = Notice.objects.get(user=people.bureau)
    assert notice.link == reverse("brands:change", args=[change.pk])


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"reason": ""}, "必填"),
        ({}, "没有改动任何节点任务"),
        ({"new0-title": "只写了名称"}, "请填写责任人"),
        ({"new0-title": "早", "new0-owner": "乙", "new0-due_on": "2026-08-01"}, "不能早于今天"),
        ({"new0-title": "晚", "new0-owner": "乙", "new0-due_on": "2027-03-01"}, "先申请延期"),
    ],
)
def test_a_faulty_request_keeps_what_was_typed(client, project, data, said):
    client.force_login(secretary_of(project))

    response = client.post(url_of(project, "plan"), typed(project) | data)

    assert response.status_code in {200, 409}
    assert said in response.text
    assert data.get("new0-title", "节点0") in response.text
    assert data.get("reason", REASON) in response.text
    assert not ChangeRequest.objects.exists()


def test_two_milestones_stay(project):
    rows = [row(one, drop=True) for one in project.milestones.all()[:2]]

    with pytest.raises(Conflict, match="至少保留 2 个"):
        asked(project, ChangeKind.PLAN, rows=rows)


def test_a_finished_milestone_is_not_changed(project):
    first = project.milestones.first()
    first.done_on = TODAY
    first.save()

    with pytest.raises(Conflict, match="已经完成"):
        asked(project, ChangeKind.PLAN, rows=[row(first, title="改")])


@pytest.mark.parametrize(
    ("until", "said"),
    [
        (END, "应晚于"),
        (dt.date(2027, 6, 11), "最长 6 个月"),
    ],
)
def test_an_extension_gains_and_stays_within_six_months(project, until, said):
    with pytest.raises(Conflict, match=said):
        asked(project, ChangeKind.EXTEND, until=until)


@pytest.mark.parametrize(
    ("day", "after"), [(dt.date(2026, 12, 10), dt.date(2027, 6, 10)),
                       (dt.date(2026, 8, 31), dt.date(2027, 2, 28))]
)  # fmt: skip
def test_six_months_are_calendar_months(day, after):
    assert keeping.months_after(day, 6) == after


def test_an_extension_is_granted_once(project, people):
    change = asked(project, ChangeKind.EXTEND, until=dt.date(2027, 6, 10))
    perform(change, "approve", by=people.bureau)

    assert changing.last_day(Project.objects.get(pk=project.pk)) == dt.date(2027, 6, 10)
    with pytest.raises(Conflict, match="已经延期一次"):
        asked(project, ChangeKind.EXTEND, until=dt.date(2027, 6, 9))


def test_the_plan_changes_with_the_approval_and_keeps_what_was(project, people):
    first, second, _ = project.milestones.all()
    change = asked(
        project,
        ChangeKind.PLAN,
        rows=[row(first, title="换场地", due_on="2026-11-30"), row(second, drop=True), row()],
    )
    assert [one.title for one in project.milestones.all()] == ["节点0", "节点1", "节点2"]

    perform(change, "approve", by=people.bureau)

    assert [one.title for one in project.milestones.all()] == ["节点2", "新节点", "换场地"]
    second.refresh_from_db()
    assert second.dropped_on == TODAY
    change.refresh_from_db()
    assert change.rows[0]["before"]["title"] == "节点0"
    labels = [line["label"] for line in timeline(project, people.bureau)]
    assert labels[:2] == ["变更节点任务：批准", "变更节点任务：提出申请"]


def test_what_was_finished_meanwhile_stops_the_approval_whole(project, people):
    first = project.milestones.first()
    change = asked(project, ChangeKind.PLAN, rows=[row(), row(first, title="换场地")])
    closing.report_milestone(first, by=secretary_of(project), done_on=TODAY, result="完成")

    with pytest.raises(Conflict, match="已经完成"):
        perform(change, "approve", by=people.bureau)

    change.refresh_from_db()
    assert change.status == "pending"
    assert project.milestones.count() == 3


def test_an_approved_end_is_final_and_frees_neither_cap_nor_year(client, project, people):
    secretary = secretary_of(project)
    Project.objects.filter(pk=project.pk).update(lead=secretary, lead_for="secretary-2026")
    change = asked(project)

    perform(change, "approve", by=people.bureau)

    project.refresh_from_db()
    assert project.status == "terminated"
    assert project.status in closing.ESTABLISHED
    other = ranked(1, programme_id=Programme.SECRETARY_PROJECT, year=2026)[1][0]
    assert "只能领办一个" in eligibility.bar_of_lead(secretary, other)
    client.force_login(secretary)
    assert client.get(reverse("brands:milestones", args=[project.pk])).status_code == 200
    closing_page = reverse("brands:project-closing", args=[project.pk])
    assert client.post(closing_page, {"report": "x"}).status_code == 409
    with pytest.raises(Conflict):
        asked(project)


def test_nobody_ends_a_project_without_the_request(project, people):
    with pytest.raises(Conflict, match="没有已批准的终止申请"):
        perform(project, "end", by=people.bureau)


def test_a_refusal_needs_its_reason_and_the_school_hears_it(project, people):
    change = asked(project)
    with pytest.raises(Conflict, match="理由"):
        perform(change, "refuse", by=people.bureau)

    perform(change, "refuse", by=people.bureau, note="可以换场地继续")

    project.refresh_from_db()
    assert project.status == "in_progress"
    drain()
    notice = Notice.objects.get(subject="终止项目申请不予批准")
    assert "可以换场地继续" in notice.text
    assert asked(project).status == "pending"


def test_the_school_takes_it_back(client, project):
    change = asked(project)
    client.force_login(secretary_of(project))

    client.post(reverse("brands:change-move", args=[change.pk, "take_back"]), drawn(change))

    change.refresh_from_db()
    assert change.status == "taken_back"


@pytest.mark.parametrize("role", [Role.STAFF, Role.DISTRICT])
def test_only_the_secretary_asks(client, project, role):
    home = project.organisation if role == Role.STAFF else project.organisation.parent
    client.force_login(person(role, home))

    assert client.get(url_of(project, "end")).status_code == 403
    assert client.post(url_of(project, "end"), {"reason": REASON}).status_code == 403
    assert not ChangeRequest.objects.exists()


def test_strangers_see_nothing_and_other_roles_decide_nothing(client, project, people):
    change = asked(project)
    for user, seen, moved in [
        (person(Role.SECRETARY, UnitFactory()), 404, 404),
        (people.leader, 200, 403),
        (people.supervision, 200, 403),
        (person(Role.DISTRICT, project.organisation.parent), 200, 403),
        (person(Role.STAFF, project.organisation), 200, 403),
    ]:
        client.force_login(user)
        assert client.get(reverse("brands:change", args=[change.pk])).status_code == seen
        move = reverse("brands:change-move", args=[change.pk, "approve"])
        assert client.post(move).status_code == moved


def test_who_asked_does_not_approve(project, people):
    secretary = secretary_of(project)
    change = changing.ask(project, ChangeKind.END, reason=REASON, by=secretary)
    Appointment.objects.create(
        user=secretary, role=Role.BUREAU, organisation=people.bureau.appointments.get().organisation
    )
    del secretary._rights

    with pytest.raises(PermissionDenied, match="另一位"):
        perform(change, "approve", by=secretary)


@pytest.mark.parametrize("kind", ChangeKind.values)
def test_while_one_waits_there_is_neither_another_nor_a_closing(client, project, kind):
    secretary = secretary_of(project)
    asked(project)
    project.milestones.update(result="已说明")
    client.force_login(secretary)

    assert client.post(url_of(project, kind), {"reason": REASON}).status_code == 409
    with pytest.raises(Conflict, match="等待审批"):
        perform(project, "apply_closing", by=secretary, report="报告")


@pytest.mark.parametrize("status", ["closing", "closing_review", "closed_good", "terminated"])
def test_after_the_closing_application_nothing_is_asked(client, project, status):
    Project.objects.filter(pk=project.pk).update(status=status)
    client.force_login(secretary_of(project))

    for kind in ChangeKind.values:
        assert client.post(url_of(project, kind), {"reason": REASON}).status_code == 409


def test_before_the_start_the_plan_is_changed_directly(client, project):
    Project.objects.filter(pk=project.pk).update(status="established")
    client.force_login(secretary_of(project))

    assert client.post(url_of(project, "plan"), typed(project)).status_code == 409
    page = client.get(reverse("brands:milestones", args=[project.pk]))
    assert [kind for kind, _ in page.context["asks"]] == ["extend", "end"]


def test_under_way_the_plan_is_not_edited_directly(client, project):
    client.force_login(secretary_of(project))
    first = project.milestones.first()
    words = {"title": "改", "owner": "甲", "due_on": "2026-12-01"}

    for name, key in [
        ("milestone-new", project.pk),
        ("milestone-edit", first.pk),
        ("milestone-remove", first.pk),
    ]:
        response = client.post(reverse(f"brands:{name}", args=[key]), words)
        assert response.status_code == 409
        assert "申请变更" in response.text
    assert [one.title for one in project.milestones.all()] == ["节点0", "节点1", "节点2"]


def test_the_closing_is_asked_for_by_its_last_day_or_the_granted_one(project, people, at):
    secretary = secretary_of(project)
    project.milestones.update(result="已说明")
    asked_for = asked(project, ChangeKind.EXTEND, until=dt.date(2027, 1, 20))
    perform(asked_for, "approve", by=people.bureau)

    at("2027-01-21T00:00:01")
    with pytest.raises(Conflict, match="截止"):
        perform(project, "apply_closing", by=secretary, report="报告")
    at("2027-01-20T23:59:58")
    perform(project, "apply_closing", by=secretary, report="报告")

    assert project.status == "closing"


def test_a_returned_closing_comes_again_after_the_last_day(project, people, at):
    secretary = secretary_of(project)
    project.milestones.update(result="已说明")
    perform(project, "apply_closing", by=secretary, report="报告")
    at("2026-12-20T09:00")
    perform(project, "return_closing", by=people.bureau, note="请补充数据")

    perform(project, "apply_closing", by=secretary, report="报告二")

    assert project.status == "closing"


def test_the_database_holds_one_open_request(project):
    change = asked(project)
    change.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        change.save()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_has_flat_queries(client, project, people, count, django_assert_max_num_queries):
    for _ in range(count):
        change = asked(project)
        perform(change, "refuse", by=people.bureau, note="不符合条件")
    client.force_login(people.bureau)

    with django_assert_max_num_queries(8):
        client.get(reverse("brands:change", args=[change.pk]))
    with django_assert_max_num_queries(10):
        page = client.get(reverse("brands:milestones", args=[project.pk]))

    assert len(page.context["changes"]) == count


def test_bureau_staff_find_it_on_their_first_page(client, project, people):
    change = asked(project)
    client.force_login(people.bureau)

    assert f"审批{change}" in client.get(reverse("dashboard:home")).text


@CROWD
@pytest.mark.django_db(transaction=True)
def test_of_many_requests_at_once_one_is_filed(crowd):
    for _ in range(crowd.times):
        (project,) = ranked(
            1, status="in_progress", programme_id=Programme.SECRETARY_PROJECT, year=2026
        )[1]
        windows = browsers(secretary_of(project), crowd.people)

        answers = press(
            [(window, url_of(project, "end"), {"reason": REASON}) for window in windows]
        )

        assert ends(answers) == {"done": 1, "conflict": crowd.people - 1}
        assert project.changes.count() == 1


@CROWD
@pytest.mark.django_db(transaction=True)
def test_approve_against_take_back_has_one_winner(crowd):
    bureau = city().bureau
    for _ in range(crowd.times):
        (project,) = ranked(
            1, status="in_progress", programme_id=Programme.SECRETARY_PROJECT, year=2026
        )[1]
        change = asked(project)
        half = crowd.people // 2
        presses = [
            (window, reverse("brands:change-move", args=[change.pk, name]), drawn(change))
            for user, name in [(bureau, "approve"), (change.asked_by, "take_back")]
            for window in browsers(user, half)
        ]

        answers = press(presses)

        assert ends(answers) == {"done": 1, "conflict": 2 * half - 1}
        change.refresh_from_db()
        project.refresh_from_db()
        assert (change.status, project.status) in {
            ("approved", "terminated"),
            ("taken_back", "in_progress"),
        }


def test_days_are_those_of_shanghai(project):
    window = project.batch.stages.get()
    assert timezone.localdate(window.closes_at) == changing.last_day(project) == END
