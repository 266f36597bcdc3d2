import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from brands.models import Honour, Objection
from foundation import clock
from foundation.audit.models import AuditEvent
from foundation.outbox.models import Message
from foundation.verdict import Conflict
from foundation.workflow.engine import perform, workflow_of
from tests.brands.after import city, published, secretary_of
from tests.moving import chosen

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return city()


def after(publicity, at):
    at(
        (timezone.localtime(publicity.closes_at) + timedelta(seconds=2))
        .replace(tzinfo=None)
        .isoformat()
    )


def name(client, publicity, projects, **fields):
    data = {
        **chosen(*projects),
        "document_number": "苏教工委〔2026〕18号",
        "named_on": clock.today().isoformat(),
        "level": "city",
        **fields,
    }
    return client.post(reverse("brands:naming-confirm", args=[publicity.batch_id]), data)


@pytest.mark.parametrize(("seconds", "count"), [(-1, 0), (0, 0), (1, 1)])
def test_naming_waits_for_the_end_of_the_publicity(client, people, at, seconds, count):
    publicity, projects = published(people, 1)
    client.force_login(people.bureau)
    moment = timezone.localtime(publicity.closes_at) + timedelta(seconds=seconds)
    at(moment.replace(tzinfo=None).isoformat())

    response = name(client, publicity, projects)

    assert response.status_code == (302 if count else 409)
    assert Honour.objects.count() == count


@pytest.mark.parametrize("status", ["received", "investigating"])
def test_an_open_objection_stops_naming(client, people, at, status):
    publicity, projects = published(people, 2)
    objection = Objection.objects.create(publicity=publicity, project=projects[0], text="不实")
    if status == "investigating":
        perform(objection, "accept", by=people.bureau)
        perform(
            Objection.objects.create(publicity=publicity, project=projects[1], text="x"),
            "not_accept",
            by=people.bureau,
            note="无关",
        )
    after(publicity, at)
    client.force_login(people.leader)

    response = name(client, publicity, projects)

    assert response.status_code == 409
    assert Honour.objects.count() == 0  # not even the undisputed one: all or none
    assert name(client, publicity, projects[1:]).status_code == 302


def test_an_anonymous_lead_stops_naming_once_somebody_takes_it_up(people, at):
    publicity, (one, two) = published(people, 2)
    leads = [
        Objection.objects.create(publicity=publicity, project=project, text="x", is_anonymous=True)
        for project in (one, two)
    ]
    perform(leads[0], "accept", by=people.supervision)
    after(publicity, at)

    for project in (one, two):
        project.refresh_from_db()
    with pytest.raises(Conflict):
        perform(one, "name", by=people.leader, document_number="1号")
    perform(two, "name", by=people.leader, document_number="1号")

    assert Honour.objects.get().project == two


def test_naming_writes_the_register(client, people, at):
    publicity, projects = published(people, 2, result_label="建设成果")
    projects[0].content = {"summary": "以红烛精神育人"}
    projects[0].save()
    secretary = secretary_of(projects[0])
    after(publicity, at)
    client.force_login(people.bureau)

    shown = client.get(
        reverse("brands:naming-confirm", args=[publicity.batch_id]), {"project": projects[0].pk}
    )
    response = name(client, publicity, projects, status="x", number="1")

    assert shown.status_code == 200
    assert response.status_code == 302
    assert [honour.number for honour in Honour.objects.order_by("number")] == [
        "苏YP-2026-0001",
        "苏YP-2026-0002",
    ]
    honour = Honour.objects.get(project=projects[0])
    assert (honour.holder, honour.brand_name) == (projects[0].organisation.short, projects[0].title)
    assert (honour.label, honour.document_number) == ("建设成果", "苏教工委〔2026〕18号")
    assert honour.summary == "以红烛精神育人"
    for project in projects:
        project.refresh_from_db()
        assert project.status == "named"
    letters = [row.payload["subject"] for row in Message.objects.filter(payload__user=secretary.pk)]
    assert "品牌项目命名结果" in letters


def test_numbers_go_on_within_the_year(people, at):
    _, (one,) = published(people, 1)
    second, (two,) = published(people, 1)
    after(second, at)
    perform(one, "name", by=people.leader, document_number="1号")
    perform(two, "name", by=people.leader, document_number="2号")

    assert [one.honour.number, two.honour.number] == ["苏YP-2026-0001", "苏YP-2026-0002"]


def test_naming_needs_the_document_number_and_no_future_day(client, people, at):
    publicity, projects = published(people, 1)
    after(publicity, at)
    client.force_login(people.bureau)
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()

    assert name(client, publicity, projects, document_number="").status_code == 200
    assert name(client, publicity, projects, named_on=tomorrow).status_code == 200
    with pytest.raises(Conflict, match="文号"):
        perform(projects[0], "name", by=people.bureau)
    assert Honour.objects.count() == 0


def test_a_project_is_named_once(client, people, at):
    publicity, projects = published(people, 1)
    after(publicity, at)
    client.force_login(people.bureau)
    name(client, publicity, projects)

    assert name(client, publicity, projects).status_code == 200  # no longer among the choices
    with pytest.raises(Conflict):
        perform(projects[0], "name", by=people.bureau, document_number="1号")
    assert Honour.objects.count() == 1


def test_naming_belongs_to_bureau_and_leader(client, people):
    publicity, projects = published(people, 1)
    for user in (people.supervision, secretary_of(projects[0])):
        client.force_login(user)
        assert client.get(reverse("brands:naming", args=[publicity.batch_id])).status_code == 403
        assert name(client, publicity, projects).status_code == 403
    client.force_login(people.bureau)
    assert client.post(reverse("brands:naming", args=[publicity.batch_id])).status_code == 405


@pytest.mark.parametrize("count", [1, 3])
def test_naming_page_says_why_not_with_flat_queries(
    client, people, count, django_assert_max_num_queries
):
    publicity, _ = published(people, count)
    client.force_login(people.bureau)

    with django_assert_max_num_queries(9):
        response = client.get(reverse("brands:naming", args=[publicity.batch_id]))

    assert "公示期尚未届满" in response.text


def test_no_button_moves_a_project_past_its_pages(people):
    """What belongs to a notice or an objection is not offered on the project itself."""
    _, (project,) = published(people, 1)

    assert [move.name for move in workflow_of(project).open_to(project, people.bureau)] == []


def test_the_register_is_searched_and_exported_on_record(client, people, at):
    publicity, projects = published(people, 2)
    after(publicity, at)
    client.force_login(people.bureau)
    name(client, publicity, projects)

    found = client.get(reverse("brands:honours"), {"q": projects[1].title})
    book = client.get(reverse("brands:honours-export"), {"q": projects[1].title})

    assert [honour.project for honour in found.context["page"]] == [projects[1]]
    cells = [cell for row in load_workbook(io.BytesIO(book.content)).active.values for cell in row]
    assert projects[1].title in cells
    assert projects[0].title not in cells
    assert AuditEvent.objects.filter(action="export", actor_id=people.bureau.pk).count() == 1


def test_the_register_of_staff_is_not_for_schools(client, people):
    _, projects = published(people, 1)
    client.force_login(secretary_of(projects[0]))

    for page in ("honours", "honours-export"):
        assert client.get(reverse(f"brands:{page}")).status_code == 403
