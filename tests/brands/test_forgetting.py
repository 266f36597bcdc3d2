"""Drafts that were never handed in: told, then deleted with their files; nothing else ever is."""

import datetime as dt

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse

from brands.models import Attachment, DraftNotice, Extension, Project, ProjectStatus, Stage
from brands.services import forgetting
from brands.tasks import forget_old_drafts
from foundation import clock
from foundation.audit.models import AuditEvent
from foundation.notifications.models import Notice
from foundation.outbox.services import drain
from foundation.workflow.engine import perform
from tests.crowd import at_once

S = ProjectStatus


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path, at):
    settings.MEDIA_ROOT = tmp_path
    at("2026-07-01 10:00")


@pytest.fixture
def draft(project, bureau, staff):
    """With a file, in a batch that was closed on 1 July 2026."""
    stored = default_storage.save("attachments/a.pdf", ContentFile(b"x"))
    Attachment.objects.create(
        project=project, name="a.pdf", stored=stored, content_type="application/pdf", size=1,
        sha256="0" * 64, by=staff,
    )  # fmt: skip
    perform(project.batch, "close", by=bureau)
    return project


def there(project):
    return Project.objects.filter(pk=project.pk).exists()


def test_told_thirty_days_before_and_deleted_after_a_year(at, client, draft, secretary):
    assert forget_old_drafts() == 0
    at("2027-05-31 04:05")
    assert forget_old_drafts() == 0
    assert not DraftNotice.objects.exists()

    at("2027-06-01 04:05")
    assert forget_old_drafts() == 0
    assert forget_old_drafts() == 0
    drain()
    letter = Notice.objects.get(user=secretary)
    assert "2027年7月1日" in letter.text
    client.force_login(secretary)
    assert client.get(letter.link).status_code == 200

    at("2027-06-30 23:00")
    assert forget_old_drafts() == 0
    at("2027-07-01 04:05")
    assert forget_old_drafts() == 1

    assert not there(draft)
    assert default_storage.listdir("attachments")[1] == []
    entry = AuditEvent.objects.get(action="draft.forget")
    assert draft.title not in entry.object_name + entry.detail
    assert '"files": 1' in entry.detail
    assert client.get(reverse("brands:project", args=[draft.pk])).status_code == 404
    assert forget_old_drafts() == 0


def test_after_a_long_standstill_it_is_told_first(at, draft):
    at("2028-01-10 04:05")

    assert forget_old_drafts() == 0

    assert DraftNotice.objects.get().deletes_on == dt.date(2028, 2, 9)
    assert there(draft)


@pytest.mark.parametrize(
    "fields",
    [{"status": S.WITHDRAWN}, {"status": S.RETURNED}, {"status": S.NOT_RECOMMENDED},
     {"submitted_at": dt.datetime(2026, 6, 1, tzinfo=dt.UTC)}, {"number": "YX-1"}],
)  # fmt: skip
def test_what_was_submitted_once_stays(at, draft, fields):
    DraftNotice.objects.create(project=draft, deletes_on=dt.date(2027, 1, 1))
    Project.objects.filter(pk=draft.pk).update(**fields)
    at("2030-01-01 04:05")

    assert forget_old_drafts() == 0
    assert there(draft)


def test_a_draft_again_after_it_was_taken_back_stays(at, project, secretary, bureau):
    perform(project, "submit", by=secretary)
    perform(project, "withdraw", by=secretary)
    perform(project, "revive", by=secretary)
    perform(project.batch, "close", by=bureau)
    for day in ("2027-06-15", "2027-08-15"):
        at(f"{day} 04:05")
        assert forget_old_drafts() == 0

    assert there(project)


def test_an_open_batch_keeps_its_drafts(at, project):
    for day in ("2028-06-15", "2028-08-15"):
        at(f"{day} 04:05")
        forget_old_drafts()

    assert there(project)


def test_an_extension_given_to_the_draft_goes_with_it(at, draft, bureau):
    Extension.objects.create(
        batch=draft.batch, stage=Stage.APPLY, project=draft, until=clock.now(), why="x", by=bureau
    )
    DraftNotice.objects.create(project=draft, deletes_on=dt.date(2027, 7, 1))
    at("2027-07-01 04:05")

    assert forget_old_drafts() == 1


def test_killed_between_files_and_rows_the_next_run_finishes(at, draft, monkeypatch):
    DraftNotice.objects.create(project=draft, deletes_on=dt.date(2027, 7, 1))
    at("2027-07-01 04:05")
    with monkeypatch.context() as patch:
        patch.setattr(forgetting, "record", _killed)
        with pytest.raises(SystemExit):
            forget_old_drafts()
    assert there(draft)
    assert default_storage.listdir("attachments")[1] == []

    assert forget_old_drafts() == 1
    assert not there(draft)


def _killed(*args, **facts):
    raise SystemExit


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_tell_once_and_delete_once(at, draft, secretary):
    at("2027-06-01 04:05")
    assert at_once([forget_old_drafts] * 4) == [None] * 4
    drain()
    assert Notice.objects.filter(user=secretary).count() == 1

    at("2027-07-01 04:05")
    assert at_once([forget_old_drafts] * 4) == [None] * 4
    assert AuditEvent.objects.filter(action="draft.forget").count() == 1
