"""Ticking rows in a real browser."""

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from brands.models import ProjectStatus
from tests.factories.brands import ready_project
from tests.factories.schools import UnitFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
S = ProjectStatus


@pytest.fixture
def window(browser, live_server):
    def open_for(user, name):
        client = Client()
        client.force_login(user)
        context = browser.new_context(locale="zh-CN")
        context.set_default_timeout(15_000)
        value = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
        page = context.new_page()
        page.goto(live_server.url + reverse(name))
        return page

    yield open_for
    connections.close_all()


def test_staff_tick_the_page_and_refuse_all_then_take_it_back(window, batch, unit, bureau):
    rows = [
        ready_project(batch, UnitFactory(parent=unit.parent), status=S.FORMAL_CHECK)
        for _ in range(2)
    ]
    page = window(bureau, "brands:projects")

    page.check("[data-pick-all]")
    expect(page.locator("[data-pick-count]")).to_have_text("已勾选 2 项：")
    page.click("button:has-text('不予通过')")
    page.fill("[name=note]", "与通知要求不符")
    page.click("button:has-text('确认不予通过 2 项')")
    expect(page.locator("h1")).to_have_text("批量不予通过：2 项")
    for project in rows:
        project.refresh_from_db()
        assert project.status == S.REJECTED

    page.fill("[name=note]", "选错了")
    page.click("button:has-text('撤回本次批量操作')")
    expect(page.locator(".messages")).to_contain_text("已撤回")
    for project in rows:
        project.refresh_from_db()
        assert project.status == S.FORMAL_CHECK


def test_the_district_sees_how_many_it_may_still_recommend(window, batch, unit, district):
    for _ in range(3):
        ready_project(batch, UnitFactory(parent=unit.parent), status=S.DISTRICT_REVIEW)
    page = window(district, "brands:desk")

    page.check("[data-pick-all]")
    expect(page.locator("[data-pick-count]")).to_have_text("已勾选 3 项，还可推荐 2 项：")
    page.click("#picks button:has-text('推荐') >> nth=0")

    expect(page.locator("[role=alert]")).to_contain_text("有 1 项不能办理")
    page.click("text=办理其余 2 项")
    page.click("button:has-text('确认推荐 2 项')")
    expect(page.locator("h1")).to_have_text("批量推荐：2 项")
