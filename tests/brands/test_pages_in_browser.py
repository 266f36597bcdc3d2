"""Building a form, and correcting what was sent back, as a person does it in a browser."""

import re

import pytest
from django.db import connections
from playwright.sync_api import expect

from brands.models import ApplicationForm, Programme, ProjectStatus
from foundation.workflow.engine import perform
from tests.browsing import Visitor
from tests.foundation import upload_samples as samples

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NARROW = {"viewport": {"width": 360, "height": 740}}


@pytest.fixture
def visits(browser, live_server):
    yield lambda user, **screen: Visitor(browser, live_server, user, **screen)
    # Beside the browser's event loop Django opens connections of its own; nobody else ends them.
    connections.close_all()


def _add(page, label, kind, **words):
    page.locator("section.panel").first.get_by_text("添加字段").click()
    page.get_by_label("字段名称").fill(label)
    page.get_by_label("类型").select_option(label=kind)
    for name, text in words.items():
        page.locator(f"[name={name}]").fill(text)


class TestFormBuilder:
    @pytest.fixture
    def form(self):
        return ApplicationForm.objects.get(programme=Programme.SCHOOL_BRAND)

    def test_a_question_that_depends_on_another_is_built_and_tried(self, visits, bureau, form):
        me = visits(bureau)
        page = me.goes_to("brands:form", form.pk)

        _add(page, "是否集团校", "单选", choices="是\n否")
        # Only what belongs to the chosen kind is asked.
        expect(page.locator("[name=columns]")).to_be_hidden()
        expect(page.locator("[name=max_length]")).to_be_hidden()
        page.get_by_role("button", name="保存").click()
        expect(page.locator("section.panel").first).to_contain_text("是否集团校")

        _add(page, "集团名称", "一行文字", max_length="20")
        page.get_by_label("何时显示").select_option(label="“是否集团校”选“是”时")
        page.get_by_role("button", name="保存").click()
        expect(page.locator("section.panel").first).to_contain_text("选中某项时才显示")

        page.get_by_role("link", name="预览").click()
        name = page.get_by_label("集团名称")
        expect(name).to_be_hidden()
        page.get_by_label("是否集团校").select_option(label="是")
        expect(name).to_be_visible()
        name.fill("五个字以内")
        expect(page.locator("#div_id_" + name.get_attribute("name"))).to_contain_text("5")
        page.get_by_label("是否集团校").select_option(label="否")
        expect(name).to_be_hidden()
        assert me.faults == []

    def test_a_field_is_moved_and_removed(self, visits, bureau, form):
        page = visits(bureau).goes_to("brands:form", form.pk)
        fields = page.locator("section.panel").first.locator("ol.form-plan-fields > li b")
        before = fields.all_inner_texts()

        page.get_by_role("button", name=re.compile(f"下移.*{before[0]}")).click()
        expect(fields.nth(1)).to_have_text(before[0])
        page.get_by_role("button", name=re.compile(f"删除.*{before[1]}")).click()
        expect(fields).to_have_count(len(before) - 1)

        assert before[1] not in fields.all_inner_texts()


class TestFileField:
    def test_it_is_built_tried_and_answered_in_its_place(
        self, visits, bureau, staff, project, settings, tmp_path
    ):
        settings.MEDIA_ROOT, settings.UPLOAD_DIR = tmp_path / "files", tmp_path / "parts"
        form = ApplicationForm.objects.get(programme=Programme.SCHOOL_BRAND)
        me = visits(bureau)
        page = me.goes_to("brands:form", form.pk)
        _add(page, "集体照", "文件", most_files="2")
        expect(page.locator("[name=max_length]")).to_be_hidden()
        page.get_by_role("button", name="保存").click()
        expect(page.locator("section.panel").first).to_contain_text("最多2个")
        page.get_by_role("link", name="预览").click()
        expect(page.get_by_label("集体照")).to_be_attached()

        writer = visits(staff, **NARROW)
        page = writer.goes_to("brands:project-section", project.pk, "basics")
        page.on("dialog", lambda dialog: dialog.accept())
        page.fill("[name=slogan]", "石榴花开")
        place = page.locator("[data-upload-place]")
        for name in ("一.pdf", "二.pdf", "三.pdf"):
            chosen = {"name": name, "mimeType": "application/pdf", "buffer": samples.pdf()}
            place.locator("input[type=file]").set_input_files([chosen])
            place.locator("li", has_text=name).get_by_label("没有").check()
            place.get_by_role("button", name="上传", exact=True).click()
            if name != "三.pdf":
                row = place.locator("[data-upload-arrived] li", has_text=name)
                expect(row).to_be_visible()
        refused = place.locator("li", has_text="三.pdf")
        expect(refused).to_contain_text("“集体照”最多2个")
        expect(page.locator("[data-autosave-status]")).to_contain_text("已自动保存")
        refused.get_by_role("button", name="取消").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        page.get_by_role("button", name="保存草稿").click()
        expect(page.locator("main")).to_contain_text("填报内容")
        assert {file.field for file in project.attachments.all()} == {"f1"}
        assert (me.faults, writer.faults) == ([], [])


class TestCorrection:
    def test_only_what_was_remarked_is_corrected_and_only_that_is_checked(
        self, visits, project, secretary, district
    ):
        perform(project, "submit", by=secretary)
        checker = visits(district)
        page = checker.goes_to("brands:project", project.pk)
        page.get_by_role("link", name="退回").or_(
            page.get_by_role("button", name="退回")
        ).first.click()
        page.get_by_label("理由（总的意见）").fill("口号请再斟酌")
        page.locator("#remark-slogan").fill("请改为一句话")
        page.locator("form.form-page button[type=submit]").click()
        expect(page.locator("main")).to_contain_text("退回")
        project.refresh_from_db()
        assert project.status == ProjectStatus.RETURNED

        writer = visits(secretary, **NARROW)
        page = writer.goes_to("brands:project-section", project.pk, "basics")
        expect(page.locator("p.remark")).to_contain_text("请改为一句话")
        expect(page.locator("[name=title]")).to_be_disabled()
        page.fill("[name=slogan]", "石榴花开，童心向党")
        expect(page.locator("[data-autosave-status]")).to_contain_text("已自动保存")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        project.refresh_from_db()
        perform(project, "submit", by=secretary)

        page = checker.goes_to("brands:project", project.pk)
        expect(page.locator("main")).to_contain_text("与上次提交的差异")
        changed = page.locator("ins", has_text="石榴花开")
        expect(changed.first).to_be_visible()
        assert (checker.faults, writer.faults) == ([], [])
