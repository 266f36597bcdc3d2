from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from brands.models import Objection
from brands.services import objecting
from foundation.audit.models import AuditEvent
from foundation.outbox.models import Message
from foundation.workflow.engine import perform
from tests.brands.after import city, draft, published, ranked
from tests.factories.brands import ProjectFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return city()


def fields(project, /, **more):
    return {
        "project": project.pk,
        "name": "李某",
        "contact": "lee@example.test",
        "text": "材料与事实不符",
        **more,
    }


def send(client, publicity, project, /, **more):
    return client.post(reverse("portal:objection", args=[publicity.pk]), fields(project, **more))


def expire(publicity, at):
    at(
        (timezone.localtime(publicity.closes_at) + timedelta(seconds=1))
        .replace(tzinfo=None)
        .isoformat()
    )


def test_a_notice_shows_its_frozen_words_and_no_personal_data(client, people):
    batch, projects = ranked(2, status="approved")
    for project in projects:
        project.content = {"phone": "13812345678", "contact": "王某", "principal": "赵某"}
        project.save()
    publicity = draft(batch, projects, people.bureau)
    perform(publicity, "confirm", by=people.second)
    type(projects[0]).objects.filter(pk=projects[0].pk).update(title="后来改的")

    page = client.get(reverse("portal:notice", args=[publicity.pk])).text

    assert projects[0].title in page
    assert projects[0].organisation.short in page
    assert publicity.contact_phone in page
    for secret in (
        "13812345678",
        "王某",
        "赵某",
        "后来改的",
        str(projects[0].score) + "分",
        people.bureau.name,
        people.second.name,
    ):
        assert secret not in page
    assert client.get(reverse("portal:notices")).context["page"].object_list[0] == publicity


def test_a_draft_is_not_there_at_all(client, people):
    batch, projects = ranked(1, status="approved")
    publicity = draft(batch, projects, people.bureau)

    response = client.get(reverse("portal:notice", args=[publicity.pk]))

    assert response.status_code == 404
    assert "公示已结束" not in response.text
    assert client.get(reverse("portal:objection", args=[publicity.pk])).status_code == 404


def test_an_expired_notice_is_withdrawn_with_all_its_words(client, people, at):
    publicity, projects = published(people)
    expire(publicity, at)

    page = client.get(reverse("portal:notice", args=[publicity.pk]))

    assert page.status_code == 404
    assert "公示已结束" in page.text
    assert projects[0].title not in page.text
    assert send(client, publicity, projects[0]).status_code == 404
    assert not client.get(reverse("portal:notices")).context["page"].object_list
    assert not Objection.objects.exists()


def test_an_objection_gets_a_number_and_reaches_the_bureau(client, people):
    publicity, projects = published(people)

    response = send(
        client, publicity, projects[0], status="upheld", due_on="2030-01-01", publicity="99"
    )

    objection = Objection.objects.get()
    assert (objection.status, objection.due_on, objection.publicity) == (
        "received",
        None,
        publicity,
    )
    receipt = client.get(response.url)
    assert objecting.number_of(objection) in receipt.text
    assert "李某" not in receipt.text
    told = {
        row.payload["user"]
        for row in Message.objects.filter(kind="inbox", payload__subject="收到一份实名异议")
    }
    assert told == {people.bureau.pk, people.second.pk}
    projects[0].refresh_from_db()
    assert projects[0].status == "publicity"
    assert "李某" not in str(list(AuditEvent.objects.values()))


@pytest.mark.parametrize("missing", ["name", "contact", "text", "project"])
def test_a_formal_objection_is_whole(client, people, missing):
    publicity, projects = published(people)

    response = send(client, publicity, projects[0], **{missing: ""})

    assert response.status_code == 200
    assert not Objection.objects.exists()
    if missing != "text":
        assert "材料与事实不符" in response.text


def test_an_anonymous_lead_keeps_no_name(client, people):
    publicity, projects = published(people)

    send(client, publicity, projects[0], is_anonymous="on")

    objection = Objection.objects.get()
    assert (objection.is_anonymous, objection.name, objection.contact) == (True, "", "")


def test_only_projects_of_the_notice_may_be_objected_to(client, people):
    publicity, _ = published(people)
    other = ProjectFactory(status="publicity")

    assert send(client, publicity, other).status_code == 200
    assert not Objection.objects.exists()


def test_one_address_sends_five_a_day(client, people, at):
    publicity, projects = published(people)
    answers = [send(client, publicity, projects[0]).status_code for _ in range(6)]
    elsewhere = client.post(
        reverse("portal:objection", args=[publicity.pk]),
        fields(projects[0]),
        REMOTE_ADDR="10.0.0.9",
    )

    assert answers == [302] * 5 + [429]
    assert elsewhere.status_code == 302
    assert Objection.objects.count() == 6


def test_a_receipt_needs_its_signed_address(client, people):
    assert client.get(reverse("portal:objection-received", args=["1"])).status_code == 404
    assert client.get(reverse("portal:objection-received", args=["MQ:x:y"])).status_code == 404


def test_the_form_is_guarded_against_forged_posts(people):
    from django.test import Client

    publicity, projects = published(people)
    strict = Client(enforce_csrf_checks=True)

    assert send(strict, publicity, projects[0]).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_notices_have_flat_queries(client, people, count, django_assert_max_num_queries):
    for _ in range(count):
        published(people)

    with django_assert_max_num_queries(2):
        client.get(reverse("portal:notices"))
