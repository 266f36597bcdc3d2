"""A named brand has milestones, notes and requests by the pages of a 书记项目 (B1 11 and 13)."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from brands.models import Milestone, Recheck, RecheckStatus
from brands.services import changing, noting
from brands.timeline import timeline
from foundation import clock
from foundation.outbox.models import Message
from foundation.verdict import Conflict
from foundation.workflow.engine import perform
from schools.models import Role
from tests.brands.after import city, secretary_of
from tests.brands.keeping import named_brand, recheck_of
from tests.crowd import at_once
from tests.factories.people import person
from tests.factories.schools import UnitFactory

pytestmark = pytest.mark.django_db
REASON = "合作单位搬迁。"


@pytest.fixture
def people():
    return city()


@pytest.fixture
def honour(at):
    at("2026-09-01 09:00")
    return named_brand()


@pytest.fixture
def project(honour):
    return honour.project


@pytest.fixture
def secretary(project):
    return secretary_of(project)


def planned(project, count=2):
    return [
        Milestone.objects.create(
            project=project, title=f"培育{n}", owner="甲", due_on=dt.date(2027, 3, n + 1)
        )
        for n in range(count)
    ]


def words(**fields):
    return {"title": "编校本教材", "owner": "教导处", "due_on": "2027-05-31", **fields}


def test_the_school_plans_notes_and_reports(client, project, secretary):
    client.force_login(secretary)

    new = client.post(reverse("brands:milestone-new", args=[project.pk]), words())
    step = project.milestones.get()
    note = client.post(
        reverse("brands:milestone", args=[step.pk]),
        {"day": clock.today().isoformat(), "text": "完成初稿"},
    )
    report = client.post(
        reverse("brands:milestone-report", args=[step.pk]),
        {"done_on": clock.today().isoformat(), "result": "已出版"},
    )

    assert [new.status_code, note.status_code, report.status_code] == [302, 302, 302]
    page = client.get(reverse("brands:project", args=[project.pk])).text
    assert "完成初稿" in page
    assert reverse("brands:milestones", args=[project.pk]) in page
    assert "完成初稿" in [line["note"] for line in timeline(project, secretary)]


def test_once_something_is_written_the_plan_changes_by_request(client, project, secretary, people):
    step, _ = planned(project)
    with pytest.raises(Conflict, match="直接修改"):
        changing.ask(project, "plan", reason=REASON, by=secretary)
    noting.add_note(step, day=clock.today(), text="走访", by=secretary)
    client.force_login(secretary)
    edit = reverse("brands:milestone-edit", args=[step.pk])
    assert client.post(edit, words()).status_code == 409
    row = {
        "milestone": step.pk, "title": "改后", "owner": "乙", "due_on": "2027-06-01",
        "drop": False, "before": {"title": step.title, "owner": "甲", "due_on": "2027-03-01"},
    }  # fmt: skip

    change = changing.ask(project, "plan", reason=REASON, rows=[row], by=secretary)
    perform(change, "approve", by=people.bureau)

    step.refresh_from_db()
    assert (step.title, step.owner) == ("改后", "乙")


def test_an_approved_extension_moves_the_acceptance_once(
    client, honour, project, secretary, people
):
    acceptance = recheck_of(honour, "acceptance", days=60)
    until = acceptance.due_on + dt.timedelta(days=90)
    client.force_login(secretary)
    assert "申请延期验收" in client.get(reverse("brands:milestones", args=[project.pk])).text
    with pytest.raises(Conflict, match="6 个月"):
        changing.ask(
            project, "extend", reason=REASON, until=until + dt.timedelta(days=120), by=secretary
        )

    change = changing.ask(project, "extend", reason=REASON, until=until, by=secretary)
    perform(change, "approve", by=people.bureau)

    acceptance.refresh_from_db()
    assert acceptance.due_on == until
    with pytest.raises(Conflict, match="已经延期一次"):
        changing.ask(project, "extend", reason=REASON, until=until, by=secretary)


def test_one_that_has_reported_is_not_prolonged(honour, project, secretary, people):
    acceptance = recheck_of(honour, "acceptance", days=60)
    until = acceptance.due_on + dt.timedelta(days=30)
    change = changing.ask(project, "extend", reason=REASON, until=until, by=secretary)
    Recheck.objects.filter(pk=acceptance.pk).update(status=RecheckStatus.SUBMITTED)

    with pytest.raises(Conflict, match="已经报告"):
        perform(change, "approve", by=people.bureau)

    change.refresh_from_db()
    assert change.status == "pending"


def test_leaving_is_put_before_the_leader_and_the_name_stays(honour, project, secretary, people):
    change = changing.ask(project, "end", reason=REASON, by=secretary)

    perform(change, "approve", by=people.bureau)

    project.refresh_from_db()
    honour.refresh_from_db()
    assert (project.status, honour.status) == ("named", "valid")
    letters = Message.objects.filter(kind="inbox", payload__user=people.leader.pk)
    assert "是否撤销命名，请决定" in letters.get().payload["text"]


def test_only_its_own_school_and_only_while_it_is_named(client, project, secretary, people):
    (step, _) = planned(project)
    stranger = person(Role.SECRETARY, UnitFactory())
    new = reverse("brands:milestone-new", args=[project.pk])
    answers = []
    for user in (people.bureau, stranger):
        client.force_login(user)
        answers.append(client.post(new, words()).status_code)
    with pytest.raises(PermissionDenied):
        changing.ask(project, "end", reason=REASON, by=person(Role.STAFF, project.organisation))
    project.status = "revoked"
    project.save()
    client.force_login(secretary)
    answers.append(client.post(new, words()).status_code)
    with pytest.raises(Conflict):
        noting.add_note(step, day=clock.today(), text="x", by=secretary)

    assert answers == [403, 404, 409]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_reported_and_prolonged_at_once_one_wins(honour, project, secretary, people):
    acceptance = recheck_of(honour, "acceptance", days=60)
    until = acceptance.due_on + dt.timedelta(days=30)
    change = changing.ask(project, "extend", reason=REASON, until=until, by=secretary)

    at_once(
        [
            lambda: perform(acceptance, "report", by=secretary, text="报告"),
            lambda: perform(change, "approve", by=people.bureau),
        ]
    )

    acceptance.refresh_from_db()
    change.refresh_from_db()
    assert (acceptance.due_on == until) == (change.status == "approved")


def test_the_quarterly_check_fills_in_what_the_brand_did_in_time(project):
    from checkups import prefill
    from checkups.models import Cycle

    late, _ = planned(project)
    Milestone.objects.filter(pk=late.pk).update(done_on=dt.date(2027, 2, 20))
    cycle = Cycle(year=2027, quarter=1)

    answer = prefill.SOURCES["brand"](project.organisation, cycle)

    assert answer is not None
    assert answer.values == {"rate": 50}
