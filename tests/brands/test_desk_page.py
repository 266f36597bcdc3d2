"""The district's desk in a real browser: dragged, by keys, by buttons, and overtaken."""

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from brands.models import ProjectStatus
from brands.services.recommending import order_of, reorder
from foundation.workflow.engine import perform
from tests.factories.brands import open_batch, ready_project
from tests.factories.schools import UnitFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Desk:
    def __init__(self, browser, live_server, user, width=1366):
        client = Client()
        client.force_login(user)
        self.base = live_server.url
        context = browser.new_context(
            locale="zh-CN", viewport={"width": width, "height": 768}, has_touch=width < 800
        )
        context.set_default_timeout(15_000)
        context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": self.base}]
        )
        self.page = context.new_page()
        self.faults = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.goto(self.base + reverse("brands:desk"))

    def names(self):
        rows = self.page.locator("[data-rank-row]")
        return [rows.nth(n).get_attribute("data-name") for n in range(rows.count())]

    def grip(self, name):
        return self.page.locator(f'[data-name="{name}"] [data-grip]')

    def hears(self, words):
        expect(self.page.locator("#desk-said")).to_contain_text(words)


@pytest.fixture
def ranked(unit, district):
    """Three recommended,甲, 乙, 丙, and one more waiting; four places."""
    batch = open_batch(quotas=[(unit.area, 4)])
    units = [unit, *(UnitFactory(parent=unit.parent) for _ in range(3))]
    rows = [
        ready_project(batch, each, status=ProjectStatus.DISTRICT_REVIEW, title=title)
        for each, title in zip(units, "甲乙丙丁", strict=True)
    ]
    for project in rows[:3]:
        perform(project, "recommend", by=district)
    yield rows
    connections.close_all()


def stored(rows):
    by_key = {project.pk: project.title for project in rows}
    return "".join(by_key[pk] for pk in order_of(rows[0].batch, rows[0].area))


def test_keys_move_a_row_save_and_say_its_place(browser, live_server, ranked, district):
    desk = Desk(browser, live_server, district)
    desk.grip("丙").focus()

    desk.page.keyboard.press("Alt+ArrowUp")
    desk.hears("《丙》现在排第 2，共 3 项，已保存。")

    assert stored(ranked) == "甲丙乙"
    assert desk.page.evaluate("document.activeElement.closest('tr').dataset.name") == "丙"
    for _ in range(2):  # Quicker than the answers come.
        desk.page.keyboard.press("Alt+ArrowUp")
    expect(desk.page.locator("[data-rank-row]").first).to_have_attribute("data-name", "丙")
    desk.page.wait_for_load_state("networkidle")
    desk.page.keyboard.press("Alt+ArrowUp")
    desk.hears("已经排在最前")
    assert (stored(ranked), desk.names(), desk.faults) == ("丙甲乙", ["丙", "甲", "乙"], [])


def test_a_row_is_dragged_to_its_place(browser, live_server, ranked, district):
    desk = Desk(browser, live_server, district)
    start, end = desk.grip("甲").bounding_box(), desk.grip("丙").bounding_box()

    desk.page.mouse.move(start["x"] + 10, start["y"] + 10)
    desk.page.mouse.down()
    desk.page.mouse.move(end["x"] + 10, end["y"] + end["height"] + 10, steps=12)
    desk.page.mouse.up()
    desk.hears("《甲》现在排第 3")

    assert (stored(ranked), desk.names(), desk.faults) == ("乙丙甲", ["乙", "丙", "甲"], [])


def test_escape_gives_a_drag_up(browser, live_server, ranked, district):
    desk = Desk(browser, live_server, district)
    start, end = desk.grip("甲").bounding_box(), desk.grip("丙").bounding_box()

    desk.page.mouse.move(start["x"] + 10, start["y"] + 10)
    desk.page.mouse.down()
    desk.page.mouse.move(end["x"] + 10, end["y"] + end["height"] + 10, steps=12)
    desk.page.keyboard.press("Escape")
    desk.page.mouse.up()

    assert (desk.names(), stored(ranked)) == (["甲", "乙", "丙"], "甲乙丙")


def test_buttons_move_and_keep_the_focus(browser, live_server, ranked, district):
    desk = Desk(browser, live_server, district, width=375)

    desk.page.locator('[data-name="乙"] button:has-text("上移")').click()
    desk.hears("《乙》现在排第 1")

    assert stored(ranked) == "乙甲丙"
    assert desk.page.evaluate("document.activeElement.closest('tr').dataset.name") == "乙"


def test_a_colleague_was_first_and_the_page_shows_what_they_made(
    browser, live_server, ranked, district
):
    desk = Desk(browser, live_server, district)
    batch, area = ranked[0].batch, ranked[0].area
    now = order_of(batch, area)
    reorder(batch, area, now[::-1], seen=now, by=district, via=None)

    desk.grip("甲").focus()
    desk.page.keyboard.press("Alt+ArrowDown")

    expect(desk.page.locator("#notice-bar")).to_contain_text("另一位同志")
    desk.hears("没有保存")
    assert (desk.names(), stored(ranked)) == (["丙", "乙", "甲"], "丙乙甲")


def test_a_place_taken_is_counted_on_the_spot(browser, live_server, ranked, district):
    desk = Desk(browser, live_server, district)
    expect(desk.page.locator(".facts")).to_contain_text("3 / 4")

    desk.page.click("button:has-text('推荐丁')")

    expect(desk.page.locator(".facts")).to_contain_text("4 / 4")
    expect(desk.page.locator(".facts")).to_contain_text("已用完")
    desk.grip("丁").focus()
    desk.page.keyboard.press("Alt+ArrowUp")
    desk.hears("《丁》现在排第 3")
    assert (stored(ranked), desk.faults) == ("甲乙丁丙", [])


def test_a_place_that_somebody_took_meanwhile_is_refused_in_words(
    browser, live_server, ranked, district, unit
):
    desk = Desk(browser, live_server, district)
    other = ready_project(
        ranked[0].batch, UnitFactory(parent=unit.parent), status=ProjectStatus.DISTRICT_REVIEW
    )
    perform(other, "recommend", by=district)

    desk.page.click("button:has-text('推荐丁')")

    expect(desk.page.locator("#notice-bar")).to_contain_text("已全部用完")
    expect(desk.page.locator(".facts")).to_contain_text("4 / 4")


def test_without_scripts_the_buttons_do_it(browser, live_server, ranked, district):
    context = browser.new_context(java_script_enabled=False)
    client = Client()
    client.force_login(district)
    value = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + reverse("brands:desk"))

    assert not page.locator("[data-grip]").first.is_visible()
    page.click("text=上移丙")

    assert stored(ranked) == "甲丙乙"
