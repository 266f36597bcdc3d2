"""Each page: whose, who may, what state, what input, how many queries."""

import io
from decimal import Decimal

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from checkups.models import Answer, Checkup, Rectification
from foundation.audit.models import AuditEvent
from foundation.workflow.engine import perform
from schools.models import Role
from tests.factories.checkups import (
    ZERO,
    RectificationFactory,
    answer_all,
    checkup_of,
    open_cycle,
    submitted,
)
from tests.factories.people import AppointmentFactory, person
from tests.factories.schools import UnitFactory
from tests.moving import drawn

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"checkups:{name}", args=args)


def text(response):
    return response.content.decode()


def group_data(checkup, **changed):
    """A complete group A as the page would post it."""
    data = {
        "revision": checkup.revision,
        "A1-number": "1",
        "A1-target": "1",
        "A2-grade": "good",
        "A3-achieved": "True",
        "A4-rate": "95.5",
    }
    return data | changed


@pytest.fixture
def rectification(city):
    submitted(city.checkup, city.secretary, G1=ZERO["R"])
    perform(city.checkup, "review", by=city.district)
    return Rectification.objects.get()


class TestAccess:
    GETS = ["checkup", "checkup-group", "checkup-check"]

    def args(self, name, checkup):
        return (checkup.pk, "A") if name == "checkup-group" else (checkup.pk,)

    @pytest.mark.parametrize(
        "name", ["checkups", "matrix", "rectifications", "rectifications-export"]
    )
    def test_needs_a_login(self, client, name):
        assert client.get(url(name)).status_code == 302

    @pytest.mark.parametrize("name", GETS)
    def test_foreign_check_is_not_found(self, client, city, name):
        for who in (
            city.foreign_secretary,
            city.foreign_district,
            city.auditor,
            city.reviewer,
            city.admin,
        ):
            client.force_login(who)
            response = client.get(url(name, *self.args(name, city.checkup)))
            assert response.status_code == 404, who.name

    @pytest.mark.parametrize("name", ["checkup-group", "checkup-check"])
    def test_levels_above_see_but_do_not_fill(self, client, city, name):
        for who in (city.district, city.bureau, city.leader):
            client.force_login(who)
            assert client.get(url(name, *self.args(name, city.checkup))).status_code == 403

    def test_cycle_of_nobody_is_not_found(self, client, city):
        client.force_login(city.auditor)
        assert client.get(url("cycle", city.checkup.cycle_id)).status_code == 404

    def test_unknown_group_or_move_is_not_found(self, client, city):
        client.force_login(city.secretary)
        assert client.get(url("checkup-group", city.checkup.pk, "Z")).status_code == 404
        assert client.post(url("checkup-transition", city.checkup.pk, "zzz")).status_code == 404
        assert client.get(url("checkup-transition", city.checkup.pk, "submit")).status_code == 405

    def test_nobody_performs_the_systems_own_move(self, client, city):
        client.force_login(city.secretary)
        assert client.post(url("checkup-transition", city.checkup.pk, "close")).status_code == 403

    def test_draft_answers_are_the_schools_own(self, client, city):
        answer_all(city.checkup, A3={"achieved": True, "evidence": "机密草稿"})
        client.force_login(city.district)
        assert "机密草稿" not in text(client.get(url("checkup", city.checkup.pk)))
        perform(city.checkup, "submit", by=city.secretary)
        assert "机密草稿" in text(client.get(url("checkup", city.checkup.pk)))


class TestFill:
    def test_page_marks_what_the_system_filled_in(self, client, city):
        city.unit.term_ends_on = "2028-06-30"
        city.unit.save()
        client.force_login(city.secretary)

        detail = text(client.get(url("checkup", city.checkup.pk)))
        group = text(client.get(url("checkup-group", city.checkup.pk, "B")))

        assert "1 项已由系统预填，待确认" in detail
        assert "本届届满2028年6月30日" in group
        assert not Answer.objects.exists()

    def test_title_keeps_its_words_apart(self, client, city):
        client.force_login(city.staff)

        page = text(client.get(url("checkup-group", city.checkup.pk, "A")))

        assert "<title>填报：A 政治建设（2026年第三季度）" in page

    def test_figures_are_prefilled_without_needless_zeros(self, client, city):
        client.force_login(city.staff)
        group = url("checkup-group", city.checkup.pk, "A")

        empty = client.get(group).context["forms"][0]
        client.post(group, group_data(city.checkup))
        filled = {form.indicator.code: form for form in client.get(group).context["forms"]}

        assert 'value="1"' in str(empty["target"])
        assert 'value="1"' in str(filled["A1"]["number"])
        assert 'value="95.5"' in str(filled["A4"]["rate"])

    def test_saves_a_group(self, client, city):
        client.force_login(city.staff)

        response = client.post(
            url("checkup-group", city.checkup.pk, "A"), group_data(city.checkup, next="1")
        )

        assert response["Location"] == url("checkup-group", city.checkup.pk, "B")
        answers = {a.indicator.code: a for a in Answer.objects.select_related("indicator")}
        assert set(answers) == {"A1", "A2", "A3", "A4"}
        assert (answers["A4"].rate, answers["A4"].ratio) == (Decimal("95.50"), Decimal("0.9550"))
        assert answers["A3"].achieved is True
        city.checkup.refresh_from_db()
        assert (city.checkup.revision, city.checkup.version) == (1, 0)

    def test_a_draft_may_be_partial_and_stays_unanswered(self, client, city):
        client.force_login(city.secretary)

        client.post(
            url("checkup-group", city.checkup.pk, "A"),
            {"revision": 0, "A3-achieved": "False", "A1-target": "1"},
        )

        assert [a.indicator.code for a in Answer.objects.all()] == ["A3"]
        assert "已填 1/4" in text(client.get(url("checkup", city.checkup.pk)))

    def test_emptied_answer_is_no_answer(self, client, city):
        answer_all(city.checkup)
        client.force_login(city.secretary)

        client.post(url("checkup-group", city.checkup.pk, "A"), {"revision": 0})

        assert not Answer.objects.filter(indicator__group="A").exists()
        assert Answer.objects.count() == 27

    @pytest.mark.parametrize(
        ("changed", "said"),
        [
            ({"A4-rate": "101"}, "完成率"),
            ({"A4-rate": "abc"}, "完成率"),
            ({"A1-number": "-1"}, "完成数"),
            ({"A1-target": "0.5"}, "目标数不能低于标准要求的1"),
            ({"A1-target": ""}, "请填写目标数"),
            ({"A3-not_applicable": "on"}, "选择“不适用”须写明原因"),
            ({"A2-grade": "best"}, "自评等次"),
        ],
    )
    def test_bad_input_is_told_and_nothing_typed_is_lost(self, client, city, changed, said):
        client.force_login(city.secretary)
        data = group_data(city.checkup, **{"A2-evidence": "我写的佐证"}, **changed)

        response = client.post(url("checkup-group", city.checkup.pk, "A"), data)

        assert response.status_code == 200
        assert said in text(response)
        assert "我写的佐证" in text(response)
        assert not Answer.objects.exists()

    def test_stale_page_keeps_what_was_typed(self, client, city):
        Checkup.objects.filter(pk=city.checkup.pk).update(revision=5)
        client.force_login(city.secretary)
        data = group_data(city.checkup, **{"A2-evidence": "我写的佐证"})

        response = client.post(url("checkup-group", city.checkup.pk, "A"), data)

        assert response.status_code == 409
        assert "我写的佐证" in text(response)
        assert 'name="revision" value="5"' in text(response)
        assert not Answer.objects.exists()

    def test_prefilled_is_confirmed_with_its_source_and_corrected_with_a_reason(self, client, city):
        city.unit.term_ends_on = "2028-06-30"
        city.unit.save()
        client.force_login(city.secretary)
        page = url("checkup-group", city.checkup.pk, "B")

        client.post(page, {"revision": 0, "B1-achieved": "True"})
        assert "2028年6月30日" in Answer.objects.get().prefilled_from

        refused = client.post(
            page, {"revision": 1, "B1-achieved": "False", "B1-red_line_hit": "False"}
        )
        assert "请说明更正的原因" in text(refused)
        client.post(
            page,
            {
                "revision": 1,
                "B1-achieved": "False",
                "B1-red_line_hit": "False",
                "B1-reason": "登记有误",
            },
        )
        answer = Answer.objects.get()
        assert (answer.prefilled_from, answer.achieved, answer.red_line_hit) == ("", False, False)

    def test_failed_red_line_must_say_whether_it_is_one(self, client, city):
        client.force_login(city.secretary)
        page = url("checkup-group", city.checkup.pk, "F")

        refused = client.post(page, {"revision": 0, "F2-achieved": "False", "F3-achieved": "False"})
        assert "请选择是否属于红线情形" in text(refused)
        client.post(
            page,
            {
                "revision": 0,
                "F2-achieved": "False",
                "F2-red_line_hit": "False",
                "F3-achieved": "False",
            },
        )

        hits = dict(Answer.objects.values_list("indicator__code", "red_line_hit"))
        assert hits == {"F2": False, "F3": True}

    def test_red_line_is_never_not_applicable(self, client, city):
        client.force_login(city.secretary)

        client.post(
            url("checkup-group", city.checkup.pk, "F"),
            {"revision": 0, "F3-not_applicable": "on", "F3-reason": "没有"},
        )

        assert not Answer.objects.filter(not_applicable=True).exists()

    def test_not_after_submitting(self, client, city):
        submitted(city.checkup, city.secretary)
        client.force_login(city.secretary)

        response = client.post(url("checkup-group", city.checkup.pk, "A"), group_data(city.checkup))

        assert response.status_code == 409

    def test_foreign_fields_change_nothing(self, client, city):
        client.force_login(city.secretary)
        extra = {
            "status": "closed", "score": "100", "colour": "green", "organisation": city.foreign.pk,
            "submitted_at": "2026-01-01", "A1-ratio": "1", "A1-checkup": city.foreign_checkup.pk,
            "A3-prefilled_from": "x", "version": "9", "late_submitted": "0",
        }  # fmt: skip

        client.post(url("checkup-group", city.checkup.pk, "A"), group_data(city.checkup, **extra))

        city.checkup.refresh_from_db()
        assert (city.checkup.status, city.checkup.score, city.checkup.colour) == ("open", None, "")
        assert city.checkup.submitted_at is None
        assert city.checkup.organisation == city.unit
        assert set(Answer.objects.values_list("checkup", flat=True)) == {city.checkup.pk}
        assert set(Answer.objects.values_list("prefilled_from", flat=True)) == {""}


class TestSubmitAndReview:
    def test_check_page_says_what_is_missing_then_offers_to_submit(self, client, city):
        client.force_login(city.secretary)
        assert "还有31项未填报" in text(client.get(url("checkup-check", city.checkup.pk)))
        answer_all(city.checkup)

        page = text(client.get(url("checkup-check", city.checkup.pk)))

        assert "提交后由区（市）教育工委审核" in page
        assert 'name="revision" value="0"' in page

    def test_staff_see_the_check_page_but_cannot_submit(self, client, city):
        answer_all(city.checkup)
        client.force_login(city.staff)

        assert "只有本单位党组织书记" in text(client.get(url("checkup-check", city.checkup.pk)))
        response = client.post(url("checkup-transition", city.checkup.pk, "submit"))
        assert response.status_code == 403

    def test_submit_and_review(self, client, city):
        answer_all(city.checkup)
        client.force_login(city.secretary)
        client.post(
            url("checkup-transition", city.checkup.pk, "submit"), {"version": 0, "revision": 0}
        )
        client.force_login(city.district)
        assert "审核通过" in text(client.get(url("checkup", city.checkup.pk)))

        client.post(url("checkup-transition", city.checkup.pk, "review"), {"version": 1})

        city.checkup.refresh_from_db()
        assert (city.checkup.status, city.checkup.colour) == ("closed", "green")
        page = text(client.get(url("checkup", city.checkup.pk)))
        assert "绿灯" in page

    def test_facts_say_when_it_was_filed_or_by_when_it_is_awaited(self, client, city, at):
        def facts():
            page = text(client.get(url("checkup", city.checkup.pk)))
            return page[page.index('<dl class="facts">') : page.index("已填报")]

        client.force_login(city.secretary)
        assert "个工作日</time>" in facts()
        submitted(city.checkup, city.secretary)
        assert "按时提交" in facts()
        assert "已完成" not in facts()
        perform(city.checkup, "return", by=city.district, note="请补充")
        assert "个工作日</time>" in facts()
        at("2026-11-24 10:00")
        assert "请尽快重新提交" in facts()
        perform(city.checkup, "submit", by=city.secretary)
        assert "按时提交" in facts()

    def test_stale_version_is_a_conflict(self, client, city):
        submitted(city.checkup, city.secretary)
        client.force_login(city.district)

        response = client.post(url("checkup-transition", city.checkup.pk, "review"), {"version": 0})

        assert response.status_code == 409
        city.checkup.refresh_from_db()
        assert city.checkup.status == "submitted"


class TestLists:
    def test_school_sees_only_its_own(self, client, city):
        client.force_login(city.secretary)

        response = client.get(url("checkups"))

        assert list(response.context["page"]) == [city.checkup]
        assert "填报2026年第三季度体检" in text(response)

    def test_levels_above_see_quarters(self, client, city):
        client.force_login(city.district)

        assert list(client.get(url("checkups")).context["page"]) == [city.checkup.cycle]

    @pytest.mark.parametrize("name", ["cycle", "matrix", "rectifications"])
    def test_only_who_sees_several_areas_is_asked_for_one(self, client, city, name):
        page = url(name, *([city.checkup.cycle_id] if name == "cycle" else []))

        def offered(user):
            client.force_login(user)
            return 'name="area"' in text(client.get(page))

        assert offered(city.bureau)
        assert not offered(city.district)
        assert not offered(city.secretary)
        AppointmentFactory(user=city.district, role=Role.DISTRICT, organisation=city.foreign.parent)
        assert offered(city.district)

    def test_cycle_shows_a_district_its_own(self, client, city):
        client.force_login(city.district)

        response = client.get(url("cycle", city.checkup.cycle_id))

        assert list(response.context["page"]) == [city.checkup]
        assert response.context["totals"]["all"] == 1

    def test_cycle_filters_and_lists(self, client, city, at):
        submitted(city.checkup, city.secretary)
        perform(city.checkup, "review", by=city.district)
        at("2026-10-21 10:00")
        client.force_login(city.bureau)
        page = url("cycle", city.checkup.cycle_id)

        def found(**query):
            return list(client.get(page, query).context["page"])

        assert len(found()) == 3
        assert found(colour="green") == [city.checkup]
        assert set(found(status="overdue")) == {city.foreign_checkup, city.direct_checkup}
        assert found(area=city.foreign.area_id) == [city.foreign_checkup]
        assert found(q=city.unit.school.name) == [city.checkup]
        assert len(found(status="nonsense", area="x", colour="blue", page="zzz")) == 3

    def test_no_ranking_of_schools(self, client, city):
        client.force_login(city.bureau)

        for page in (url("cycle", city.checkup.cycle_id), url("matrix")):
            assert "排名" not in text(client.get(page))
            assert "名次" not in text(client.get(page))

    def test_matrix_has_the_quarters_that_one_sees_a_check_of(self, client, city):
        """A school that joined later is told nothing of the quarters before it."""
        Checkup.objects.filter(organisation=city.unit).delete()
        for who, quarters in ((city.bureau, ["2026Q3"]), (city.secretary, [])):
            client.force_login(who)
            assert client.get(url("matrix")).context["columns"] == quarters

    def test_matrix_has_words_beside_letters(self, client, city):
        submitted(city.checkup, city.secretary)
        perform(city.checkup, "review", by=city.district)
        client.force_login(city.bureau)

        response = client.get(url("matrix"))

        cells = {row["label"]: row["cells"][0]["letter"] for row in response.context["rows"]}
        assert cells[city.unit.short] == "绿"
        assert "绿灯，列入激励名单" in text(response)

    @pytest.mark.parametrize("name", ["checkups", "cycle", "matrix", "rectifications"])
    @pytest.mark.parametrize("who", ["secretary", "district", "bureau"])
    def test_queries_are_few_and_flat(self, client, city, django_assert_max_num_queries, name, who):
        args = [city.checkup.cycle_id] if name == "cycle" else []
        most = 10 if name in ("cycle", "matrix") else 8
        RectificationFactory(organisation=city.unit)
        client.force_login(getattr(city, who))
        with django_assert_max_num_queries(most):
            client.get(url(name, *args))
        for _ in range(3):
            RectificationFactory(organisation=city.unit)
            UnitFactory(parent=city.area)
        open_cycle()
        checkup_of(city.unit, 2026, 2)

        with django_assert_max_num_queries(most):
            client.get(url(name, *args))

    def test_detail_queries_are_few(self, client, city, django_assert_max_num_queries):
        answer_all(city.checkup)
        for who in (city.secretary, city.bureau):
            client.force_login(who)
            with django_assert_max_num_queries(20):
                client.get(url("checkup", city.checkup.pk))


class TestRectifications:
    def test_list_shows_only_what_is_within_reach(self, client, city, rectification):
        RectificationFactory(organisation=city.foreign)
        client.force_login(city.district)

        assert list(client.get(url("rectifications")).context["page"]) == [rectification]

    def test_filters(self, client, city, rectification, at):
        client.force_login(city.bureau)
        at("2026-11-12 10:00")
        other = RectificationFactory(organisation=city.foreign)

        def found(**query):
            return list(client.get(url("rectifications"), query).context["page"])

        assert found(overdue="on") == [rectification]
        assert found(q="2026Q3-甲") == [rectification]
        assert found(area=city.foreign.area_id) == [other]
        assert found(status="planned") == []

    def test_an_empty_list_blames_the_filters_only_when_there_are_some(self, client, city):
        client.force_login(city.secretary)

        assert "没有整改事项。" in client.get(url("rectifications")).text
        filtered = client.get(url("rectifications"), {"status": "planned"}).text
        assert "没有符合条件的整改事项。" in filtered

    @pytest.mark.parametrize("name", ["rectification", "rectification-plan", "rectification-note"])
    def test_foreign_one_is_not_found(self, client, city, rectification, name):
        client.force_login(city.foreign_secretary)
        method = client.post if name == "rectification-note" else client.get

        assert method(url(name, rectification.pk)).status_code == 404

    def test_district_does_not_plan_for_the_school(self, client, city, rectification):
        client.force_login(city.district)

        assert client.get(url("rectification-plan", rectification.pk)).status_code == 403
        assert client.post(url("rectification-note", rectification.pk)).status_code == 403

    def test_plan_then_note_then_closure_on_pages(self, client, city, rectification):
        client.force_login(city.secretary)
        plan = {
            "cause": "原因", "measures": "措施", "leader_name": "甲", "responsible_name": "乙",
            "due_on": "2026-10-30", "status": "verified_closed", "number": "X", "organisation": 1,
        }  # fmt: skip
        client.post(url("rectification-plan", rectification.pk), drawn(rectification, **plan))
        rectification.refresh_from_db()
        assert (rectification.status, str(rectification.due_on)) == ("planned", "2026-10-30")
        assert rectification.number.startswith("ZG-")

        client.post(url("rectification-note", rectification.pk), {"text": "已开会研究"})
        client.post(
            url("rectification-transition", rectification.pk, "request"),
            {"note": "已整改", "version": 2},
        )
        client.force_login(city.district)
        page = text(client.get(url("rectification", rectification.pk)))
        assert "已开会研究" in page
        assert "验收销号" in page
        client.post(url("rectification-transition", rectification.pk, "verify"), {"version": 3})

        rectification.refresh_from_db()
        assert rectification.status == "verified_closed"
        page = text(client.get(url("rectification", rectification.pk)))
        assert "<dt>销号</dt><dd>2026年10月12日" in page
        assert "已完成" not in page

    def test_plan_keeps_what_was_typed(self, client, city, rectification):
        client.force_login(city.secretary)
        late = {
            "cause": "原因甲", "measures": "措施乙", "leader_name": "甲", "responsible_name": "乙",
            "due_on": "2027-10-30",
        }  # fmt: skip

        response = client.post(url("rectification-plan", rectification.pk), late)

        assert "整改期限不能晚于2026年11月11日" in text(response)
        assert "措施乙" in text(response)

    @pytest.mark.parametrize(("red", "latest"), [(False, "2026-12-24"), (True, "2026-12-01")])
    def test_plan_after_its_limit_takes_the_usual_span_anew(
        self, client, city, rectification, at, red, latest
    ):
        Rectification.objects.update(red_line=red)
        at("2026-11-24 10:00")
        client.force_login(city.secretary)
        plan_url = url("rectification-plan", rectification.pk)
        plan = {"cause": "原因", "measures": "措施", "leader_name": "甲", "responsible_name": "乙"}

        page = text(client.get(plan_url))
        past = client.post(plan_url, plan | {"due_on": "2026-11-11"})
        client.post(plan_url, drawn(rectification, **plan, due_on=latest))

        assert "原定期限2026年11月11日已过" in page
        assert f'value="{latest}"' in page
        assert "整改期限不能早于今天" in text(past)
        rectification.refresh_from_db()
        assert (rectification.status, str(rectification.due_on)) == ("planned", latest)
        assert "2026年11月11日" in rectification.events.get(name="plan").note

    def test_plan_twice_is_a_conflict(self, client, city, rectification):
        client.force_login(city.secretary)
        perform(
            rectification, "plan", by=city.secretary, cause="c", measures="m", leader_name="a",
            responsible_name="b", due_on=rectification.due_on,
        )  # fmt: skip

        assert client.get(url("rectification-plan", rectification.pk)).status_code == 409

    def test_empty_note_is_refused(self, client, city, rectification):
        perform(
            rectification, "plan", by=city.secretary, cause="c", measures="m", leader_name="a",
            responsible_name="b", due_on=rectification.due_on,
        )  # fmt: skip
        client.force_login(city.secretary)

        response = client.post(url("rectification-note", rectification.pk), {"text": ""})

        assert response.status_code == 200
        assert not rectification.notes.exists()

    def test_export_is_the_filtered_list_and_is_recorded(self, client, city, rectification):
        Rectification.objects.update(problem="=1+1")
        RectificationFactory(organisation=city.foreign)
        client.force_login(city.district)

        response = client.get(url("rectifications-export"), {"status": "open"})

        book = load_workbook(io.BytesIO(response.content))
        values = [cell for row in book.active.iter_rows() for cell in row if cell.value]
        assert [cell for cell in values if cell.data_type == "f"] == []
        assert sum(str(cell.value).startswith("ZG-") for cell in values) == 1
        event = AuditEvent.objects.filter(action="export").get()
        assert event.actor_id == city.district.pk

    def test_export_needs_reach(self, client, city, rectification):
        client.force_login(person(Role.AUDITOR, city.root))

        response = client.get(url("rectifications-export"))

        book = load_workbook(io.BytesIO(response.content))
        assert not any(
            str(cell.value).startswith("ZG-") for row in book.active.iter_rows() for cell in row
        )
