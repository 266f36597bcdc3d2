import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from brands.models import ProjectStatus, StampedScan
from brands.services import stamping
from foundation.verdict import Conflict
from foundation.workflow.engine import perform

S = ProjectStatus


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def filed(project, secretary):
    type(project.batch).objects.filter(pk=project.batch_id).update(needs_stamp=True)
    project.batch.refresh_from_db()
    perform(project, "submit", by=secretary)
    return _at(project, S.FORMAL_CHECK)


def _at(project, status):
    type(project).objects.filter(pk=project.pk).update(status=status)
    return type(project).objects.get(pk=project.pk)


def _picture(name="盖章.jpg"):
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(buffer, "JPEG")
    return SimpleUploadedFile(name, buffer.getvalue())


def _send(client, project, file=None):
    url = reverse("brands:stamped-add", args=[project.pk])
    return client.post(url, {"file": file or _picture()})


def test_check_refuses_without_the_scan_and_passes_with_it(filed, bureau, staff):
    with pytest.raises(Conflict, match="还没有上传盖章件"):
        perform(filed, "accept", by=bureau)

    stamping.add(filed, _picture(), by=staff)
    perform(filed, "accept", by=bureau)

    assert _at(filed, S.ELIGIBLE).stamped_scans.count() == 1


def test_the_scan_of_an_older_version_does_not_count(client, filed, bureau, staff, secretary):
    stamping.add(filed, _picture(), by=staff)
    perform(_at(filed, S.RETURNED), "submit", by=secretary)
    filed = _at(filed, S.FORMAL_CHECK)

    with pytest.raises(Conflict, match="旧版本"):
        perform(filed, "accept", by=bureau)
    client.force_login(bureau)
    page = client.get(reverse("brands:project", args=[filed.pk]))
    assert page.context["stamped"]["label"] == "未盖章"
    assert "旧版本盖章" in page.text
    assert filed.versions.first().code in page.text


def test_replacing_keeps_the_old_scan(client, filed, staff):
    client.force_login(staff)
    _send(client, filed)
    _send(client, filed, _picture("重扫.jpg"))

    assert stamping.current(filed).name == "重扫.jpg"
    page = client.get(reverse("brands:project", args=[filed.pk]))
    assert [standing for _, standing in page.context["stamped"]["rows"]] == ["", "已替换"]


@pytest.mark.parametrize("status", [S.DRAFT, S.RETURNED, S.ELIGIBLE, S.NAMED])
def test_no_scan_before_the_submission_or_after_the_check(client, filed, staff, status):
    client.force_login(staff)

    assert _send(client, _at(filed, status)).status_code == 409
    assert not StampedScan.objects.exists()


def test_only_the_unit_uploads_and_others_see_nothing(client, filed, bureau, stranger, staff):
    scan = stamping.add(filed, _picture(), by=staff)
    url = reverse("brands:stamped-scan", args=[scan.pk])

    client.force_login(bureau)
    assert _send(client, filed).status_code == 403
    assert client.get(url).status_code == 200
    client.force_login(stranger)
    assert _send(client, filed).status_code == 404
    assert client.get(url).status_code == 404


def test_a_word_file_is_no_scan(client, filed, staff):
    client.force_login(staff)

    _send(client, filed, SimpleUploadedFile("表.pdf", b"no pdf"))

    assert not StampedScan.objects.exists()


def test_a_batch_without_the_rule_asks_for_nothing(client, project, secretary, bureau):
    perform(project, "submit", by=secretary)
    perform(_at(project, S.FORMAL_CHECK), "accept", by=bureau)
    client.force_login(bureau)

    assert client.get(reverse("brands:project", args=[project.pk])).context["stamped"] is None
