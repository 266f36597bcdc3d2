"""The page of a section in a real browser: it saves itself, and nothing that was typed is lost."""

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connections
from playwright.sync_api import expect

from brands.forms.spec import value_of
from brands.models import Project
from brands.services.saving import save_fields
from foundation.workflow.engine import perform
from schools.models import OrganisationKind, Role, Tier
from tests.browsing import Visitor
from tests.factories.brands import open_batch, ready_project
from tests.factories.people import PASSWORD, person
from tests.factories.schools import UnitFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KEPT = "Object.keys(localStorage).filter(key => key.startsWith('yipin:draft:'))"


class Writer(Visitor):
    """Somebody with the first section open."""

    def __init__(self, browser, live_server, project, user, section="basics"):
        super().__init__(browser, live_server, user)
        self.project, self.section = project, section
        self.open()

    def writes_and_is_killed(self, text):
        """Nothing can be saved, not even while the page closes: the session is over."""
        Session.objects.all().delete()
        self.types("slogan", text)
        self.asks("sign-in")
        self.page.close(run_before_unload=False)
        self.sign_in()

    def open(self):
        self.goes_to("brands:project-section", self.project.pk, self.section)

    def types(self, name, text):
        self.page.fill(f"main [name='{name}']", text)

    def shows(self, name):
        return self.page.input_value(f"main [name='{name}']")

    def is_told(self, words):
        expect(self.page.locator("[data-autosave-status]")).to_contain_text(words)

    def asks(self, name):
        dialog = self.page.locator("#sign-in" if name == "sign-in" else f"#autosave-{name}")
        expect(dialog).to_be_visible()
        return dialog

    def kept(self):
        return self.page.evaluate(KEPT)


@pytest.fixture
def writes(browser, live_server, project):
    yield lambda user: Writer(browser, live_server, project, user)
    # Beside the browser's event loop Django opens connections of its own; nobody else ends them.
    connections.close_all()


def _stored(project, key):
    return value_of(Project.objects.get(pk=project.pk), key)


def test_what_is_typed_saves_itself(writes, project, staff):
    me = writes(staff)

    me.types("slogan", "一句新的口号")
    assert len(me.kept()) == 1
    me.is_told("已自动保存")

    assert _stored(project, "slogan") == "一句新的口号"
    assert me.kept() == []
    me.page.reload()
    assert me.shows("slogan") == "一句新的口号"
    me.types("summary", "按下按钮时还没有保存的话")
    me.page.click("text=保存并继续")
    me.page.wait_for_url("**/sections/meaning/")
    assert _stored(project, "summary") == "按下按钮时还没有保存的话"
    assert (me.kept(), me.faults) == ([], [])


def test_what_is_too_long_is_kept_and_said(writes, project, staff):
    me = writes(staff)
    before = _stored(project, "slogan")

    me.types("slogan", "字" * 31)
    me.is_told("内容保存在本机")

    expect(me.page.locator("#div_id_slogan")).to_contain_text("超过30字的限制")
    assert (_stored(project, "slogan"), len(me.kept())) == (before, 1)
    me.types("slogan", "字" * 30)
    me.is_told("已自动保存")
    assert (_stored(project, "slogan"), me.kept()) == ("字" * 30, [])


def test_two_people_write_different_fields_and_both_persist(writes, project, secretary, staff):
    one, other = writes(secretary), writes(staff)

    one.types("slogan", "书记的口号")
    one.is_told("已自动保存")
    other.types("summary", "职员的介绍")
    other.is_told("已自动保存")

    assert (_stored(project, "slogan"), _stored(project, "summary")) == ("书记的口号", "职员的介绍")
    assert not other.page.locator("dialog[open]").count()


@pytest.mark.parametrize(
    ("button", "result"), [("用我的", "职员的口号"), ("用对方的", "书记的口号")]
)
def test_two_people_write_one_field_and_one_text_is_chosen(
    writes, project, secretary, staff, button, result
):
    one, other = writes(secretary), writes(staff)
    one.types("slogan", "书记的口号")
    one.is_told("已自动保存")

    other.types("slogan", "职员的口号")
    asked = other.asks("conflict")
    for words in ("品牌口号", "书记的口号", "职员的口号", secretary.name):
        expect(asked).to_contain_text(words)
    assert _stored(project, "slogan") == "书记的口号"
    asked.get_by_role("button", name=button).click()

    other.is_told("已自动保存")
    assert (_stored(project, "slogan"), other.shows("slogan"), other.kept()) == (result, result, [])


def test_session_that_ends_while_typing_is_renewed_in_place(writes, project, staff):
    me = writes(staff)
    Session.objects.all().delete()

    me.types("slogan", "登录过期时写的")
    asked = me.asks("sign-in")
    me.page.fill("#sign-in-password", "wrong")
    asked.get_by_role("button", name="登录", exact=True).click()
    expect(asked).to_contain_text("密码不正确")
    assert len(me.kept()) == 1
    me.page.fill("#sign-in-password", PASSWORD)
    me.page.keyboard.press("Enter")

    me.is_told("已自动保存")
    assert (me.shows("slogan"), _stored(project, "slogan")) == ("登录过期时写的",) * 2
    me.page.click("text=保存并继续")
    me.page.wait_for_url("**/sections/meaning/")


def test_half_an_hour_without_a_word_is_warned_of_and_then_asks_in_place(writes, project, staff):
    me = writes(staff)
    me.page.clock.install()
    me.page.reload()

    me.page.clock.fast_forward("25:30")
    expect(me.page.locator("body")).to_contain_text("分钟后将自动退出登录")
    me.types("slogan", "过期前写的")
    me.page.clock.run_for(3_000)
    me.is_told("已自动保存")
    me.page.clock.fast_forward("31:00")

    me.asks("sign-in")
    assert me.faults == []


def test_guessing_in_the_dialogue_is_stopped_and_the_text_stays(writes, project, staff):
    me = writes(staff)
    Session.objects.all().delete()
    me.types("slogan", "锁定时写的")
    asked = me.asks("sign-in")

    for _ in range(settings.AXES_FAILURE_LIMIT):
        expect(asked).not_to_contain_text("正在登录")
        me.page.fill("#sign-in-password", "wrong")
        asked.get_by_role("button", name="登录", exact=True).click()
        expect(asked.locator("[data-error]")).to_contain_text("密码")

    expect(asked).to_contain_text("密码连续输错")
    expect(asked).to_contain_text("内容仍在本页")
    assert (me.shows("slogan"), len(me.kept())) == ("锁定时写的", 1)


def test_pressing_save_after_the_session_ended_loses_nothing(writes, project, staff):
    me = writes(staff)
    Session.objects.all().delete()

    me.types("slogan", "还没有自动保存就按了")
    me.page.click("text=保存草稿")
    me.asks("sign-in")
    me.page.fill("#sign-in-password", PASSWORD)
    me.page.keyboard.press("Enter")

    me.is_told("已自动保存")
    assert _stored(project, "slogan") == "还没有自动保存就按了"


@pytest.mark.parametrize(("button", "result"), [("恢复", "未保存的"), ("丢弃", "")])
def test_copy_of_a_killed_page_is_offered(writes, project, staff, button, result):
    save_fields(project, {"slogan": ""}, versions={}, by=staff)
    me = writes(staff)

    me.writes_and_is_killed("未保存的")
    me.open()
    asked = me.asks("restore")
    expect(asked).to_contain_text("未保存的")
    asked.get_by_role("button", name=button).click()

    if result:
        me.is_told("已自动保存")
    assert (me.shows("slogan"), _stored(project, "slogan"), me.kept()) == (result, result, [])


def test_copy_does_not_write_over_what_came_since(writes, project, staff, secretary):
    me = writes(staff)

    me.writes_and_is_killed("未保存的")
    save_fields(project, {"slogan": "后来别人写的"}, versions={}, by=secretary)
    me.open()
    me.asks("restore").get_by_role("button", name="恢复").click()

    expect(me.asks("conflict")).to_contain_text("后来别人写的")
    assert _stored(project, "slogan") == "后来别人写的"


def test_network_that_comes_back_is_tried_again(writes, project, staff):
    me = writes(staff)
    me.context.set_offline(True)
    me.types("slogan", "断网时写的")
    me.is_told("未能保存，内容保存在本机")
    me.context.set_offline(False)

    me.is_told("已自动保存")
    assert _stored(project, "slogan") == "断网时写的"


def test_answer_that_is_lost_is_no_conflict_with_oneself(writes, project, staff):
    me = writes(staff)
    address = "**/autosave/"
    me.page.route(address, lambda route: (route.fetch(), route.abort()))
    me.types("slogan", "答复丢失")
    me.is_told("未能保存")
    me.page.unroute(address)
    me.types("slogan", "答复丢失之后又写")

    me.is_told("已自动保存")
    assert _stored(project, "slogan") == "答复丢失之后又写"


def test_table_is_one_field_with_the_rows_that_were_added(browser, live_server, writes, unit):
    branch = UnitFactory(parent=unit, tier=Tier.BRANCH, kind=OrganisationKind.BRANCH)
    project = ready_project(open_batch("organ_project"), branch)
    me = Writer(browser, live_server, project, person(Role.SECRETARY, branch), section="plan")
    for _ in range(2):
        me.page.click("text=添加一行")

    me.types("schedule-4-task", "总结")
    me.is_told("已自动保存")

    assert [row["task"] for row in _stored(project, "schedule")] == ["任务示例", "总结"]
    assert project.edits == {}
    assert list(Project.objects.get(pk=project.pk).edits) == ["schedule"]


def test_submitted_meanwhile_keeps_the_text(writes, project, staff, secretary):
    me = writes(staff)
    perform(project, "submit", by=secretary)

    me.types("slogan", "迟到的话")

    me.is_told("已提交")
    assert len(me.kept()) == 1
    me.page.click("text=保存草稿")
    assert me.shows("slogan") == "迟到的话"


def test_signing_out_takes_the_copies_away(writes, project, staff):
    me = writes(staff)
    me.types("slogan", "字" * 31)
    me.is_told("内容保存在本机")
    me.page.on("dialog", lambda dialog: dialog.accept())

    me.page.click(".topbar .dropdown-toggle")
    me.page.click("text=退出登录")
    me.page.wait_for_url("**/account/login/")

    assert me.kept() == []
