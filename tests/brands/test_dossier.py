import hashlib
import io
from zipfile import ZipFile

import docx
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse

from brands.models import Attachment, Project, ProjectStatus, ProjectVersion
from brands.outputs import dossier
from foundation.jobs import services
from foundation.jobs.models import Job, JobState
from foundation.workflow.engine import perform
from reviews.models import Round, RoundStatus
from schools.models import Role
from tests.factories.brands import ready_project
from tests.factories.people import person
from tests.factories.reviews import EntryFactory, RoundFactory, submitted
from tests.factories.schools import UnitFactory

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4 evidence"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def filed(project, secretary):
    """Submitted once, with one attachment."""
    stored = default_storage.save("a.pdf", ContentFile(PDF))
    Attachment.objects.create(
        project=project, name="../佐证.pdf", stored=stored, content_type="application/pdf",
        size=len(PDF), sha256=hashlib.sha256(PDF).hexdigest(), by=secretary,
    )  # fmt: skip
    perform(project, "submit", by=secretary)
    return Project.objects.get()


def packed(project, user, **chosen):
    file = io.BytesIO()
    dossier.write(project, file, user=user, step=lambda *_: None, **chosen)
    return ZipFile(file)


def words(archive, path):
    document = docx.Document(io.BytesIO(archive.read(path)))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(line.text for line in document.paragraphs), *cells])


def test_holds_forms_versions_attachments_and_timeline(filed, secretary):
    names = packed(filed, secretary).namelist()

    version = next(name for name in names if name.startswith("提交版本/第1版"))
    assert names == [
        "申报表.docx", version, "办理记录.docx", "附件/01-佐证.pdf", "清单.txt", "SHA256SUMS"
    ]  # fmt: skip


def test_files_with_minors_lie_apart_under_a_name_that_says_so(filed, secretary):
    filed.attachments.update(contains_minor=True)

    archive = packed(filed, secretary, with_minors=True)

    path = "附件/含未成年人影像，不得公开/01-佐证.pdf"
    assert path in archive.namelist()
    assert path in archive.read("清单.txt").decode()


def test_a_version_says_what_was_submitted_then(filed, secretary):
    ProjectVersion.objects.filter(project=filed).update(title="原来的名称")

    archive = packed(filed, secretary)
    version = next(name for name in archive.namelist() if "第1版" in name)

    assert "原来的名称" in words(archive, version)
    assert "原来的名称" not in words(archive, "申报表.docx")


def test_manifest_has_the_digest_of_every_file(filed, secretary):
    archive = packed(filed, secretary)

    sums = dict(
        reversed(line.split("  "))
        for line in archive.read("SHA256SUMS").decode().split("\n")
        if line
    )
    files = {name for name in archive.namelist() if name not in {"清单.txt", "SHA256SUMS"}}

    assert sums == {name: hashlib.sha256(archive.read(name)).hexdigest() for name in files}
    manifest = archive.read("清单.txt").decode()
    assert all(digest in manifest for digest in sums.values())
    assert "【" not in manifest


def test_manifest_tells_of_a_changed_and_of_a_lost_file(filed, secretary):
    lost = Attachment.objects.get()
    Attachment.objects.create(
        project=filed, name="失.pdf", stored="gone.pdf", content_type="application/pdf",
        size=1, sha256="0" * 64, by=secretary,
    )  # fmt: skip
    Attachment.objects.filter(pk=lost.pk).update(sha256="0" * 64)

    archive = packed(filed, secretary)
    manifest = archive.read("清单.txt").decode()

    assert "01-佐证.pdf　【与上传时登记的校验值不一致】" in manifest
    assert "02-失.pdf　【存储中没有这个文件，未能打包】" in manifest
    assert not any("失" in name for name in archive.namelist())


def test_only_the_unit_reads_the_whole_phone_number(filed, secretary, bureau):
    own, other = (words(packed(filed, user), "申报表.docx") for user in (secretary, bureau))

    assert "13812345678" in own
    assert "13812345678" not in other
    assert "138****5678" in other


@pytest.fixture
def judged(batch, unit):
    """Scored by two in a round that is locked; the outcome is not out."""
    round = RoundFactory(batch=batch, status=RoundStatus.OPEN)
    project = ready_project(batch, unit, status=ProjectStatus.IN_REVIEW)
    ProjectVersion.objects.create(
        project=project, number=1, title=project.title, content={}, by=project.created_by
    )
    entry = EntryFactory(round=round, project=project)
    reviewers = [submitted(entry, share).reviewer for share in (1, 0.5)]
    Round.objects.filter(pk=round.pk).update(**{"status": RoundStatus.FROZEN})
    return project, reviewers


RESULT = "评审结果（立项（申报）评审）.docx"


def test_results_are_for_who_may_see_them(judged, bureau, secretary, district):
    project, _ = judged

    assert RESULT in packed(project, bureau).namelist()
    assert RESULT not in packed(project, secretary).namelist()
    assert RESULT not in packed(project, district).namelist()


def test_results_before_the_lock_are_not_for_the_staff(judged, bureau, root):
    project, _ = judged
    Round.objects.update(**{"status": RoundStatus.OPEN})

    assert RESULT not in packed(project, bureau).namelist()
    assert RESULT in packed(project, person(Role.SUPERVISION, root)).namelist()


def test_results_name_no_reviewer(judged, bureau):
    project, reviewers = judged

    archive = packed(project, bureau)
    text = words(archive, RESULT)

    assert "75.00" in text  # The mean of full marks and half of them.
    assert "专家1：" in text
    everything = "\n".join(
        words(archive, name) for name in archive.namelist() if name.endswith(".docx")
    )
    assert [r.name for r in reviewers if r.name in everything] == []


def test_timeline_tells_no_outcome_before_its_time(judged, secretary, bureau):
    project, _ = judged
    project.events.create(name="score", label="评审完成", source="in_review", target="scored")

    assert "评审完成" not in words(packed(project, secretary), "办理记录.docx")
    assert "评审完成" in words(packed(project, bureau), "办理记录.docx")


def test_it_is_made_in_the_background(client, filed, secretary, django_capture_on_commit_callbacks):
    client.force_login(secretary)

    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(reverse("brands:project-dossier", args=[filed.pk]))

    job = Job.objects.get()
    assert response.url == reverse("jobs:job", args=[job.pk])
    assert job.state == JobState.DONE
    content = b"".join(client.get(reverse("jobs:file", args=[job.pk])))
    assert ZipFile(io.BytesIO(content)).testzip() is None


def test_whoever_lost_sight_of_the_project_gets_nothing(filed, district):
    job = services.start("brands.dossier", by=district, filename="a.zip", project=filed.pk)
    Project.objects.update(**{"organisation": UnitFactory()})

    services.run(Job.objects.get(pk=job.pk))

    job.refresh_from_db()
    assert (job.state, job.problem) == (
        JobState.FAILED, "您已不能查看这个项目，不能下载它的档案包。"
    )  # fmt: skip


def test_a_stranger_has_none(client, filed, stranger):
    client.force_login(stranger)

    assert client.post(reverse("brands:project-dossier", args=[filed.pk])).status_code == 404
