"""From the first answer to the last rectification closed."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from checkups import lateness, services
from checkups.models import Answer, Checkup, Rectification
from checkups.workflow import CHECKUPS, RECTIFICATIONS
from foundation.audit.models import AuditEvent
from foundation.notifications.models import Notice
from foundation.outbox.services import drain
from foundation.verdict import Conflict
from foundation.workflow.engine import perform
from tests.crowd import outcomes_of
from tests.factories.checkups import ZERO, RectificationFactory, answer_all, submitted

pytestmark = pytest.mark.django_db
PLAN = {
    "cause": "原因",
    "measures": "措施",
    "leader_name": "甲",
    "responsible_name": "乙",
    "due_on": date(2026, 10, 20),
}


class TestSubmit:
    def test_complete_check_is_submitted_by_the_secretary(self, city):
        submitted(city.checkup, city.secretary)

        assert city.checkup.status == "submitted"
        assert (city.checkup.submitted_by, city.checkup.late_submitted) == (city.secretary, False)

    def test_unanswered_indicators_are_named_and_hold_it_back(self, city):
        answer_all(city.checkup)
        Answer.objects.filter(checkup=city.checkup, indicator__code__in=["A1", "G3"]).delete()

        with pytest.raises(Conflict, match=r"还有2项未填报（A1、G3）"):
            perform(city.checkup, "submit", by=city.secretary)

    def test_nothing_typed_is_not_zero(self, city):
        with pytest.raises(Conflict, match="还有31项未填报"):
            perform(city.checkup, "submit", by=city.secretary)

    @pytest.mark.parametrize("who", ["staff", "foreign_secretary", "district", "bureau", "leader"])
    def test_nobody_else_submits(self, city, who):
        answer_all(city.checkup)

        with pytest.raises(PermissionDenied):
            perform(city.checkup, "submit", by=getattr(city, who))

    @pytest.mark.parametrize(
        ("moment", "late"), [("2026-10-20 23:59:58", False), ("2026-10-21 00:00:01", True)]
    )
    def test_late_by_one_second_is_a_made_up_report(self, city, at, moment, late):
        at(moment)

        submitted(city.checkup, city.secretary)

        assert city.checkup.late_submitted is late

    def test_answers_changed_meanwhile_are_a_conflict(self, city):
        answer_all(city.checkup)
        Checkup.objects.filter(pk=city.checkup.pk).update(revision=3)

        with pytest.raises(Conflict, match="已被他人修改"):
            perform(city.checkup, "submit", by=city.secretary, revision=2)


class TestReview:
    def test_all_green_is_closed_at_once(self, city):
        submitted(city.checkup, city.secretary)

        perform(city.checkup, "review", by=city.district)

        assert (city.checkup.status, city.checkup.score) == ("closed", Decimal(100))
        assert (city.checkup.colour, city.checkup.red_reason) == ("green", "")
        assert not Rectification.objects.exists()

    @pytest.mark.parametrize(
        ("failed", "score", "colour"),
        [
            (["G1"], "95.00", "green"),
            (["D1", "D2"], "89.00", "yellow"),
            (["D1", "D2", "G1", "B3", "A3", "B7"], "72.00", "red"),
        ],
    )
    def test_golden_scores_and_colours(self, city, failed, score, colour):
        kinds = {"G1": "R", "D1": "R", "D2": "R", "B3": "N", "A3": "B", "B7": "N"}
        submitted(city.checkup, city.secretary, **{code: ZERO[kinds[code]] for code in failed})

        perform(city.checkup, "review", by=city.district)

        assert (city.checkup.score, city.checkup.colour) == (Decimal(score), colour)
        assert city.checkup.status == "rectifying"
        assert Rectification.objects.count() == len(failed)

    def test_red_line_is_red_whatever_the_score(self, city):
        fault = {"achieved": False, "red_line_hit": True}
        submitted(city.checkup, city.secretary, F3=fault)

        perform(city.checkup, "review", by=city.district)

        assert (city.checkup.score, city.checkup.colour) == (Decimal(96), "red")
        assert city.checkup.red_reason == "触及红线：F3"
        row = Rectification.objects.get()
        assert (row.red_line, row.due_on) == (True, date(2026, 10, 19))

    def test_overdue_rectification_turns_green_into_yellow(self, city):
        RectificationFactory(organisation=city.unit, due_on=date(2026, 10, 1))
        submitted(city.checkup, city.secretary)

        perform(city.checkup, "review", by=city.district)

        assert city.checkup.colour == "yellow"

    def test_not_filed_in_the_grace_days_is_red_and_stays_so(self, city, at):
        at("2026-10-27 23:00")
        assert lateness.mark_late() == 0
        at("2026-10-28 00:01")
        assert lateness.mark_late() == 3
        assert lateness.mark_late() == 0
        city.checkup.refresh_from_db()
        assert city.checkup.colour == "red"

        submitted(city.checkup, city.secretary)
        perform(city.checkup, "review", by=city.district)

        assert (city.checkup.colour, city.checkup.score) == ("red", Decimal(100))
        assert city.checkup.late_submitted

    def test_not_applicable_is_rescaled(self, city):
        gone = {"not_applicable": True, "reason": "未设党小组"}
        submitted(city.checkup, city.secretary, B5=gone, G1={"rate": Decimal(0)})

        perform(city.checkup, "review", by=city.district)

        assert city.checkup.score == Decimal("94.90")  # 93 of 98

    def test_problems_have_number_owner_and_deadline(self, city):
        submitted(city.checkup, city.secretary, G1=ZERO["R"], A3=ZERO["B"])
        submitted(city.foreign_checkup, city.foreign_secretary, G1=ZERO["R"])

        perform(city.checkup, "review", by=city.district)
        perform(city.foreign_checkup, "review", by=city.bureau)

        assert sorted(Rectification.objects.values_list("number", flat=True)) == [
            "ZG-2026Q3-乙-0001",
            "ZG-2026Q3-甲-0001",
            "ZG-2026Q3-甲-0002",
        ]
        row = Rectification.objects.get(number="ZG-2026Q3-甲-0001")
        assert (row.leader_name, row.due_on) == ("甲书记", date(2026, 11, 11))
        assert row.answer.indicator.code == "A3"

    @pytest.mark.parametrize(
        ("who", "checkup", "may"),
        [
            ("district", "checkup", True),
            ("bureau", "checkup", True),
            ("bureau", "direct_checkup", True),
            ("foreign_district", "checkup", False),
            ("district", "direct_checkup", False),
            ("leader", "checkup", False),
            ("secretary", "checkup", False),
            ("auditor", "checkup", False),
        ],
    )
    def test_who_reviews(self, city, who, checkup, may):
        obj = getattr(city, checkup)
        submitted(obj, city.secretary if obj == city.checkup else city.direct_secretary)

        assert bool(CHECKUPS["review"].decide(obj, getattr(city, who))) is may

    def test_whoever_submitted_does_not_review(self, city):
        submitted(city.checkup, city.secretary)
        Checkup.objects.update(submitted_by=city.bureau)

        with pytest.raises(PermissionDenied):
            perform(city.checkup, "review", by=city.bureau)

    def test_returned_twice_at_most_and_with_a_reason(self, city):
        submitted(city.checkup, city.secretary)
        with pytest.raises(Conflict, match="理由"):
            perform(city.checkup, "return", by=city.district)
        for _ in range(2):
            perform(city.checkup, "return", by=city.district, note="请补充佐证")
            perform(city.checkup, "submit", by=city.secretary)

        with pytest.raises(Conflict, match="已退回2次"):
            perform(city.checkup, "return", by=city.district, note="再补")
        drain()
        assert Notice.objects.filter(user=city.secretary, subject="季度体检被退回").count() == 2

    def test_filing_again_after_the_deadline_is_not_late(self, city, at):
        submitted(city.checkup, city.secretary)
        perform(city.checkup, "return", by=city.district, note="请补充")
        at("2026-11-10 10:00")

        perform(city.checkup, "submit", by=city.secretary)

        assert not city.checkup.late_submitted

    def test_every_move_leaves_an_event_and_an_audit_record(self, city):
        submitted(city.checkup, city.secretary)
        perform(city.checkup, "review", by=city.district)

        assert [event.name for event in city.checkup.events.all()] == ["submit", "review"]
        assert city.checkup.version == 2
        assert AuditEvent.objects.filter(action__startswith="checkup.").count() == 2


class TestRectification:
    @pytest.fixture
    def row(self, city):
        submitted(city.checkup, city.secretary, G1=ZERO["R"])
        perform(city.checkup, "review", by=city.district)
        return Rectification.objects.get()

    def request_closure(self, city, row):
        perform(row, "plan", by=city.staff, **PLAN)
        services.add_note(row, "已开会研究", by=city.staff)
        row.refresh_from_db()
        perform(row, "request", by=city.secretary, note="已整改")

    def test_the_whole_way_closes_the_check(self, city, row):
        self.request_closure(city, row)

        perform(row, "verify", by=city.district)

        city.checkup.refresh_from_db()
        assert (row.status, city.checkup.status) == ("verified_closed", "closed")
        names = [event.name for event in row.events.all()]
        assert names == ["plan", "start", "request", "verify"]
        close = city.checkup.events.last()
        assert (close.name, close.by) == ("close", None)

    def test_returned_goes_on_and_counts(self, city, row):
        self.request_closure(city, row)
        perform(row, "return", by=city.district, note="佐证不足")
        services.add_note(row, "已补充", by=city.staff)
        row.refresh_from_db()

        assert (row.status, row.reopened_count) == ("in_progress", 1)

    def test_whoever_asked_does_not_verify(self, city, row):
        self.request_closure(city, row)
        Rectification.objects.update(requested_by=city.bureau)

        with pytest.raises(PermissionDenied, match="申请销号的人"):
            perform(row, "verify", by=city.bureau)

    def test_whoever_answers_for_it_does_not_verify(self, city, row):
        self.request_closure(city, row)
        Rectification.objects.update(responsible_name=city.district.name)

        with pytest.raises(PermissionDenied, match="责任人"):
            perform(row, "verify", by=city.district)

    @pytest.mark.parametrize("who", ["secretary", "staff", "foreign_district", "leader"])
    def test_who_may_not_verify(self, city, row, who):
        self.request_closure(city, row)

        with pytest.raises(PermissionDenied):
            perform(row, "verify", by=getattr(city, who))

    def test_notes_are_never_changed(self, city, row):
        perform(row, "plan", by=city.staff, **PLAN)
        note = services.add_note(row, "一", by=city.staff)
        note.text = "二"

        with pytest.raises(TypeError):
            note.save()

    def test_no_note_before_a_plan(self, city, row):
        with pytest.raises(Conflict):
            services.add_note(row, "一", by=city.staff)

    def test_no_plan_without_measures(self, city, row):
        with pytest.raises(Conflict):
            perform(row, "plan", by=city.staff)


def test_every_status_is_reachable():
    for model, workflow in ((Checkup, CHECKUPS), (Rectification, RECTIFICATIONS)):
        reached = {target for t in workflow.transitions.values() for target in t.targets}
        assert reached | {"open"} == {value for value, _ in model._meta.get_field("status").choices}


@pytest.mark.django_db(transaction=True)
def test_submitting_at_once_succeeds_once(city):
    answer_all(city.checkup)

    def press():
        perform(Checkup.objects.get(pk=city.checkup.pk), "submit", by=city.secretary)

    assert outcomes_of([press] * 6) == {"done": 1, "conflict": 5}
