import io

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from brands.services import attachments
from foundation.audit.models import AuditEvent
from foundation.workflow.engine import perform
from tests.foundation import upload_samples as samples
from tests.foundation.clamd import Clamd


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def picture():
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.fixture
def send(client, project):
    def _send(*files, to=project):
        url = reverse("brands:attachment-add", args=[to.pk])
        uploads = [SimpleUploadedFile(name, content) for name, content in files]
        return client.post(url, {"file": uploads}, follow=True)

    return _send


@pytest.fixture
def attachment(client, staff, project, send, picture):
    client.force_login(staff)
    send(("现场.jpg", picture))
    return project.attachments.get()


def _words(response):
    return [str(message) for message in response.context["messages"]]


def test_add_stores_under_a_random_name(attachment, project):
    assert attachment.name == "现场.jpg"
    assert "现场" not in attachment.stored
    assert default_storage.exists(attachment.stored)


def test_add_refuses_another_kind_and_keeps_the_good_one(client, staff, send, project, picture):
    client.force_login(staff)

    response = send(("脚本.exe", b"MZ"), ("现场.jpg", picture))

    assert len(_words(response)) == 2
    assert [file.name for file in project.attachments.all()] == ["现场.jpg"]


def test_add_refuses_a_name_that_lies(client, staff, send, project, picture):
    client.force_login(staff)

    assert "内容却是" in _words(send(("材料.pdf", picture)))[0]
    assert not project.attachments.exists()


def test_add_refuses_what_is_too_large(client, staff, send, project, picture, settings):
    settings.ATTACHMENT_MAX_BYTES = 10
    client.force_login(staff)

    assert len(_words(send(("现场.jpg", picture)))) == 1
    assert not project.attachments.exists()


def test_add_without_a_file_says_so(client, staff, send):
    client.force_login(staff)

    assert _words(send()) == ["请先选择文件，再点上传。"]


def test_add_stops_at_the_limit_and_leaves_no_file(
    client, staff, send, project, picture, monkeypatch
):
    monkeypatch.setattr(attachments, "MAX_FILES", 1)
    client.force_login(staff)

    response = send(("一.jpg", picture), ("二.jpg", picture))

    assert "附件最多1个" in _words(response)[1]
    assert project.attachments.count() == 1
    assert len(default_storage.listdir(f"projects/{project.pk}")[1]) == 1


def test_an_infected_file_is_refused_and_stands_in_the_record(
    client, staff, send, project, settings
):
    client.force_login(staff)
    sick = samples.pdf(objects=b"%" + samples.EICAR + b"\n")

    with Clamd() as clamd:
        settings.CLAMAV_URL = clamd.url
        response = send(("材料.pdf", sick), ("好的.pdf", samples.pdf()))

    assert "病毒" in _words(response)[0]
    assert [file.name for file in project.attachments.all()] == ["好的.pdf"]
    event = AuditEvent.objects.get(action="upload.infected")
    assert (event.actor_id, event.object_id, event.success) == (staff.pk, str(project.pk), False)
    assert "EICAR" in event.detail


def test_add_after_submission_is_a_conflict(client, staff, secretary, send, project, picture):
    perform(project, "submit", by=secretary)
    client.force_login(staff)

    assert send(("现场.jpg", picture)).status_code == 409


def test_add_by_those_above_or_beside(
    client, district, stranger, secretary, send, project, picture
):
    client.force_login(stranger)
    assert send(("现场.jpg", picture)).status_code == 404

    perform(project, "submit", by=secretary)
    client.force_login(district)
    assert send(("现场.jpg", picture)).status_code == 403


def test_download_is_an_attachment_and_audited(client, attachment, staff):
    response = client.get(reverse("brands:attachment", args=[attachment.pk]))

    assert response["Content-Disposition"].startswith("attachment")
    assert b"".join(response.streaming_content)[:2] == b"\xff\xd8"
    assert AuditEvent.objects.filter(action="download", actor_id=staff.pk).count() == 1


def test_download_is_hidden_from_another_school(client, attachment, stranger):
    client.force_login(stranger)

    assert client.get(reverse("brands:attachment", args=[attachment.pk])).status_code == 404


def test_download_is_hidden_from_the_district_until_submitted(
    client, attachment, project, district, secretary
):
    client.force_login(district)
    url = reverse("brands:attachment", args=[attachment.pk])
    assert client.get(url).status_code == 404

    perform(project, "submit", by=secretary)
    assert client.get(url).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_delete_asks_first_and_removes_the_content(client, attachment, project):
    url = reverse("brands:attachment-delete", args=[attachment.pk])

    assert "不能恢复" in client.get(url).text
    client.post(url)

    assert not project.attachments.exists()
    assert not default_storage.exists(attachment.stored)


def test_delete_after_submission_is_a_conflict(client, attachment, project, secretary, district):
    url = reverse("brands:attachment-delete", args=[attachment.pk])
    perform(project, "submit", by=secretary)

    assert client.post(url).status_code == 409
    client.force_login(district)
    assert client.post(url).status_code == 403
    assert project.attachments.count() == 1
