"""Uploading in a real browser: progress, cancel, and going on after network or session were lost."""

import os
import re

import pytest
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.db import connections
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from brands.models import FilePart
from brands.services import uploading
from tests.factories.people import PASSWORD
from tests.foundation import upload_samples as samples

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BIG = samples.pdf(objects=b"%" + os.urandom(5 * 1024 * 1024).hex().encode() + b"\n")
PIECES = re.compile(r"/uploads/[0-9a-f-]+/$")


@pytest.fixture(autouse=True)
def _own_folders(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.UPLOAD_DIR = tmp_path / "uploads"


class Uploader:
    """Somebody with the project's page open."""

    def __init__(self, browser, live_server, project, user, **options):
        self.base, self.project, self.user = live_server.url, project, user
        self.context = browser.new_context(locale="zh-CN", **options)
        self.context.set_default_timeout(20_000)
        client = Client()
        client.force_login(user)
        cookie = client.cookies["sessionid"]
        self.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": self.base}])
        self.page = self.context.new_page()
        self.faults = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("dialog", lambda dialog: dialog.accept())
        self.page.goto(self.base + reverse("brands:project", args=[project.pk]))
        self.waiting = self.page.locator("[data-upload-waiting]")
        self.arrived = self.page.locator("[data-upload-arrived]")

    def chooses(self, *files):
        picked = [{"name": n, "mimeType": "application/pdf", "buffer": c} for n, c in files]
        self.page.set_input_files("#file", picked)

    def row(self, name):
        return self.waiting.locator("li", has_text=name)

    def answers(self, name, words="没有"):
        self.row(name).get_by_label(words).check()

    def uploads(self):
        self.page.locator("[data-upload-place] button[type=submit]").click()

    def has(self, *names):
        expect(self.arrived.locator(".file-name > a")).to_have_text(list(names))
        assert self.faults == []


@pytest.fixture
def uploader(browser, live_server, project, staff):
    yield Uploader(browser, live_server, project, staff)
    connections.close_all()


def _content(project, name):
    return default_storage.open(project.attachments.get(name=name).stored).read()


def test_several_files_arrive_each_with_its_answer(uploader, project):
    uploader.chooses(("大文件.pdf", BIG), ("总结.docx", samples.word()), ("假的.pdf", b"MZ"))
    expect(uploader.row("总结.docx").locator("fieldset")).to_be_hidden()

    uploader.uploads()
    expect(uploader.row("大文件.pdf")).to_contain_text("请先回答是否含未成年人影像")
    uploader.answers("大文件.pdf", "含有")
    uploader.answers("假的.pdf")
    uploader.uploads()

    uploader.has("总结.docx", "大文件.pdf")
    expect(uploader.row("假的.pdf")).to_contain_text("文件内容不是")
    expect(uploader.arrived).to_contain_text("含未成年人影像")
    assert _content(project, "大文件.pdf") == BIG
    assert project.attachments.get(name="大文件.pdf").contains_minor
    uploader.row("假的.pdf").get_by_role("button", name="移去").click()
    expect(uploader.waiting).to_be_hidden()
    uploader.page.reload()
    uploader.has("总结.docx", "大文件.pdf")


def test_a_lost_network_is_gone_on_from_where_it_was(uploader, project):
    sent = []

    def cut(route):
        sent.append(int(route.request.headers.get("upload-offset", -1)))
        if len(sent) == 2:
            route.abort("internetdisconnected")
        else:
            route.continue_()

    uploader.page.route(PIECES, cut)
    uploader.chooses(("大文件.pdf", BIG))
    uploader.answers("大文件.pdf")
    uploader.uploads()
    expect(uploader.row("大文件.pdf")).to_contain_text("网络中断")
    assert FilePart.objects.get().offset == uploading.PIECE
    uploader.row("大文件.pdf").get_by_role("button", name="重试").click()

    uploader.has("大文件.pdf")
    assert _content(project, "大文件.pdf") == BIG
    posted = [offset for offset in sent if offset >= 0]
    assert posted == [0, uploading.PIECE, uploading.PIECE, 2 * uploading.PIECE]


def test_a_lost_answer_is_not_sent_twice(uploader, project):
    lost = []

    def swallow(route):
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)  # The server has it; the browser never hears.
            route.abort("connectionreset")
        else:
            route.continue_()

    uploader.page.route(PIECES, swallow)
    uploader.chooses(("大文件.pdf", BIG))
    uploader.answers("大文件.pdf")
    uploader.uploads()
    expect(uploader.row("大文件.pdf")).to_contain_text("网络中断")
    uploader.row("大文件.pdf").get_by_role("button", name="重试").click()

    uploader.has("大文件.pdf")
    assert (lost, _content(project, "大文件.pdf") == BIG) == ([200], True)


def test_a_lost_session_is_renewed_in_place_and_the_upload_goes_on(uploader, project):
    uploader.chooses(("大文件.pdf", BIG))
    uploader.answers("大文件.pdf")
    Session.objects.all().delete()
    uploader.uploads()

    asked = uploader.page.locator("#sign-in")
    expect(asked).to_be_visible()
    asked.locator("[name=password]").fill(PASSWORD)
    asked.get_by_role("button", name="登录").first.click()

    uploader.has("大文件.pdf")
    assert _content(project, "大文件.pdf") == BIG


def test_cancelled_leaves_nothing(uploader, project, settings):
    uploader.page.route(re.compile(r"/finish/$"), lambda route: route.abort("failed"))
    uploader.chooses(("大文件.pdf", BIG))
    uploader.answers("大文件.pdf")
    uploader.uploads()
    expect(uploader.row("大文件.pdf")).to_contain_text("网络中断")
    with uploader.page.expect_response(re.compile(r"/cancel/$")):
        uploader.row("大文件.pdf").get_by_role("button", name="取消").click()

    expect(uploader.waiting).to_be_hidden()
    assert (FilePart.objects.count(), project.attachments.count()) == (0, 0)
    assert list(settings.UPLOAD_DIR.glob("*")) == []


def test_without_scripts_the_plain_form_still_works(browser, live_server, project, staff):
    uploader = Uploader(browser, live_server, project, staff, java_script_enabled=False)
    uploader.chooses(("材料.pdf", samples.pdf()))
    uploader.page.get_by_label("没有").check()
    uploader.uploads()

    uploader.has("材料.pdf")
    connections.close_all()
