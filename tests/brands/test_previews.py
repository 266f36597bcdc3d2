"""A file looked at in the page: by those who may download it, as pictures of our making."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from brands.services import attachments
from foundation.audit.models import AuditEvent
from foundation.workflow.engine import perform
from tests.foundation import upload_samples as samples

pytestmark = pytest.mark.django_db
TWO_PAGES = (
    samples.pdf()
    .replace(b"/Kids[3 0 R]/Count 1", b"/Kids[3 0 R 3 0 R]/Count 2")
)  # fmt: skip


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def keep(project, staff):
    def _keep(name="方案.pdf", content=TWO_PAGES, minors=False):
        file = SimpleUploadedFile(name, content)
        return attachments.attach(project, file, by=staff, contains_minor=minors)

    return _keep


def _url(name, *args):
    return reverse(f"brands:attachment-{name}", args=args)


def test_a_page_shows_pictures_digest_and_who(client, staff, keep):
    file = keep()
    client.force_login(staff)

    text = client.get(_url("view", file.pk)).text

    assert "第 1 页，共 2 页" in text
    assert file.sha256 in text
    assert _url("page", file.pk, 1) in text
    assert AuditEvent.objects.filter(action="preview", actor_id=staff.pk).count() == 1


@pytest.mark.parametrize(("asked", "page"), [("2", 2), ("9", 2), ("0", 1), ("-1", 1), ("x", 1)])
def test_a_page_number_is_never_beyond_the_file(client, staff, keep, asked, page):
    file = keep()
    client.force_login(staff)

    text = client.get(_url("view", file.pk), {"page": asked}).text

    assert f"第 {page} 页，共 2 页" in text


def test_the_picture_is_ours_and_nothing_runs(client, staff, keep):
    file = keep("现场.jpg", samples.picture())
    client.force_login(staff)

    response = client.get(_url("page", file.pk, 1))

    assert response.content.startswith(b"\xff\xd8\xff")
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "DENY"
    assert response["Cache-Control"] == "private, no-store"
    assert client.get(_url("page", file.pk, 2)).status_code == 404


def test_what_is_no_picture_is_for_download_only(client, staff, keep):
    file = keep("总结.docx", samples.word())
    client.force_login(staff)

    assert "不能在网页中预览" in client.get(_url("view", file.pk)).text
    assert client.get(_url("page", file.pk, 1)).status_code == 404
    project_page = client.get(reverse("brands:project", args=[file.project_id])).text
    assert _url("view", file.pk) not in project_page


def test_who_may_not_download_sees_no_picture(client, stranger, district, secretary, project, keep):
    file = keep()
    addresses = [_url("view", file.pk), _url("page", file.pk, 1)]
    for user in (stranger, district):  # The draft is still the school's own.
        client.force_login(user)
        assert [client.get(url).status_code for url in addresses] == [404, 404]

    perform(project, "submit", by=secretary)
    client.force_login(district)
    assert [client.get(url).status_code for url in addresses] == [200, 200]


def test_the_mark_is_corrected_by_school_and_bureau(
    client, staff, district, bureau, secretary, project, keep
):
    file = keep()

    def marks(user, answer):
        client.force_login(user)
        response = client.post(_url("mark", file.pk), {"contains_minor": answer})
        file.refresh_from_db()
        return response.status_code, file.contains_minor

    assert marks(staff, "yes") == (302, True)
    assert marks(staff, "no") == (302, False)
    assert marks(staff, "maybe") == (409, False)
    perform(project, "submit", by=secretary)
    assert marks(staff, "yes") == (409, False)
    assert marks(district, "yes") == (403, False)
    assert marks(bureau, "yes") == (302, True)
    assert AuditEvent.objects.filter(action="attachment.mark").count() == 3


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_chromium_shows_the_pages_and_the_policy_holds(browser, live_server, staff, keep):
    file = keep()
    page = browser.new_context(locale="zh-CN").new_page()
    faults = []
    page.on(
        "console", lambda message: faults.append(message.text) if message.type == "error" else 0
    )
    client = Client()
    client.force_login(staff)
    cookie = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page.goto(live_server.url + reverse("brands:project", args=[file.project_id]))

    page.get_by_role("link", name=re.compile("^预览")).click()
    page.get_by_role("link", name="下一页").click()

    expect(page.locator(".preview")).to_contain_text("第 2 页，共 2 页")
    expect(page.locator(".preview img")).to_have_js_property("naturalWidth", 800)
    assert faults == []
    connections.close_all()
