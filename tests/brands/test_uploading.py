"""Files that arrive in pieces: the server's row is the truth about owner, project, size, offset."""

import os
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from brands.models import Attachment, FilePart
from brands.services import uploading
from brands.tasks import forget_old_uploads
from foundation import clock, uploads
from foundation.audit.models import AuditEvent
from foundation.workflow.engine import perform
from tests.crowd import browsers, press
from tests.foundation import upload_samples as samples
from tests.foundation.clamd import Clamd

MB = 1024 * 1024
BIG = samples.pdf(objects=b"%" + os.urandom(5 * MB).hex().encode()[: 9 * MB] + b"\n")


@pytest.fixture(autouse=True)
def _own_folders(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.UPLOAD_DIR = tmp_path / "uploads"


def _parts(settings):
    return sorted(path.name for path in Path(settings.UPLOAD_DIR).glob("*"))


class Sender:
    """Somebody who sends a file as upload.js does."""

    def __init__(self, user, project, content=BIG, name="材料.pdf"):
        self.client, self.project = Client(), project
        self.client.force_login(user)
        self.content, self.name = content, name

    def begin(self, **changes):
        facts = {"name": self.name, "size": len(self.content), "mark": "1", **changes}
        answer = self.client.post(reverse("brands:upload-begin", args=[self.project.pk]), facts)
        if answer.status_code == 200:
            self.url = answer.json()["url"]
        return answer

    def piece(self, offset, content=None, size=uploading.PIECE):
        return self.client.post(
            self.url,
            self.content[offset : offset + size] if content is None else content,
            content_type="application/octet-stream",
            headers={"Upload-Offset": str(offset)},
        )

    def finish(self, minors="no"):
        return self.client.post(f"{self.url}finish/", {"contains_minor": minors})

    def all(self):
        self.begin()
        for offset in range(0, len(self.content), uploading.PIECE):
            assert self.piece(offset).status_code == 200
        return self.finish()


@pytest.fixture
def sender(staff, project):
    return Sender(staff, project)


def test_a_file_in_pieces_arrives_whole(sender, project, staff, settings):
    answer = sender.all()

    attachment = project.attachments.get()
    assert (attachment.name, attachment.by, attachment.size) == ("材料.pdf", staff, len(BIG))
    assert default_storage.open(attachment.stored).read() == BIG
    assert "材料.pdf" in answer.json()["row"]
    assert "还可上传 190.9 MB" in answer.json()["room"]
    assert _parts(settings) == []
    assert AuditEvent.objects.get(action="attachment.add").actor_id == staff.pk


def test_the_same_file_chosen_again_goes_on_where_it_stood(sender):
    sender.begin()
    sender.piece(0)

    again = sender.begin()

    assert again.json()["offset"] == uploading.PIECE
    assert sender.client.get(sender.url).json()["offset"] == uploading.PIECE
    assert FilePart.objects.count() == 1


def test_a_file_that_was_changed_begins_anew(sender):
    sender.begin()
    sender.piece(0)

    assert sender.begin(mark="2").json()["offset"] == 0
    assert sender.begin(mark="").json()["offset"] == 0
    assert FilePart.objects.count() == 3


def test_a_lost_answer_does_no_harm(sender, project):
    """The piece, and the end, are sent again: nothing is doubled."""
    sender.begin()
    sender.piece(0)
    again = sender.piece(0)
    assert (again.status_code, again.json()["offset"]) == (409, uploading.PIECE)
    for offset in range(uploading.PIECE, len(BIG), uploading.PIECE):
        sender.piece(offset)

    first, second = sender.finish(), sender.finish()

    assert first.json() == second.json()
    assert project.attachments.get().size == len(BIG)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": "脚本.exe"}, "不接受.exe"),
        ({"size": 0}, "0 字节"),
        ({"size": "一"}, "0 字节"),
        ({"size": 51 * MB}, "文件超过 50 MB"),
        ({"size": "9" * 30}, "0 字节"),
    ],
)
def test_what_cannot_come_in_is_refused_before_it_is_sent(sender, changes, words):
    answer = sender.begin(**changes)

    assert (answer.status_code, answer.json()["again"]) == (422, False)
    assert words in answer.json()["reason"]
    assert not FilePart.objects.exists()


def test_no_room_is_said_before_it_is_sent_and_may_be_tried_again(sender, project):
    project.batch.project_megabytes = 1
    project.batch.save(update_fields=["project_megabytes"])

    answer = sender.begin()

    assert (answer.status_code, answer.json()["again"]) == (422, True)
    assert "还可上传 1 MB" in answer.json()["reason"]


def test_a_forged_place_size_or_kind_of_body_is_refused(sender):
    sender.begin()

    assert sender.piece(1).json()["offset"] == 0
    assert sender.piece(0, content=b"").status_code == 400  # Nothing, not even its kind.
    assert sender.piece(0, content=b"x" * (uploading.PIECE + 1)).status_code == 422
    assert sender.client.post(sender.url, {"file": "x"}).status_code == 400
    headers = {"Upload-Offset": "-1"}
    kind = "application/octet-stream"
    refused = sender.client.post(sender.url, b"x", content_type=kind, headers=headers)
    assert refused.status_code == 400
    assert sender.finish().json()["offset"] == 0
    assert FilePart.objects.get().offset == 0


def test_more_than_was_announced_is_refused(staff, project):
    small = Sender(staff, project, samples.pdf())
    small.begin()

    assert small.piece(0, content=samples.pdf() + b"x").status_code == 422
    assert FilePart.objects.get().offset == 0


def test_another_persons_upload_is_not_there_and_leaves_a_record(
    sender, secretary, stranger, project, settings
):
    """Not even the same school's: two people do not write one file."""
    sender.begin()
    sender.piece(0)

    for user in (secretary, stranger):
        other = Client()
        other.force_login(user)
        for address in ("", "finish/", "cancel/"):
            assert other.post(f"{sender.url}{address}").status_code == 404
        assert other.get(sender.url).status_code == 404

    assert AuditEvent.objects.filter(action="upload.refused", success=False).count() == 8
    assert (FilePart.objects.get().offset, len(_parts(settings))) == (uploading.PIECE, 1)
    unknown = reverse("brands:upload", args=[uuid4()])
    assert sender.client.get(unknown).status_code == 404


def test_another_schools_project_is_not_there(stranger, project):
    assert Sender(stranger, project).begin().status_code == 404


def test_those_above_may_not_add(district, secretary, project):
    perform(project, "submit", by=secretary)

    answer = Sender(district, project).begin()

    assert (answer.status_code, answer.json()["again"]) == (403, False)


def test_a_project_that_was_submitted_meanwhile_takes_nothing_more(sender, secretary, project):
    sender.begin()
    sender.piece(0)
    perform(project, "submit", by=secretary)

    for answer in (sender.piece(uploading.PIECE), sender.begin()):
        assert (answer.status_code, answer.json()["again"]) == (409, False)
    assert not project.attachments.exists()


def test_the_end_finds_the_project_submitted(sender, secretary, project):
    sender.begin()
    for offset in range(0, len(BIG), uploading.PIECE):
        sender.piece(offset)
    perform(project, "submit", by=secretary)

    assert sender.finish().status_code == 409
    assert not project.attachments.exists()
    assert default_storage.listdir(f"projects/{project.pk}")[1] == []


def test_what_is_inside_is_inspected_as_ever(staff, project, settings):
    liar = Sender(staff, project, samples.picture())

    answer = liar.all()

    assert (answer.status_code, answer.json()["again"]) == (422, False)
    assert "内容却是" in answer.json()["reason"]
    assert not project.attachments.exists()
    assert (FilePart.objects.count(), _parts(settings)) == (0, [])


def test_an_unanswered_question_keeps_what_was_sent(sender, project):
    sender.begin()
    for offset in range(0, len(BIG), uploading.PIECE):
        sender.piece(offset)

    answer = sender.finish(minors="")
    assert (answer.status_code, answer.json()["again"]) == (422, True)
    assert sender.finish(minors="yes").status_code == 200
    assert project.attachments.get().contains_minor


def test_a_scanner_that_is_away_keeps_what_was_sent(staff, project, settings):
    sender = Sender(staff, project, samples.pdf())
    with Clamd() as clamd:
        settings.CLAMAV_URL = clamd.url
    answer = sender.all()
    assert (answer.status_code, answer.json()["again"]) == (503, True)

    with Clamd() as clamd:
        settings.CLAMAV_URL = clamd.url
        assert sender.finish().status_code == 200


def test_a_full_disk_leaves_the_draft_as_it_was(sender, project, settings):
    """A real ENOSPC: the bytes go to /dev/full."""
    sender.begin()
    Path(settings.UPLOAD_DIR).mkdir()
    part = Path(settings.UPLOAD_DIR) / f"{FilePart.objects.get().key}.part"
    part.symlink_to("/dev/full")
    before = (project.version, project.content)

    answer = sender.piece(0)

    assert (answer.status_code, answer.json()["again"]) == (503, True)
    assert "存储空间不足" in answer.json()["reason"]
    project.refresh_from_db()
    assert (project.version, project.content) == before
    assert FilePart.objects.get().offset == 0
    part.unlink()  # Somebody made room.
    assert sender.piece(0).status_code == 200


def test_bytes_of_a_killed_process_are_written_over(sender, project, settings):
    """It wrote half a piece and died before it was counted."""
    sender.begin()
    part = Path(settings.UPLOAD_DIR) / f"{FilePart.objects.get().key}.part"
    part.parent.mkdir()
    part.write_bytes(b"rubbish" * 1000)

    assert sender.all().status_code == 200
    assert default_storage.open(project.attachments.get().stored).read() == BIG


def test_cancelled_is_gone(sender, settings):
    sender.begin()
    sender.piece(0)

    assert sender.client.post(f"{sender.url}cancel/").status_code == 200
    assert (FilePart.objects.count(), _parts(settings)) == (0, [])
    assert sender.client.get(sender.url).status_code == 404


def test_old_parts_are_cleared_by_the_daily_task(sender, settings, project):
    sender.begin()
    sender.piece(0)
    FilePart.objects.update(touched_at=clock.wall_now() - timedelta(hours=25))
    stray = Path(settings.UPLOAD_DIR) / f"{uuid4()}.part"
    stray.write_bytes(b"x")
    os.utime(stray, (0, 0))
    fresh = FilePart.objects.create(project=project, owner=project.created_by, name="a", size=9)
    (Path(settings.UPLOAD_DIR) / f"{fresh.key}.part").write_bytes(b"x")
    os.utime(Path(settings.UPLOAD_DIR) / f"{fresh.key}.part", (0, 0))

    assert forget_old_uploads() == 1
    assert forget_old_uploads() == 0

    assert _parts(settings) == [f"{fresh.key}.part"]


def test_a_finished_upload_forgotten_leaves_its_file(sender, project):
    sender.all()
    FilePart.objects.update(touched_at=clock.wall_now() - timedelta(hours=25))

    assert forget_old_uploads() == 1
    assert default_storage.exists(project.attachments.get().stored)


def test_one_person_keeps_few_uploads_open(sender, settings):
    for number in range(uploading.MOST_OPEN + 3):
        sender.begin(mark=str(number + 10))

    assert FilePart.objects.count() == uploading.MOST_OPEN


@pytest.mark.django_db(transaction=True)
def test_many_that_end_at_once_attach_one_file(staff, project):
    small = Sender(staff, project, samples.pdf())
    small.begin()
    small.piece(0)

    ends = [(each, f"{small.url}finish/", {"contains_minor": "no"}) for each in browsers(staff, 6)]
    answers = press(ends)

    assert [answer.status_code for answer in answers] == [200] * 6
    assert Attachment.objects.count() == 1
    assert len(default_storage.listdir(f"projects/{project.pk}")[1]) == 1


@pytest.mark.django_db(transaction=True)
def test_the_last_room_of_a_batch_is_given_once(staff, project, batch):
    batch.batch_megabytes = 1
    batch.save(update_fields=["batch_megabytes"])
    content = samples.pdf(objects=b"%" + b"x" * 600 * 1024 + b"\n")
    url = reverse("brands:attachment-add", args=[project.pk])

    press(
        [
            (each, url, {"file": SimpleUploadedFile("一.pdf", content), "contains_minor": "no"})
            for each in browsers(staff, 6)
        ]
    )

    assert Attachment.objects.count() == 1
    assert len(default_storage.listdir(f"projects/{project.pk}")[1]) == 1


def test_a_late_copy_of_a_piece_changes_nothing_of_what_is_whole(
    sender, project, staff, monkeypatch
):
    """A request that was read before the file became whole writes while it is being inspected."""
    sender.begin()
    sender.piece(0)
    late = FilePart.objects.select_related("project__batch").get()
    sender.piece(uploading.PIECE)
    sender.piece(2 * uploading.PIECE)
    inspected = uploads.open_parts

    def with_a_late_copy(key):
        content = b"x" * uploading.PIECE
        with pytest.raises(uploading.Elsewhere):
            uploading.append(late, offset=uploading.PIECE, content=content, by=staff)
        return inspected(key)

    monkeypatch.setattr(uploads, "open_parts", with_a_late_copy)
    sender.finish()

    assert default_storage.open(project.attachments.get().stored).read() == BIG


def test_a_nul_in_the_mark_of_a_file_is_left_out(sender):
    assert sender.begin(mark="a\0b").status_code == 200
    assert FilePart.objects.get().mark == "ab"
