"""The State Council's notice as it is pasted; the sentences of 2026 are those of the real one."""

from datetime import date

import pytest
from django.urls import reverse

from foundation.audit.models import AuditEvent
from foundation.workdays.models import CalendarDay
from foundation.workdays.notice import read
from foundation.workdays.services import is_published, is_workday
from schools.models import Role
from tests.factories.people import person
from tests.factories.schools import RootFactory

PAGE = "dashboard:calendar-notice"
OF_2026 = """国务院办公厅关于2026年部分节假日安排的通知
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
"""
LINES = """2027-01-01 至 2027-01-03，元旦，放假
2027/10/1-10/7\t国庆节\t放假
2027年10月9日 国庆节 上班"""


def test_the_sentences_of_the_notice_are_read():
    notice = read(OF_2026, 2026)

    assert notice.refusals == []
    assert notice.skipped == ["国务院办公厅关于2026年部分节假日安排的通知"]
    assert notice.lacking() == []
    off = [one for one in notice.days if one.kind == "off"]
    work = {str(one.day): one.name for one in notice.days if one.kind == "work"}
    assert len(off) == 3 + 9 + 3 + 5 + 3 + 3 + 7
    assert work == {
        "2026-01-04": "元旦", "2026-02-14": "春节", "2026-02-28": "春节", "2026-05-09": "劳动节",
        "2026-09-20": "国庆节", "2026-10-10": "国庆节",
    }  # fmt: skip


def test_lines_of_a_table_are_read():
    notice = read(LINES, 2027)

    assert notice.refusals == []
    assert [str(one.day) for one in notice.days][:3] == ["2027-01-01", "2027-01-02", "2027-01-03"]
    assert len(notice.days) == 3 + 7 + 1
    assert (notice.days[-1].kind, notice.days[-1].name) == ("work", "国庆节")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("元旦：1月1日（周四）放假", "2027年1月1日是周五，不是周四"),
        ("元旦：1月1日至3日放假，共4天。", "写着共4天，列出的日期是3天"),
        ("2月30日 春节 放假", "没有2027年2月30日这一天"),
        ("1月3日至1日 元旦 放假", "早于2027年1月3日"),
        ("1月1日至3月1日 元旦 放假", "超过31天"),
        ("1月1日 元旦", "没有写“放假”或“上班”"),
        ("元旦放假", "前面没有日期"),
        ("1月1日 元旦 放假\n1月1日 元旦 上班", "2027年1月1日写了两次"),
        ("什么也没有", "没有找到日期"),
    ],
)
def test_what_does_not_fit_together_is_refused_by_its_line(line, said):
    refusals = read(line, 2027).refusals

    assert any(said in refusal for refusal in refusals), refusals


@pytest.mark.django_db
class TestPage:
    @pytest.fixture
    def staff(self, client, at):
        at("2026-12-01 09:00")
        client.force_login(person(Role.BUREAU, RootFactory()))
        return client

    def typed(self, **fields):
        return {"year": 2027, "source": "国办发明电〔2026〕7号", "text": LINES} | fields

    def test_preview_keeps_nothing_and_confirming_keeps_all(self, staff):
        CalendarDay.objects.create(date=date(2027, 1, 1), kind="work", source="x")
        before = CalendarDay.objects.count()

        page = staff.post(reverse(PAGE), self.typed())

        assert [row["label"] for row in page.context["rows"]][:2] == ["改动", "新增"]
        assert CalendarDay.objects.count() == before
        assert staff.post(reverse(PAGE), self.typed(confirm="1")).status_code == 302
        assert staff.post(reverse(PAGE), self.typed(confirm="1")).status_code == 302
        assert CalendarDay.objects.filter(date__year=2027).count() == 11
        assert is_published(2027)
        assert is_workday(date(2027, 10, 9))
        assert AuditEvent.objects.filter(action="calendar_changed").count() == 2

    def test_one_wrong_line_keeps_nothing(self, staff):
        text = f"{LINES}\n2月30日 春节 放假"

        page = staff.post(reverse(PAGE), self.typed(text=text, confirm="1"))

        assert "第4行：没有2027年2月30日这一天" in page.text
        assert not CalendarDay.objects.filter(date__year=2027).exists()

    def test_going_back_keeps_what_was_typed(self, staff):
        page = staff.post(reverse(PAGE), self.typed(again="1"))

        assert "国庆节" in page.context["form"]["text"].value()
        assert not CalendarDay.objects.filter(date__year=2027).exists()

    def test_others_may_not(self, client):
        client.force_login(person(Role.LEADER, RootFactory()))

        assert client.post(reverse(PAGE), self.typed(confirm="1")).status_code == 403

    @pytest.mark.parametrize(("day", "count"), [("2026-11-30", 0), ("2026-12-01", 1)])
    def test_in_december_the_first_page_asks_for_it(self, staff, at, day, count):
        at(f"{day} 09:00")
        staff.force_login(person(Role.BUREAU, RootFactory()))
        tasks = staff.get(reverse("dashboard:home")).context["tasks"]
        assert sum("放假安排" in task.name for task in tasks) == count

        staff.post(reverse(PAGE), self.typed(confirm="1"))

        tasks = staff.get(reverse("dashboard:home")).context["tasks"]
        assert not [task for task in tasks if "放假安排" in task.name]
