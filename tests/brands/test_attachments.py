import io
import os

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from brands.filing import file_rows
from brands.models import Attachment, Project
from brands.services import attachments
from foundation.audit.models import AuditEvent
from foundation.workflow.engine import perform
from schools.models import Role
from schools.rights import rights_of
from tests.factories.brands import ready_project
from tests.factories.people import person
from tests.factories.schools import UnitFactory
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
    def _send(*files, to=project, minors="no"):
        url = reverse("brands:attachment-add", args=[to.pk])
        uploads = [SimpleUploadedFile(name, content) for name, content in files]
        return client.post(url, {"file": uploads, "contains_minor": minors}, follow=True)

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


def test_pictures_and_pdfs_are_asked_about_minors_and_word_is_not(
    client, staff, send, project, picture
):
    client.force_login(staff)

    response = send(
        ("现场.jpg", picture), ("方案.pdf", samples.pdf()), ("总结.docx", samples.word()), minors=""
    )

    assert ["含未成年人影像" in words for words in _words(response)] == [True, True, False]
    assert [file.name for file in project.attachments.all()] == ["总结.docx"]


def test_the_mark_is_kept_and_shown(client, staff, send, project, picture):
    client.force_login(staff)

    response = send(("现场.jpg", picture), ("总结.docx", samples.word()), minors="yes")

    marked = {file.name: file.contains_minor for file in project.attachments.all()}
    assert marked == {"现场.jpg": True, "总结.docx": False}
    assert response.text.count('chip warn">含未成年人影像') == 1
    assert [f.name for f in Attachment.objects.publishable()] == ["总结.docx"]


def test_a_project_has_its_limit_and_is_told_what_is_left(client, staff, send, project, batch):
    batch.project_megabytes = 1
    batch.save(update_fields=["project_megabytes"])
    client.force_login(staff)

    response = send(("一.pdf", _heavy(600)), ("二.pdf", _heavy(500)))

    assert "附件合计不超过 1 MB，还可上传 0.4 MB。请压缩" in _words(response)[1]
    assert [file.name for file in project.attachments.all()] == ["一.pdf"]
    assert len(default_storage.listdir(f"projects/{project.pk}")[1]) == 1
    assert "还可上传 0.4 MB" in response.text


def test_a_batch_has_its_limit_for_all(client, staff, send, project, batch, root):
    other = ready_project(batch, UnitFactory(parent__parent=root))
    attachments.attach(other, _named("一.pdf", _heavy(900)), by=_of(other), contains_minor=False)
    batch.batch_megabytes = 1
    batch.save(update_fields=["batch_megabytes"])
    client.force_login(staff)

    response = send(("二.pdf", _heavy(300)))

    assert "本批次附件合计不超过 1 MB，还剩 0.1 MB。" in _words(response)[0]
    assert not project.attachments.exists()


def test_the_same_content_twice_is_said_and_nothing_is_lost(client, staff, send, project):
    client.force_login(staff)

    response = send(("一.pdf", samples.pdf()), ("二.pdf", samples.pdf()))

    assert project.attachments.count() == 2
    assert response.text.count("与“一.pdf”内容相同") == 1
    assert "与“二.pdf”" not in response.text


def test_the_same_content_elsewhere_is_for_the_staff_only(
    client, staff, secretary, district, bureau, send, project, batch, root
):
    other = ready_project(batch, UnitFactory(parent__parent=root), title="别校的项目")
    twin = {"by": _of(other), "contains_minor": False}
    attachments.attach(other, _named("抄.pdf", samples.pdf()), **twin)
    client.force_login(staff)
    send(("一.pdf", samples.pdf()))
    perform(project, "submit", by=secretary)
    url = reverse("brands:project", args=[project.pk])

    client.force_login(bureau)
    assert "也有内容相同的附件" not in client.get(url).text  # Of a draft nothing is told.
    perform(other, "submit", by=_of(other, Role.SECRETARY))
    assert "《别校的项目》也有内容相同的附件" in client.get(url).text
    for user in (staff, district):
        client.force_login(user)
        assert "别校的项目" not in client.get(url).text


@pytest.mark.parametrize("count", [1, 3])
def test_the_files_cost_the_same_however_many(
    client, bureau, staff, secretary, project, count, django_assert_num_queries
):
    for number in range(count):
        content = samples.pdf(objects=b"%" + str(number).encode() + b"\n")
        attachments.attach(
            project, _named(f"{number}.pdf", content), by=staff, contains_minor=False
        )
    perform(project, "submit", by=secretary)
    project = Project.objects.select_related("batch__programme", "organisation").get(pk=project.pk)
    rights_of(bureau).is_city  # noqa: B018 - asked once a request

    with django_assert_num_queries(2):  # the files, those elsewhere
        assert len(file_rows(project, bureau, editable=False)) == count


def _heavy(kilobytes):
    return samples.pdf(objects=b"%" + os.urandom(kilobytes * 512).hex().encode() + b"\n")


def _named(name, content):
    return SimpleUploadedFile(name, content)


def _of(project, role=Role.STAFF):
    return person(role, project.organisation)
