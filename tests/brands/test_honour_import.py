import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from brands.importing.sheet import TITLES
from brands.models import Honour, HonourImport, Programme
from brands.services.eligibility import bar
from foundation.audit.models import AuditEvent
from schools.models import OrganisationKind, Role, Tier
from tests.brands.after import city
from tests.factories.brands import BatchFactory
from tests.factories.schools import SchoolFactory, UnitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return city()


@pytest.fixture
def school(people):
    return SchoolFactory(code="2132999901", name="第一小学")


def sheet(*rows, titles=TITLES):
    book = openpyxl.Workbook()
    book.active.append(titles)
    for row in rows:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return SimpleUploadedFile("历年.xlsx", content.getvalue())


def row(**changes):
    values = {
        "学校标识码或名称": "2132999901", "品牌名称": "红烛", "级别": "市级", "年度": 2022,
        "文号": "苏教工委〔2022〕18号", "有效期至": "2027-06-30", **changes,
    }  # fmt: skip
    return [values[title] for title in TITLES]


def upload(client, *rows, programme=Programme.SCHOOL_BRAND, **how):
    data = {"sheet": sheet(*rows, **how), "programme": getattr(programme, "pk", programme)}
    response = client.post(reverse("brands:honour-import"), data)
    return HonourImport.objects.latest("pk") if response.status_code == 302 else response


def apply(client, draft):
    return client.post(reverse("brands:honour-import-apply", args=[draft.pk]))


def test_earlier_honours_are_previewed_and_then_entered(client, people, school):
    client.force_login(people.bureau)
    draft = upload(
        client,
        row(**{"学校标识码或名称": "第一小学", "品牌名称": "《红烛》"}),
        row(**{"品牌名称": "春雨", "级别": "区级", "年度": "2021年", "有效期至": None}),
        row(**{"品牌名称": "秋实", "有效期至": "2027年6月30日"}),
    )
    preview = client.get(reverse("brands:honour-import-preview", args=[draft.pk])).text
    assert "新增 3 项“一校一品”荣誉" in preview
    assert not Honour.objects.exists()

    assert apply(client, draft).status_code == 302

    found = {honour.brand_name: honour for honour in Honour.objects.all()}
    assert set(found) == {"红烛", "春雨", "秋实"}
    assert {found["红烛"].number, found["秋实"].number} == {"苏YP-2022-0001", "苏YP-2022-0002"}
    assert found["春雨"].number == "苏YP-2021-0001"
    assert (found["春雨"].level, found["春雨"].valid_until) == ("district", None)
    assert found["秋实"].valid_until.isoformat() == "2027-06-30"
    assert found["红烛"].school == school
    assert found["红烛"].document_number == "苏教工委〔2022〕18号"
    assert found["红烛"].events.get().by == people.bureau
    assert AuditEvent.objects.filter(action="honour.import").count() == 1
    for page in ("brands:honours", "portal:home"):
        assert "红烛" in client.get(reverse(page)).text
    number = found["红烛"].number
    assert "2022年命名" in client.get(reverse("portal:verify"), {"number": number}).text
    assert client.get(reverse("portal:honour", args=[number])).status_code == 200


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"学校标识码或名称": "2132999999"}, "学校名录中没有"),
        ({"学校标识码或名称": ""}, "没有填学校"),
        ({"品牌名称": ""}, "没有填品牌名称"),
        ({"品牌名称": "字" * 61}, "最多 60 个字"),
        ({"品牌名称": "联系13812345678"}, "疑似手机号码"),
        ({"级别": "国家级"}, "不认识"),
        ({"年度": "22"}, "四位数字"),
        ({"年度": "2999"}, "四位数字"),
        ({"文号": ""}, "没有填文号"),
        ({"有效期至": "明年"}, "2027-06-30"),
        ({"有效期至": "2027-02-30"}, "2027-06-30"),
        ({"年度": "=2000+22"}, "公式"),
    ],
)
def test_one_wrong_row_stops_all(client, people, school, changes, reason):
    client.force_login(people.bureau)
    draft = upload(client, row(**{"品牌名称": "好的"}), row(**changes))

    preview = client.get(reverse("brands:honour-import-preview", args=[draft.pk])).text
    response = apply(client, draft)

    assert reason in preview
    assert "确认导入" not in preview
    assert response.status_code == 409
    assert not Honour.objects.exists()
    errors = client.get(reverse("brands:honour-import-errors", args=[draft.pk]))
    book = openpyxl.load_workbook(io.BytesIO(errors.content))
    cells = [str(cell) for line in book.active.values for cell in line if cell]
    assert any(reason in cell for cell in cells)


def test_a_row_twice_in_the_sheet_is_wrong_and_one_in_the_register_is_kept(client, people, school):
    client.force_login(people.bureau)
    twice = upload(client, row(), row(**{"文号": "另一个"}))
    assert twice.counts == {"wrong": 2, "new": 0, "known": 0}
    apply(client, upload(client, row()))

    again = upload(client, row(), row(**{"品牌名称": "春雨"}))
    assert again.counts == {"wrong": 0, "new": 1, "known": 1}
    apply(client, again)

    assert Honour.objects.count() == 2


def test_a_draft_is_applied_once_and_only_while_it_is_true(client, people, school):
    client.force_login(people.bureau)
    first, second = upload(client, row()), upload(client, row())

    assert apply(client, first).status_code == 302
    assert apply(client, first).status_code == 302  # Says so, and enters nothing again.
    assert apply(client, second).status_code == 409

    assert Honour.objects.count() == 1
    second.refresh_from_db()
    assert second.applied_at is None


def test_only_the_bureau_enters_and_only_the_owner_sees_the_draft(client, people, school):
    client.force_login(people.bureau)
    draft = upload(client, row())
    address = reverse("brands:honour-import-preview", args=[draft.pk])

    client.force_login(people.second)
    assert client.get(address).status_code == 404
    assert apply(client, draft).status_code == 404
    client.force_login(people.leader)
    assert client.get(reverse("brands:honour-import")).status_code == 403
    assert client.get(reverse("brands:honour-import-template")).status_code == 403
    assert "补录历年荣誉" not in client.get(reverse("brands:honours")).text
    assert not Honour.objects.exists()


def test_a_wrong_file_says_what_to_do(client, people):
    client.force_login(people.bureau)

    for response in (
        upload(client, row(), titles=["甲", "乙", "丙", "丁", "戊", "己"]),
        upload(client),
        client.post(reverse("brands:honour-import")),
    ):
        assert response.status_code == 200
        assert response.context["form"].errors["sheet"]
    assert not HonourImport.objects.exists()


def test_the_template_fits_the_reader(client, people, school):
    client.force_login(people.bureau)
    content = client.get(reverse("brands:honour-import-template")).content
    book = openpyxl.load_workbook(io.BytesIO(content))
    last = book.active.max_row
    for column, value in enumerate(row(), start=1):
        book.active.cell(last + 1, column, value)
    filled = io.BytesIO()
    book.save(filled)

    file = SimpleUploadedFile("模板.xlsx", filled.getvalue())
    client.post(reverse("brands:honour-import"), {"sheet": file, "programme": "school_brand"})

    assert HonourImport.objects.get().counts == {"wrong": 0, "new": 1, "known": 0}


class TestOtherProgrammes:
    """Of any programme that gives honours, as the bureau made it on screen."""

    @pytest.fixture
    def branch(self, people, school):
        unit = UnitFactory(school=school, name="第一小学党委")
        tier = {"tier": Tier.BRANCH, "kind": OrganisationKind.BRANCH, "school": None}
        UnitFactory(name="第二党支部", parent=UnitFactory(), **tier)
        return UnitFactory(name="第二党支部", parent=unit, **tier)

    def test_numbers_label_and_holder_are_the_programmes_own(self, client, people, branch):
        programme = made(
            applicant="branch", number_code="ZB", honour_code="LH", result_label="领航成果"
        )
        client.force_login(people.bureau)
        draft = upload(client, row(**{"学校标识码或名称": "第二党支部"}), programme=programme)
        assert draft.counts["wrong"] == 1  # Which of the two?

        whole = {"学校标识码或名称": "第一小学党委第二党支部"}
        assert apply(client, upload(client, row(**whole), programme=programme)).status_code == 302

        honour = Honour.objects.get()
        assert (honour.number, honour.label) == ("苏LH-2022-0001", "领航成果")
        assert (honour.programme, honour.organisation, honour.school) == (programme, branch, None)
        again = upload(client, row(**whole), programme=programme)
        assert again.counts == {"wrong": 0, "new": 0, "known": 1}
        for other, barred in ((programme, True), (Programme.objects.get(pk="school_brand"), False)):
            batch = BatchFactory(programme_id=other.pk)
            assert bool(bar(branch, batch)) == barred

    def test_two_programmes_may_hold_the_same_words(self, client, people, school):
        programme = made(number_code="ZB", honour_code="LH")
        client.force_login(people.bureau)
        apply(client, upload(client, row()))
        other = upload(client, row(), programme=programme)
        assert other.counts == {"wrong": 0, "new": 1, "known": 0}
        apply(client, other)
        assert {h.number for h in Honour.objects.all()} == {"苏YP-2022-0001", "苏LH-2022-0001"}

    def test_a_person_named_earlier_bars_nobody_else(self, client, people, school):
        programme = made(applicant="person", number_code="ZB", honour_code="XF")
        unit = UnitFactory(school=school)
        client.force_login(people.bureau)
        apply(client, upload(client, row(**{"品牌名称": "示例老师"}), programme=programme))
        batch = BatchFactory(programme_id=programme.pk)
        assert "示例老师" in bar(unit, batch, "示例老师")
        assert bar(unit, batch, "另一位老师") == bar(unit, batch) == ""

    @pytest.mark.parametrize("programme", [Programme.SECRETARY_PROJECT, "nothing", ""])
    def test_what_names_nothing_is_no_choice(self, client, people, school, programme):
        client.force_login(people.bureau)
        answer = upload(client, row(), programme=programme)
        assert answer.context["form"].errors["programme"] == ["请选择项目类别。"]
        assert not HonourImport.objects.exists()


def made(**facts):
    usual = {"name": "领航", "track": "naming", "applicant": "unit", "noun": "领航项目"}
    return Programme.objects.create(key="leading", **usual | facts)


def test_who_has_left_the_desk_confirms_no_sheet_any_more(client, people, school):
    client.force_login(people.bureau)
    draft = upload(client, row())
    people.bureau.appointments.update(role=Role.LEADER)

    for name in ("preview", "errors"):
        address = reverse(f"brands:honour-import-{name}", args=[draft.pk])
        assert client.get(address).status_code == 403
    assert apply(client, draft).status_code == 403
    assert not Honour.objects.exists()
