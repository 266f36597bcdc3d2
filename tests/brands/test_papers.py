import io

import docx
import pypdfium2
import pytest
from django.urls import reverse
from docx.oxml.ns import qn

from brands.models import Honour, Programme
from brands.outputs import compendium, notices
from foundation import clock
from foundation.audit.models import AuditEvent
from foundation.jobs.models import Job
from foundation.verdict import Conflict
from foundation.workflow.engine import perform
from schools.models import Role
from tests.brands.after import city, draft, published, ranked, secretary_of
from tests.factories.brands import BatchFactory, ProjectFactory, full_content
from tests.factories.people import person
from tests.factories.schools import AreaCommitteeFactory, RootFactory, UnitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return city()


@pytest.fixture
def volume():
    """A batch with two named projects in one area and one in the next."""
    batch = BatchFactory(year=2026, title="2026年第一批")
    first, second = (
        AreaCommitteeFactory(area__name=name, area__order=order)
        for order, name in enumerate(("甲区", "乙区"), 1)
    )
    for number, parent in enumerate((second, first, first), 1):
        project = ProjectFactory(
            batch=batch,
            organisation=UnitFactory(parent=parent),
            status="named",
            title=f"品牌{number}",
            content=full_content() | {"meaning": f"内涵{number}，电话 138 1234 5678。"},
        )
        Honour.objects.create(
            number=f"苏YP-2026-000{number}", project=project, holder=f"学校{number}",
            school=project.organisation.school, brand_name=project.title, label="建设成果",
            year=2026, batch_number=1, document_number="苏教工委〔2026〕28号",
            named_on=clock.today(),
        )  # fmt: skip
    return batch


def paragraphs(content):
    return [line.text for line in docx.Document(io.BytesIO(content)).paragraphs]


def table(content):
    rows = docx.Document(io.BytesIO(content)).tables[0].rows
    return [[cell.text for cell in row.cells] for row in rows]


def made(client, batch, form, capture):
    with capture(execute=True):
        response = client.post(reverse("brands:volume", args=[batch.pk]), {"form": form})
    job = Job.objects.get(filename__endswith=compendium.FORMS[form])
    assert response.url == reverse("jobs:job", args=[job.pk])
    return b"".join(client.get(reverse("jobs:file", args=[job.pk])))


def test_publicity_says_what_the_public_reads(client, people):
    publicity, projects = published(people, 2)
    client.force_login(people.bureau)

    response = client.get(reverse("brands:publicity-word", args=[publicity.pk]))

    text = "\n".join(paragraphs(response.content))
    assert "拟定名单的公示" in text
    assert "现予公示。" in text
    assert "（5个工作日）" in text
    assert "0512-00000000" in text
    assert [row[3] for row in table(response.content)[1:]] == [p.title for p in projects]
    assert AuditEvent.objects.filter(action="export").count() == 1


def test_a_draft_of_a_publicity_has_no_dates_yet(people):
    batch, projects = ranked(1, status="approved")

    content = notices.publicity_notice(draft(batch, projects, people.bureau))

    text = "\n".join(paragraphs(content))
    assert "公示期5个工作日，自发布次日起算。" in text
    assert "　　年　　月　　日" in text
    assert len(table(content)) == 2


def test_publicity_is_hidden_from_schools(client, people):
    publicity, projects = published(people, 1)
    client.force_login(secretary_of(projects[0]))

    assert client.get(reverse("brands:publicity-word", args=[publicity.pk])).status_code == 404


def test_announcement_has_the_parts_of_an_official_letter(client, people, volume):
    client.force_login(people.leader)

    response = client.get(reverse("brands:announcement", args=[volume.pk]))

    lines = paragraphs(response.content)
    assert lines[0] == "中共苏州市委教育工作委员会文件"
    assert "苏教工委〔2026〕28号" in lines
    assert "各区（市）教育工委，各直属学校（单位）党组织：" in lines
    assert any("决定命名学校2“品牌2”等3个项目为2026年度“一校一品”建设成果" in x for x in lines)
    today = clock.today()
    assert f"{today.year}年{today.month}月{today.day}日" in lines
    assert table(response.content) == [
        ["序号", "板块", "单位", "名称"],
        ["1", "甲区", "学校2", "品牌2"],
        ["2", "甲区", "学校3", "品牌3"],
        ["3", "乙区", "学校1", "品牌1"],
    ]


def test_announcement_before_the_naming_leaves_number_and_day_open(people):
    publicity, _ = published(people, 2)

    content = notices.announcement(publicity.batch)

    lines = paragraphs(content)
    assert "苏教工委〔2026〕　　号" in lines
    assert "　　年　　月　　日" in lines
    assert len(table(content)) == 3


def test_a_revoked_honour_is_neither_announced_nor_bound(people, volume):
    honour = Honour.objects.get(brand_name="品牌2")
    perform(honour, "revoke", by=people.leader, note="弄虚作假", document="苏教工委〔2026〕40号")

    assert [row[3] for row in table(notices.announcement(volume))[1:]] == ["品牌3", "品牌1"]
    bound = [brand.name for _, brands in compendium.chapters(volume) for brand in brands]
    assert bound == ["品牌3", "品牌1"]


def test_announcement_names_its_approval_and_no_word_of_praise(volume):
    plain = "\n".join(paragraphs(notices.announcement(volume)))
    volume.approval_document, volume.approving_body = "苏委〔2026〕3号", "市委"
    approved = "\n".join(paragraphs(notices.announcement(volume)))

    assert "报市委批准（苏委〔2026〕3号）" in approved
    assert "批准" not in plain
    assert [word for word in ("奖", "表彰", "先进") if word in plain] == []


def test_a_batch_that_establishes_announces_what_was_established(people):
    batch, projects = ranked(1, status="established", programme_id=Programme.SECRETARY_PROJECT)

    lines = paragraphs(notices.announcement(batch))

    assert any(f"“{projects[0].title}”立项，现予公布" in line for line in lines)
    assert not any("公示" in line for line in lines)


def test_nothing_decided_is_nothing_to_announce(client, people):
    client.force_login(people.bureau)

    response = client.get(reverse("brands:announcement", args=[BatchFactory().pk]))

    assert response.status_code == 409


def test_volume_in_word_has_contents_and_chapters_by_area(
    client, people, volume, django_capture_on_commit_callbacks
):
    client.force_login(people.bureau)

    content = made(client, volume, "word", django_capture_on_commit_callbacks)

    document = docx.Document(io.BytesIO(content))
    headings = [
        (line.style.name, line.text)
        for line in document.paragraphs
        if line.style.name in {"Heading 1", "Heading 2"}
    ]
    expected = [
        ("Heading 1", "一、甲区"),
        ("Heading 2", "（一）学校2：品牌2"),
        ("Heading 2", "（二）学校3：品牌3"),
        ("Heading 1", "二、乙区"),
        ("Heading 2", "（一）学校1：品牌1"),
    ]
    assert headings == expected
    lines = [line.text for line in document.paragraphs]
    assert all(lines.count(text) == 2 for _, text in expected)  # Contents and chapter.
    assert 'TOC \\o "1-2"' in document.element.xml
    assert document.settings.element.find(qn("w:updateFields")) is not None


def test_volume_in_pdf_says_the_same(client, people, volume, django_capture_on_commit_callbacks):
    client.force_login(people.bureau)

    content = made(client, volume, "pdf", django_capture_on_commit_callbacks)

    document = pypdfium2.PdfDocument(content)
    text = [page.get_textpage().get_text_bounded() for page in document]
    assert "2026年度“一校一品”" in text[0].replace(" ", "")
    assert "目录" in text[1].replace(" ", "")
    assert [("甲区" in page, "品牌1" in page) for page in text[2:3]] == [(True, False)]
    contents = [item.get_title() for item in document.get_toc()]
    assert contents == [
        "一、甲区", "（一）学校2：品牌2", "（二）学校3：品牌3", "二、乙区", "（一）学校1：品牌1"
    ]  # fmt: skip


def test_volume_holds_no_person_and_no_number(people, volume):
    brands = [brand for _, brands in compendium.chapters(volume) for brand in brands]

    text = str(brands)
    assert "内涵1，电话 138****5678。" in text
    assert "13812345678" not in text
    for label in ("联系人", "党组织书记", "学校党组织意见"):
        assert f"{label}示例" not in text
    assert "载体举措示例" in text


def test_staff_read_what_was_masked(client, people, volume):
    client.force_login(people.bureau)

    page = client.get(reverse("brands:papers", args=[volume.pk])).content.decode()

    assert "有 3 处疑似个人信息" in page
    assert "138****5678" in page
    assert reverse("brands:announcement", args=[volume.pk]) in page


def test_nothing_named_is_no_volume(client, people):
    client.force_login(people.bureau)
    batch = BatchFactory()

    response = client.post(reverse("brands:volume", args=[batch.pk]), {"form": "pdf"})

    assert response.status_code == 409
    with pytest.raises(Conflict):
        compendium.write(batch, "word", lambda *_: None)
    assert (
        "命名之后可以汇编" in client.get(reverse("brands:papers", args=[batch.pk])).content.decode()
    )


@pytest.mark.parametrize("name", ["papers", "announcement"])
def test_who_may_not_print_papers(client, name, volume):
    for role, status in ((Role.SUPERVISION, 403), (Role.DISTRICT, 404)):
        client.force_login(person(role, RootFactory()))
        assert client.get(reverse(f"brands:{name}", args=[volume.pk])).status_code == status


def test_the_batch_leads_to_its_papers(client, people, volume):
    url = reverse("brands:papers", args=[volume.pk])
    page = reverse("brands:decision", args=[volume.pk])

    client.force_login(people.bureau)
    assert url in client.get(page).content.decode()
    client.force_login(people.supervision)
    assert url not in client.get(page).content.decode()
