"""Scoring in a real Chromium: by keyboard, on a phone, with a sheet of 200 rows, and nothing lost."""

import io

import openpyxl
import pytest
from django.contrib.sessions.models import Session
from django.db import connections
from django.urls import reverse
from playwright.sync_api import expect

from reviews.models import Assignment, AssignmentStatus
from reviews.offline import sheet
from reviews.scoring import values_of
from tests.browsing import Visitor
from tests.factories.people import PASSWORD
from tests.factories.reviews import (
    GOOD_COMMENT,
    AssignmentFactory,
    EntryFactory,
    scores,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def assignment():
    return AssignmentFactory()


@pytest.fixture
def visit(browser, live_server):
    opened = []

    def come(user, **screen):
        visitor = Visitor(browser, live_server, user, **screen)
        opened.append(visitor)
        return visitor

    yield come
    for visitor in opened:
        visitor.context.close()
    connections.close_all()


def test_a_sheet_of_200_rows_goes_out_and_comes_back(visit, assignment, tmp_path):
    round, who = assignment.entry.round, assignment.reviewer
    for _ in range(199):
        AssignmentFactory(entry=EntryFactory(round=round), reviewer=who)
    visitor = visit(who)
    page = visitor.goes_to("reviews:desk")
    page.get_by_role("link", name="离线评分").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载评分表").click()
    path = tmp_path / "评分表.xlsx"
    download.value.save_as(path)

    book = openpyxl.load_workbook(path)
    table = book.active
    top = next(row for row in range(1, 10) if table.cell(row, 1).value == sheet.KEY)
    columns = {table.cell(top, c).value: c for c in range(1, table.max_column + 1)}
    given = scores(assignment, 0.8)
    titles = {sheet.heading(c): c.pk for c in round.rubric.criteria.all()}
    for row in range(top + 1, top + 201):
        for title, pk in titles.items():
            table.cell(row, columns[title]).value = float(given[pk])
        table.cell(row, columns[sheet.COMMENT]).value = GOOD_COMMENT
    content = io.BytesIO()
    book.save(content)

    page.set_input_files(
        "input[type=file]",
        {
            "name": "评分表.xlsx",
            "mimeType": "application/octet-stream",
            "buffer": content.getvalue(),
        },
    )
    page.get_by_role("button", name="上传并核对").click()
    expect(page.get_by_text("更新 200 项")).to_be_visible()
    page.get_by_label("填写完整的 200 项同时提交").check()
    page.get_by_role("button", name="确认采用").click()
    expect(page.get_by_text("已保存200项评分，其中200项已提交")).to_be_visible()
    done = Assignment.objects.filter(reviewer=who, status=AssignmentStatus.SUBMITTED)
    assert done.count() == 200
    assert set(done.values_list("total", flat=True)) == {sum(given.values())}
    assert visitor.faults == []


def test_a_review_is_given_by_keyboard_alone(visit, assignment):
    """From the desk's first link to the confirmation: no mouse."""
    page = visit(assignment.reviewer).goes_to("reviews:desk")
    page.get_by_role("link", name="开始评审").focus()
    page.keyboard.press("Enter")
    page.locator("[data-score-row] input").first.focus()
    given = scores(assignment, 0.8)
    for value in given.values():
        page.keyboard.type(str(value))
        page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_attribute("id", "id_comment")
    page.keyboard.type(GOOD_COMMENT)
    expect(page.get_by_text("各项均已评分")).to_be_visible()
    for _ in range(4):
        page.keyboard.press("Tab")
        if page.locator(":focus").inner_text() == "提交评分":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="提交对")).to_be_visible()
    page.get_by_role("button", name="确认提交").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("评分已提交")).to_be_visible()
    assignment.refresh_from_db()
    assert assignment.total == sum(given.values())


def test_a_review_is_given_on_a_phone(visit, assignment):
    screen = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
    page = visit(assignment.reviewer, **screen).goes_to("reviews:review", assignment.pk)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 360
    for pk, value in scores(assignment, 0.9).items():
        page.locator(f"#id_score_{pk}").fill(str(value))
    page.locator("#id_comment").fill(GOOD_COMMENT)
    button = page.get_by_role("button", name="提交评分")
    box = button.bounding_box()
    assert box["height"] >= 44
    assert box["x"] + box["width"] <= 360
    button.tap()
    page.get_by_role("button", name="确认提交").tap()
    expect(page.get_by_text("评分已提交")).to_be_visible()


class Judge(Visitor):
    """A reviewer with one score sheet open."""

    def __init__(self, browser, live_server, assignment):
        super().__init__(browser, live_server, assignment.reviewer)
        self.assignment = assignment
        self.first = assignment.entry.round.rubric.criteria.first()
        self.open()

    def open(self):
        self.goes_to("reviews:review", self.assignment.pk)

    def gives(self, points):
        self.page.fill(f"#id_score_{self.first.pk}", points)

    def shows(self):
        return self.page.input_value(f"#id_score_{self.first.pk}")

    def is_told(self, words):
        expect(self.page.locator("[data-autosave-status]")).to_contain_text(words)

    def stored(self):
        value = values_of(self.assignment).get(self.first.pk)
        return None if value is None else str(value)

    def kept(self):
        keys = "Object.keys(localStorage).filter(key => key.startsWith('yipin:draft:'))"
        return len(self.page.evaluate(keys))


@pytest.fixture
def judge(browser, live_server, assignment):
    one = Judge(browser, live_server, assignment)
    yield one
    one.context.close()
    connections.close_all()


def test_what_is_given_saves_itself(judge):
    judge.gives("9.5")
    assert judge.kept() == 1
    judge.is_told("已自动保存")
    assert (judge.stored(), judge.kept()) == ("9.5", 0)
    judge.gives("8")
    judge.page.click("text=保存草稿")
    expect(judge.page.get_by_text("草稿已保存")).to_be_visible()
    assert judge.stored() == "8.0"
    assert judge.faults == []


def test_what_cannot_stand_is_kept_and_said(judge):
    judge.gives("99")
    judge.is_told("尚未保存")
    judge.is_told("应在0到")
    assert (judge.stored(), judge.kept()) == (None, 1)
    judge.gives("9")
    judge.is_told("已自动保存")
    assert (judge.stored(), judge.kept()) == ("9.0", 0)


def test_a_session_that_ends_while_scoring_is_renewed_in_place(judge):
    Session.objects.all().delete()
    judge.gives("7.5")
    expect(judge.page.locator("#sign-in")).to_be_visible()
    assert judge.stored() is None
    judge.page.fill("#sign-in-password", PASSWORD)
    judge.page.locator("#sign-in").get_by_role("button", name="登录", exact=True).click()
    judge.is_told("已自动保存")
    assert judge.stored() == "7.5"


def test_a_network_that_comes_back_is_tried_again(judge):
    judge.context.set_offline(True)
    judge.gives("6.5")
    judge.is_told("未能保存")
    judge.is_told("内容保存在本机")
    judge.context.set_offline(False)
    judge.is_told("已自动保存")
    assert judge.stored() == "6.5"


def test_an_answer_that_is_lost_is_no_conflict_with_oneself(judge):
    address = "**" + reverse("reviews:review", args=[judge.assignment.pk])
    judge.page.route(address, lambda route: (route.fetch(), route.abort()))
    judge.gives("5.5")
    judge.is_told("未能保存")
    assert judge.stored() == "5.5"
    judge.page.unroute(address)
    judge.page.get_by_role("button", name="现在再试").click()
    judge.is_told("已自动保存")


def test_the_copy_of_a_killed_page_is_offered(judge):
    judge.context.set_offline(True)
    judge.gives("4.5")
    judge.is_told("内容保存在本机")
    judge.page.close(run_before_unload=False)
    judge.context.set_offline(False)
    judge.open()
    assert judge.shows() == ""
    judge.is_told("本机有一份未保存的评分")
    judge.page.get_by_role("button", name="恢复").click()
    judge.is_told("已自动保存")
    assert judge.stored() == "4.5"


def test_saved_in_another_window_nothing_is_written_over(judge, browser, live_server):
    other = Judge(browser, live_server, judge.assignment)
    other.gives("3")
    other.is_told("已自动保存")
    judge.gives("2")
    judge.is_told("已在别处保存过")
    judge.is_told("内容保存在本机")
    assert judge.stored() == "3.0"
    other.context.close()
