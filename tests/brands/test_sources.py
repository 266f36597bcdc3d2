"""The notice of a batch as a file: who puts it up, who reads it and when, and that it stays."""

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from brands.models import Batch, BatchStatus, SourceFile
from brands.services import sources
from foundation.audit.models import AuditEvent
from foundation.verdict import Conflict
from tests.foundation.upload_samples import pdf

PAGE = "brands:batch"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def paper(name="评选办法.pdf", content=None):
    return SimpleUploadedFile(name, content or pdf())


def send(client, batch, file):
    return client.post(reverse("brands:source-add", args=[batch.pk]), {"file": file})


@pytest.fixture
def file(batch, bureau):
    return sources.add(batch, paper(), by=bureau)


def test_applicants_read_it_once_the_batch_is_open(client, batch, bureau, staff, project, file):
    address = reverse("brands:source-file", args=[file.pk])
    client.force_login(staff)
    assert address in client.get(reverse(PAGE, args=[batch.pk])).text
    assert address in client.get(reverse("brands:project", args=[project.pk])).text
    assert b"".join(client.get(address)) == pdf()
    assert AuditEvent.objects.filter(action="download").count() == 1

    Batch.objects.filter(pk=batch.pk).update(status=BatchStatus.DRAFT)
    assert client.get(address).status_code == 404


def test_only_the_bureau_puts_one_up(client, batch, bureau, staff, district):
    for who in (staff, district):
        client.force_login(who)
        assert send(client, batch, paper()).status_code == 403
        assert "source-file" not in client.get(reverse(PAGE, args=[batch.pk])).text
    client.force_login(bureau)

    assert send(client, batch, paper()).status_code == 302

    assert SourceFile.objects.get().name == "评选办法.pdf"


@pytest.mark.parametrize("name", ["表.xlsx", "假.pdf"])
def test_what_is_none_is_refused(client, batch, bureau, name):
    client.force_login(bureau)

    send(client, batch, paper(name, b"nothing"))

    assert not SourceFile.objects.exists()


def test_the_sixth_is_refused_and_leaves_no_stray(client, batch, bureau):
    client.force_login(bureau)

    for _ in range(sources.MOST + 1):
        send(client, batch, paper())

    assert SourceFile.objects.count() == sources.MOST
    assert len(default_storage.listdir(f"sources/{batch.pk}")[1]) == sources.MOST


def test_it_goes_before_the_opening_only(
    client, batch, bureau, file, django_capture_on_commit_callbacks
):
    client.force_login(bureau)
    address = reverse("brands:source-remove", args=[file.pk])
    assert client.post(address).status_code == 409
    with pytest.raises(Conflict):
        sources.remove(file, by=bureau)
    Batch.objects.filter(pk=batch.pk).update(status=BatchStatus.DRAFT)

    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(address).status_code == 302

    assert not SourceFile.objects.exists()
    assert not default_storage.exists(file.stored)


def test_a_closed_batch_takes_no_more(batch, bureau):
    Batch.objects.filter(pk=batch.pk).update(status=BatchStatus.CLOSED)

    with pytest.raises(Conflict, match="批次已结束"):
        sources.add(batch, paper(), by=bureau)
