"""What a form built in the browser hands to the outputs, and what no form may ask for."""

import io
from dataclasses import replace

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from brands.exporting import projects_workbook
from brands.forms import spec
from brands.forms.differing import changes
from brands.forms.fields import Field, FormSpec, Section
from brands.forms.filters import projects_for
from brands.forms.sensitive import refusal
from brands.models import ApplicationForm, Programme
from brands.services.naming import _one_sentence
from tests.factories.brands import open_batch, ready_project

pytestmark = pytest.mark.django_db
TITLE = Field("title", "名称", max_length=30)
BUILT = (
    TITLE,
    Field("f1", "亮点", role="summary"),
    Field("f2", "经办人", role="contact"),
    Field("f3", "手机", "phone", role="phone"),
    Field("f4", "书记", role="principal"),
)


def _url(name, *args):
    return reverse(f"brands:{name}", args=args)


@pytest.fixture
def form():
    return ApplicationForm.objects.get(programme=Programme.SCHOOL_BRAND)


@pytest.fixture
def built(form, unit):
    """A project of a batch whose form was built in the browser."""
    form = ApplicationForm(
        programme=form.programme,
        version=2,
        content=FormSpec("表", (Section("s1", "栏", BUILT),)).write(),
    )
    form.save()
    project = ready_project(open_batch(quotas=[(unit.area, 1)], form=form), unit)
    project.content = {"f1": "一句话", "f2": "张老师", "f3": "13812345678"}
    project.save()
    return project


class TestRoles:
    def test_answers_reach_the_summary_sheet_and_the_public_card(self, built, secretary):
        sheet = load_workbook(
            io.BytesIO(projects_workbook(projects_for(secretary), user=secretary, title="表"))
        ).active
        cells = [cell for row in sheet.iter_rows(values_only=True) for cell in row]
        assert {"张老师", "138****5678"} <= {*cells}
        assert _one_sentence(built) == "一句话"

    def test_the_registered_secretary_is_brought_along(self, client, built, secretary):
        built.organisation.secretary_name = "王书记"
        built.organisation.save()
        client.force_login(secretary)
        page = client.get(_url("project-section", built.pk, "s1"))
        assert page.context["form"]["f4"].value() == "王书记"

    def test_forms_of_before_say_it_by_their_keys(self, form):
        assert form.spec.in_role("phone").key == "phone"
        assert form.spec.in_role("nothing") is None
        old = FormSpec("表", (Section("s1", "栏", (TITLE, Field("contact", "联系事由", "long"))),))
        assert old.in_role("contact") is None

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ((Field("a", "甲", role="contact"), Field("b", "乙", role="contact")), "只能有一个"),
            ((Field("a", "甲", role="phone"),), "不能用作“联系电话"),
            ((Field("a", "甲", role="boss"),), "不能用作"),
        ],
    )
    def test_a_role_has_one_field_of_its_kind(self, fields, words):
        faults = FormSpec("表", (Section("s1", "栏", (TITLE, *fields)),)).faults()
        assert any(words in fault for fault in faults)

    @pytest.mark.parametrize(
        ("sent", "words"),
        [
            ({"kind": "text", "role": "contact"}, "“联系人”已用作联系人"),
            ({"kind": "text", "role": "phone"}, "要用“电话”类型"),
            ({"kind": "text", "role": "boss"}, "role"),
        ],
    )
    def test_the_builder_says_so_at_once(self, client, bureau, form, sent, words):
        client.force_login(bureau)
        data = {"label": "字段", "max_length": "20", **sent}
        answer = client.post(_url("form-field", form.pk, "basics", "new"), data)
        assert words in answer.text
        assert "字段" not in [f.label for f in ApplicationForm.objects.get(pk=form.pk).spec.fields]

    def test_the_builder_keeps_the_role_that_a_key_says(self, client, bureau, form):
        client.force_login(bureau)
        url = _url("form-field", form.pk, "opinion", "contact")
        words = client.get(url).context["words"]
        assert words.initial["role"] == "contact"
        client.post(url, {"label": "经办人", "kind": "text", "max_length": "20", "role": "contact"})
        form = ApplicationForm.objects.get(pk=form.pk)
        assert form.spec.in_role("contact").label == "经办人"
        assert "用作联系人" in client.get(_url("form", form.pk)).text


class TestSensitive:
    @pytest.mark.parametrize(
        "words",
        [
            "身份证号",
            "负责人身份证号码",
            "银行卡号",
            "宗教信仰",
            "健康状况",
            "家庭住址",
            "指纹",
            "政审结论",
        ],
    )
    def test_what_is_not_asked(self, words):
        assert "属于敏感个人信息，申报表不能收集" in refusal(words)

    @pytest.mark.parametrize(
        "words",
        [
            "理想信念",
            "心理健康教育做法",
            "请勿填写身份证号。",
            "学生体质提升",
            "季度体检",
            "传承红色基因",
            "残疾学生融合教育",
            "防范宗教渗透",
            "疾病防控做法",
        ],
    )
    def test_what_may_be_asked(self, words):
        assert refusal(words) == ""

    @pytest.mark.parametrize(
        "sent",
        [
            {"label": "身份证号", "kind": "text"},
            {"label": "其他", "kind": "text", "help": "填写银行卡号"},
            {"label": "名单", "kind": "table", "columns": "姓名\n身份证号"},
            {"label": "情况", "kind": "choice", "choices": "健康状况良好\n有残疾"},
        ],
    )
    def test_the_builder_refuses_with_a_sentence(self, client, bureau, form, sent):
        client.force_login(bureau)
        before = form.content
        answer = client.post(
            _url("form-field", form.pk, "basics", "new"), {"max_length": "20", **sent}
        )
        assert "敏感个人信息" in answer.text
        assert ApplicationForm.objects.get(pk=form.pk).content == before

    def test_nor_in_the_title_of_a_section_and_a_form_that_has_it_does_not_open(
        self, client, bureau, form
    ):
        client.force_login(bureau)
        answer = client.post(_url("form-section", form.pk, "basics"), {"title": "银行卡"})
        assert "敏感个人信息" in answer.text
        fields = (TITLE, Field("a", "家庭住址"))
        assert any(
            "住址" in fault for fault in FormSpec("表", (Section("s1", "栏", fields),)).faults()
        )


def test_the_form_is_given_another_name(client, bureau, form):
    client.force_login(bureau)
    assert client.post(_url("form-name", form.pk), {"name": "推荐表"}).status_code == 302
    assert "推荐表" in client.get(_url("form", form.pk)).text
    ApplicationForm.objects.update(frozen=True)
    assert client.post(_url("form-name", form.pk), {"name": "别的"}).status_code == 409
    assert ApplicationForm.objects.get(pk=form.pk).spec.name == "推荐表"


def test_spec_says_nothing_for_a_role_without_a_field(built):
    assert spec.said_in(built, spec.form_of(built.batch), "slogan") == ""


def test_the_record_of_a_changed_form_says_what_a_field_is_for_now():
    plain = Field("motto", "口号", "text")
    before = FormSpec("申报表", (Section("a", "甲", (plain,)),))
    after = FormSpec("申报表", (Section("a", "甲", (replace(plain, role="slogan"),)),))

    ((_, words),) = changes(before, after).items()

    assert "用途：品牌口号" not in words[0]
    assert "用途：品牌口号" in words[1]
