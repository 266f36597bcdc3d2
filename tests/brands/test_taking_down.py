import pytest
from django.urls import reverse

from brands.models import Honour, Objection, Publicity
from foundation.outbox.models import Message
from foundation.verdict import Conflict
from foundation.workflow.engine import perform
from tests.brands.after import city, draft, published, secretary_of
from tests.moving import drawn

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return city()


@pytest.fixture
def publicity(people):
    return published(people)[0]


def post(client, publicity, name, **fields):
    url = reverse("brands:publicity-take-down", args=[publicity.pk, name])
    return client.post(url, drawn(publicity, **fields))


def statuses(publicity):
    return sorted(publicity.entries.values_list("project__status", flat=True))


def test_a_notice_is_taken_down_by_two_people_with_a_reason(client, people, publicity):
    project = publicity.entries.first().project
    secretary = secretary_of(project)
    public = reverse("portal:notice", args=[publicity.pk])
    client.force_login(people.bureau)
    assert post(client, publicity, "ask_take_down", note=" ").status_code == 409
    assert post(client, publicity, "ask_take_down", note="名单有误").status_code == 302
    assert client.get(public).status_code == 200  # Until it is confirmed.
    assert "名单有误" in client.get(reverse("brands:publicity", args=[publicity.pk])).text

    client.force_login(people.leader)
    assert post(client, publicity, "take_down").status_code == 302

    publicity.refresh_from_db()
    assert publicity.status == "taken_down"
    assert statuses(publicity) == ["approved", "approved"]
    page = client.get(public)
    assert page.status_code == 404
    assert "已提前撤下" in page.text
    assert "名单有误" not in page.text
    assert project.title not in page.text
    assert client.get(reverse("portal:notice-snapshot", args=[publicity.pk])).status_code == 404
    subjects = [
        row.payload["subject"] for row in Message.objects.filter(payload__user=secretary.pk)
    ]
    assert "公示提前撤下" in subjects
    assert publicity.events.filter(name="ask_take_down", note="名单有误").exists()


def test_whoever_asked_does_not_confirm(client, people, publicity):
    client.force_login(people.bureau)
    assert post(client, publicity, "take_down").status_code == 409  # Nobody has asked.
    post(client, publicity, "ask_take_down", note="有误")

    assert post(client, publicity, "take_down").status_code == 403
    assert post(client, publicity, "ask_take_down", note="再来").status_code == 409
    assert statuses(publicity) == ["publicity", "publicity"]
    assert post(client, publicity, "keep_up").status_code == 302
    publicity.refresh_from_db()
    assert publicity.take_down_asked_by is None
    client.force_login(people.second)
    assert post(client, publicity, "take_down").status_code == 409


def test_taking_down_is_for_bureau_and_leader(client, people, publicity):
    perform(publicity, "ask_take_down", by=people.bureau, note="有误")
    project = publicity.entries.first().project
    for user, status in ((people.supervision, 403), (secretary_of(project), 404)):
        client.force_login(user)
        assert post(client, publicity, "take_down").status_code == status
    client.force_login(people.second)
    assert post(client, publicity, "confirm").status_code in (404, 405, 409)
    assert post(client, publicity, "vanish").status_code == 404
    assert statuses(publicity) == ["publicity", "publicity"]


def test_of_two_who_decide_at_once_one_wins(people, publicity):
    perform(publicity, "ask_take_down", by=people.bureau, note="有误")
    other = Publicity.objects.get(pk=publicity.pk)
    version = other.version
    perform(publicity, "take_down", by=people.second, version=version)

    with pytest.raises(Conflict):
        perform(other, "keep_up", by=people.leader, version=version)

    assert Publicity.objects.get().status == "taken_down"


def test_a_taken_down_notice_earns_no_name_and_its_projects_go_out_again(people, publicity, at):
    entry = publicity.entries.first()
    perform(publicity, "ask_take_down", by=people.bureau, note="有误")
    perform(publicity, "take_down", by=people.second)
    at("2030-01-02 09:00")

    with pytest.raises(Conflict):
        perform(entry.project, "name", by=people.leader, document_number="1号")
    projects = [entry.project for entry in publicity.entries.all()]
    again = draft(publicity.batch, projects, people.bureau)
    perform(again, "confirm", by=people.second)

    assert statuses(again) == ["publicity", "publicity"]
    with pytest.raises(Conflict):
        perform(entry.project, "name", by=people.leader, document_number="1号")
    assert not Honour.objects.exists()


def test_an_open_case_goes_on_and_holds_the_next_notice(people, publicity):
    project = publicity.entries.first().project
    objection = Objection.objects.create(publicity=publicity, project=project, text="不实")
    late = Objection.objects.create(publicity=publicity, project=project, text="又一份")
    perform(objection, "accept", by=people.bureau)
    perform(publicity, "ask_take_down", by=people.bureau, note="有误")
    perform(publicity, "take_down", by=people.second)
    perform(late, "accept", by=people.bureau)
    project.refresh_from_db()
    assert project.status == "approved"
    again = draft(publicity.batch, [project], people.bureau)

    with pytest.raises(Conflict, match="正在调查核实"):
        perform(again, "confirm", by=people.second)
    perform(late, "dismiss", by=people.bureau, note="查无实据")
    perform(objection, "uphold", by=people.bureau, note="属实")

    project.refresh_from_db()
    assert project.status == "declined"
