"""The stretch after the decision in a dossier, each part for who may see it; the 结项书."""

import datetime as dt
import io
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse

from brands.models import Attachment, Milestone, Objection, Programme, RecheckStatus
from brands.services import changing, closing
from foundation import clock
from foundation.audit.models import AuditEvent
from foundation.jobs.models import Job
from foundation.workflow.engine import perform
from schools.models import Role
from tests.brands.after import city, published, ranked, secretary_of
from tests.brands.keeping import named_brand, points_for, recheck_of
from tests.brands.test_dossier import packed, words
from tests.factories.people import person
from tests.factories.schools import UnitFactory
from tests.foundation.upload_samples import pdf

pytestmark = pytest.mark.django_db
R = RecheckStatus


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def people():
    return city()


@pytest.fixture
def project():
    return ranked(1, status="in_progress", programme_id=Programme.SECRETARY_PROJECT)[1][0]


@pytest.fixture
def secretary(project):
    return secretary_of(project)


def word_page(project):
    return reverse("brands:closing-word", args=[project.pk])


def test_closings_changes_and_statements_of_a_secretary_project(project, secretary, people):
    step = Milestone.objects.create(project=project, title="调研", owner="甲", due_on=clock.today())
    for result in ("等场地", "完成三次"):
        closing.report_milestone(step, by=secretary, done_on=clock.today(), result=result)
    change = changing.ask(project, "end", reason="场地没有落实", by=secretary)
    perform(change, "refuse", by=people.bureau, note="请继续")
    perform(project, "apply_closing", by=secretary, report="第一份报告")
    perform(project, "start_closing_review", by=people.bureau)
    perform(project, "finish_closing_review", by=people.bureau, score=Decimal("77.25"))

    own, city_ = packed(project, secretary), packed(project, people.bureau)

    form = "结项书/第1次申请.docx"
    assert "第一份报告" in words(own, form)
    assert "77.25" not in words(own, form)
    assert "77.25" in words(city_, form)
    assert "场地没有落实" in words(own, "变更申请/01-终止项目.docx")
    assert "请继续" in words(own, "变更申请/01-终止项目.docx")
    assert "等场地" in words(own, "节点任务完成情况（历次）.docx")


def test_checks_with_files_and_the_honour_of_a_brand(people):
    honour = named_brand()
    secretary = secretary_of(honour.project)
    check = recheck_of(honour, "acceptance")
    check.files.create(
        name="总结.pdf", stored=default_storage.save("a.pdf", ContentFile(pdf())),
        content_type="application/pdf", size=1, sha256="", by=secretary,
    )  # fmt: skip
    perform(check, "report", by=secretary, text="全部完成")
    perform(check, "score", by=people.bureau, note="成果扎实", points=points_for(72))

    own, city_ = packed(honour.project, secretary), packed(honour.project, people.bureau)

    report = "检查和验收/01-验收.docx"
    assert "全部完成" in words(own, report)
    assert "成果扎实" not in words(own, report)
    assert "72" in words(city_, report)
    assert "检查和验收/报告材料/01-总结.pdf" in own.namelist()
    assert honour.number in words(own, "荣誉.docx")


def test_notice_and_objections_are_for_the_city_and_name_no_objector(people):
    publicity, (project, _) = published(people)
    objection = Objection.objects.create(
        project=project,
        publicity=publicity,
        name="异议人甲",
        contact="13900000000",
        text="材料不实",
    )
    perform(objection, "accept", by=people.second)
    perform(objection, "dismiss", by=people.second, note="经核实，材料属实")

    own, city_ = packed(project, secretary_of(project)), packed(project, people.bureau)

    assert not any(name.startswith(("公示", "异议")) for name in own.namelist())
    assert "公示/01-公示.docx" in city_.namelist()
    said = words(city_, "异议办理结果.docx")
    assert "经核实，材料属实" in said
    assert not any(word in said for word in ("异议人甲", "13900000000", "材料不实"))


def test_files_with_minors_go_in_by_a_recorded_choice_only(
    client, project, secretary, django_capture_on_commit_callbacks
):
    Attachment.objects.create(
        project=project, name="合影.pdf", stored=default_storage.save("b.pdf", ContentFile(pdf())),
        content_type="application/pdf", size=1, sha256="", by=secretary, contains_minor=True,
    )  # fmt: skip
    archive = packed(project, secretary)
    assert not any("合影" in name for name in archive.namelist())
    assert "1 个附件含未成年人影像" in archive.read("清单.txt").decode()

    client.force_login(secretary)
    assert "已取得同意" in client.get(reverse("brands:project", args=[project.pk])).text
    page = reverse("brands:project-dossier", args=[project.pk])
    client.post(page)
    client.post(page, {"with_minors": "consent"})

    assert [job.facts.get("with_minors") for job in Job.objects.order_by("pk")] == [None, True]
    assert AuditEvent.objects.filter(action="dossier.minors").count() == 1
    assert any("合影" in name for name in packed(project, secretary, with_minors=True).namelist())


def test_the_form_is_there_once_it_was_applied_for(client, project, secretary, people):
    client.force_login(secretary)
    assert client.get(word_page(project)).status_code == 409
    perform(project, "apply_closing", by=secretary, report="目标全部达成")
    stranger = person(Role.SECRETARY, UnitFactory())
    answers = []
    for user in (secretary, people.bureau, stranger):
        client.force_login(user)
        answers.append(client.get(word_page(project)).status_code)

    assert answers == [200, 200, 404]


def test_the_form_holds_what_is_signed(client, project, secretary):
    import docx

    Milestone.objects.create(
        project=project, title="调研", owner="甲", due_on=dt.date(2026, 9, 1), result="好",
        done_on=dt.date(2026, 8, 1),
    )  # fmt: skip
    perform(project, "apply_closing", by=secretary, report="目标全部达成")
    client.force_login(secretary)

    document = docx.Document(io.BytesIO(client.get(word_page(project)).content))

    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    text = "\n".join([*(line.text for line in document.paragraphs), *cells])
    for words_ in ("书记项目结项书", "目标全部达成", "2026年8月1日完成", "学校党组织意见"):
        assert words_ in text
