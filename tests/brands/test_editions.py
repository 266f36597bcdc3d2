import io

import docx
import pytest
from django.urls import reverse

from brands.comparing import compare
from brands.documents import application_form
from brands.models import ApplicationForm, ProjectStatus, ProjectVersion
from brands.services.editions import code_of
from foundation.workflow.engine import perform


def _footer(project, **which):
    document = docx.Document(io.BytesIO(application_form(project, full_phone=False, **which)))
    return "".join(p.text for s in document.sections for p in s.footer.paragraphs)


@pytest.fixture
def submitted(project, secretary):
    _attach(project, "佐证.pdf", "a")
    perform(project, "submit", by=secretary)
    project.refresh_from_db()
    return project


def _attach(project, name, digest):
    return project.attachments.create(
        name=name, stored=f"test/{name}-{digest}", content_type="application/pdf", size=9,
        sha256=digest * 64, by=project.created_by,
    )  # fmt: skip


def test_a_submission_keeps_its_files_and_a_code(submitted):
    version = submitted.versions.get()

    assert version.files == [
        {
            "field": "", "name": "佐证.pdf", "size": 9, "sha256": "a" * 64,
            "kind": "application/pdf",
        }
    ]  # fmt: skip
    assert len(version.code) == 10


def test_the_paper_names_form_and_code_and_closing_does_not_change_it(submitted):
    form = ApplicationForm.objects.filter(programme=submitted.batch.programme).latest("version")
    submitted.batch.form = form
    before = _footer(submitted)
    submitted.content = {**submitted.content, "closing_report": "结项报告"}
    submitted.save(update_fields=["content"])

    assert submitted.versions.get().code in before
    assert f"表样第{form.version}版" in before
    assert _footer(submitted) == before


def test_a_draft_and_a_changed_project_print_no_code(project, secretary):
    assert "盖章无效" in _footer(project)

    perform(project, "submit", by=secretary)
    project.refresh_from_db()
    project.title = "批准变更后的名称"
    assert "校验码" not in _footer(project)


def test_two_versions_have_two_codes(submitted, secretary):
    first = submitted.versions.get()
    second = submitted.versions.create(
        number=2, title=first.title, content=first.content, by=secretary, code="0"
    )
    assert code_of(second) != first.code


def test_files_added_removed_and_replaced_are_told(submitted, secretary):
    old = submitted.versions.get()

    def of(*marks):
        files = [{"name": name, "sha256": digest * 64} for name, digest in marks]
        new = ProjectVersion(title=old.title, content=old.content, files=files)
        return compare(submitted, old, new, full_phone=True)

    replaced = of(("佐证.pdf", "b"), ("总结.pdf", "c")).changed[0]
    assert replaced.before == [("delete", "佐证.pdf\n")]
    assert replaced.after == [("insert", "佐证.pdf（内容已替换）\n总结.pdf\n")]
    assert of().changed[0].before == [("delete", "佐证.pdf\n")]
    assert of(("佐证.pdf", "a")).changed == []


def test_versions_page_and_checker_see_the_changed_file(client, submitted, bureau, secretary):
    submitted.attachments.all().delete()
    _attach(submitted, "佐证.pdf", "b")
    type(submitted).objects.filter(pk=submitted.pk).update(status=ProjectStatus.RETURNED)
    submitted.refresh_from_db()
    perform(submitted, "submit", by=secretary)
    client.force_login(bureau)

    for name in ("project", "project-versions"):
        page = client.get(reverse(f"brands:{name}", args=[submitted.pk]))
        assert "替换" in page.text, name


def _check(client, code):
    return client.get(reverse("brands:paper-check"), {"code": code})


def test_who_sees_the_project_finds_the_version_by_its_code(client, submitted, bureau):
    code = submitted.versions.get().code
    client.force_login(bureau)

    page = _check(client, f" {code.lower()} ")
    assert page.context["found"][0]["version"] == submitted.versions.get()
    assert submitted.title in page.text
    assert _check(client, "0000000000").context["found"] == []
    assert _check(client, "").context["found"] == []


def test_a_code_opens_nothing_to_who_may_not_see_the_project(client, submitted, stranger):
    client.force_login(stranger)

    page = _check(client, submitted.versions.get().code)

    assert page.context["found"] == []
    assert submitted.title not in page.text


def test_an_older_version_says_so(client, submitted, bureau, secretary):
    first = submitted.versions.get()
    submitted.versions.create(number=2, title="新", content={}, by=secretary, code="X")
    client.force_login(bureau)

    assert "已有更新的版本" in _check(client, first.code).text
