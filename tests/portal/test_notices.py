import hashlib
import io
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from brands.models import Objection, ObjectionFile
from brands.services import objecting, publishing
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


def test_anybody_can_check_that_the_notice_is_what_was_published(client, people):
    publicity, _ = published(people)
    address = reverse("portal:notice", args=[publicity.pk])
    file = client.get(reverse("portal:notice-snapshot", args=[publicity.pk])).content

    page = client.get(address).text
    assert hashlib.sha256(file).hexdigest() in page
    assert "发布后没有改动" in page

    type(publicity).objects.update(snapshot=publicity.snapshot | {"text": "后来改的"})
    page = client.get(address).text
    assert "校验值不符" in page
    assert "发布后没有改动" not in page


def test_a_notice_rewritten_together_with_its_digest_is_caught_by_the_chain(client, people):
    publicity, _ = published(people)
    forged = publicity.snapshot | {"text": "后来改的"}
    type(publicity).objects.update(snapshot=forged, sha256=publishing.digest(forged))

    page = client.get(reverse("portal:notice", args=[publicity.pk])).text

    assert "校验值不符" in page
    assert "发布后没有改动" not in page


def test_a_notice_that_nobody_confirmed_is_not_what_was_published(people):
    batch, projects = ranked(1, status="approved")
    publicity = draft(batch, projects, people.bureau)
    publicity.snapshot = publishing.draft_snapshot(publicity)
    publicity.sha256 = publishing.digest(publicity.snapshot)

    assert not publishing.is_intact(publicity)


def test_the_file_of_a_notice_is_withdrawn_with_it(client, people, at):
    publicity, projects = published(people)
    address = reverse("portal:notice-snapshot", args=[publicity.pk])
    assert client.post(address).status_code == 405
    expire(publicity, at)

    response = client.get(address)

    assert response.status_code == 404
    assert publicity.sha256 in response.text  # A copy that somebody kept can still be checked.
    assert projects[0].title not in response.text


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


@pytest.fixture
def picture(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(buffer, "JPEG")
    return lambda name="证明.jpg": SimpleUploadedFile(name, buffer.getvalue())


def test_evidence_is_stored_with_the_objection_and_is_not_public(client, people, picture):
    publicity, projects = published(people)

    response = send(client, publicity, projects[0], evidence=[picture("一.jpg"), picture("二.jpg")])

    objection = Objection.objects.get()
    assert [file.name for file in objection.files.all()] == ["一.jpg", "二.jpg"]
    assert all(default_storage.exists(file.stored) for file in objection.files.all())
    assert "一.jpg" not in client.get(response.url).text


@pytest.mark.parametrize(
    "files",
    [
        lambda picture: [picture(), SimpleUploadedFile("程序.exe", b"MZ")],
        lambda picture: [SimpleUploadedFile("证明.pdf", b"MZ not a pdf")],
        lambda picture: [picture(f"{n}.jpg") for n in range(6)],
    ],
)
def test_a_refused_file_refuses_the_objection_and_keeps_its_words(client, people, picture, files):
    publicity, projects = published(people)

    response = send(client, publicity, projects[0], evidence=files(picture))

    assert response.status_code == 200
    assert response.context["form"].errors["evidence"]
    assert "材料与事实不符" in response.text
    assert not Objection.objects.exists()


def test_over_the_limit_nothing_is_stored(client, people, picture, monkeypatch):
    publicity, projects = published(people)
    monkeypatch.setattr(objecting, "DAILY_LIMIT", 0)

    assert send(client, publicity, projects[0], evidence=[picture()]).status_code == 429
    assert not ObjectionFile.objects.exists()
