import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from brands.models import Honour
from foundation.outbox.models import Message
from foundation.verdict import Conflict
from foundation.workflow.engine import perform
from tests.brands.after import city, secretary_of
from tests.factories.brands import ProjectFactory
from tests.moving import drawn

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return city()


def named(**fields):
    project = ProjectFactory(status="named")
    fields = {
        "number": f"苏YP-2026-{Honour.objects.count() + 1:04d}", "project": project,
        "school": project.organisation.school, "holder": project.organisation.short,
        "brand_name": project.title, "label": "建设成果", "year": 2026, "batch_number": 1,
        "document_number": "18号", "named_on": dt.date(2026, 6, 30), **fields,
    }  # fmt: skip
    return Honour.objects.create(**fields)


def page(name, honour):
    return reverse(f"brands:{name}", args=[honour.pk])


def revoke(client, honour, **fields):
    said = {"document": "撤1号", "note": "弄虚作假", **fields}
    return client.post(page("honour-revoke", honour), drawn(honour, **said))


def test_the_leader_revokes_and_the_history_stays(client, people):
    honour = named()
    secretary = secretary_of(honour.project)
    client.force_login(people.leader)
    assert client.get(page("honour-revoke", honour)).status_code == 200

    assert revoke(client, honour).status_code == 302

    honour.refresh_from_db()
    assert (honour.status, honour.revoked_document) == ("revoked", "撤1号")
    assert honour.revoked_on
    assert (honour.brand_name, honour.document_number) == (honour.project.title, "18号")
    assert honour.project.status == "revoked"
    event = honour.events.get()
    assert (event.by, event.note, event.source) == (people.leader, "弄虚作假", "valid")
    assert "弄虚作假" in client.get(page("honour", honour)).text
    letters = [row.payload for row in Message.objects.filter(payload__user=secretary.pk)]
    assert any("弄虚作假" in letter["text"] for letter in letters)
    client.logout()
    for address in (
        reverse("portal:honour", args=[honour.number]),
        reverse("portal:verify") + f"?number={honour.number}",
    ):
        text = client.get(address).text
        assert "撤销" in text
        assert "弄虚作假" not in text


@pytest.mark.parametrize("missing", ["document", "note"])
def test_a_revocation_needs_its_document_and_its_reason(client, people, missing):
    honour = named()
    client.force_login(people.leader)

    assert revoke(client, honour, **{missing: " "}).status_code == 200
    with pytest.raises(Conflict):
        perform(honour, "revoke", by=people.leader, note="x" if missing == "document" else "")

    honour.refresh_from_db()
    assert honour.status == "valid"


def test_only_the_leader_revokes(client, people):
    honour = named()
    for user, status in (
        (people.bureau, 403),
        (people.supervision, 403),
        (secretary_of(honour.project), 404),
    ):
        client.force_login(user)
        assert client.get(page("honour-revoke", honour)).status_code == status
        assert revoke(client, honour).status_code == status
    with pytest.raises(PermissionDenied):
        perform(honour, "revoke", by=people.bureau, note="x", document="1号")


def test_an_honour_is_revoked_once(client, people):
    honour = named()
    stale = Honour.objects.get(pk=honour.pk)
    perform(honour, "revoke", by=people.leader, note="x", document="1号", version=0)

    with pytest.raises(Conflict):
        perform(stale, "revoke", by=people.leader, note="y", document="2号", version=0)
    client.force_login(people.leader)
    assert client.get(page("honour-revoke", honour)).status_code == 409

    honour.refresh_from_db()
    assert honour.revoked_document == "1号"


def test_a_project_is_not_revoked_beside_its_honour(people):
    honour = named()

    with pytest.raises(Conflict):
        perform(honour.project, "revoke", by=people.leader, note="x")


def test_the_bureau_registers_plaque_and_validity(client, people):
    honour = named()
    client.force_login(people.bureau)
    data = {"plaque_number": "P-7", "valid_until": "2029-06-30", "number": "9", "status": "revoked"}

    assert client.get(page("honour-edit", honour)).status_code == 200
    assert client.post(page("honour-edit", honour), drawn(honour, **data)).status_code == 302

    honour.refresh_from_db()
    assert (honour.plaque_number, honour.valid_until) == ("P-7", dt.date(2029, 6, 30))
    assert (honour.number, honour.status) == ("苏YP-2026-0001", "valid")
    assert "牌匾号：空 → P-7" in honour.events.get().note
    found = client.get(reverse("brands:honours"), {"q": "p-7"})
    assert list(found.context["page"]) == [honour]


def test_plaque_and_validity_belong_to_the_bureau_and_to_honours_in_force(client, people):
    honour = named()
    client.force_login(people.leader)
    assert client.post(page("honour-edit", honour), {"plaque_number": "P"}).status_code == 403
    perform(honour, "revoke", by=people.leader, note="x", document="1号")
    client.force_login(people.bureau)

    assert client.post(page("honour-edit", honour), {"plaque_number": "P"}).status_code == 409


@pytest.mark.parametrize(("day", "words"), [("2029-06-30", "有效"), ("2029-07-01", "已过期")])
def test_an_honour_expires_by_the_clock(client, at, day, words):
    honour = named(valid_until=dt.date(2029, 6, 30))
    at(f"{day} 09:00")

    assert honour.state[0] == words
    assert Honour.objects.in_force().exists() is (words == "有效")
    assert f">{words}<" in client.get(reverse("portal:honour", args=[honour.number])).text
    answer = client.get(reverse("portal:verify"), {"number": honour.number}).text
    assert ("2029年6月30日 过期" in answer) is (words == "已过期")
    assert ("核验通过" in answer) is (words == "有效")
    assert client.get(reverse("portal:home")).context["school_count"] == (words == "有效")


@pytest.mark.parametrize("count", [1, 3])
def test_the_register_has_flat_queries(client, people, count, django_assert_max_num_queries):
    for _ in range(count):
        named()
    client.force_login(people.bureau)

    with django_assert_max_num_queries(10):
        client.get(reverse("brands:honours"))
