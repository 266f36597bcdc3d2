"""书记项目 after the scores: release, milestones, mid-term, requests, closing."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from brands.forms.fields import TITLE
from brands.models import (
    ChangeKind,
    ChangeRequest,
    ChangeStatus,
    Milestone,
    ProjectStatus,
    Recheck,
    Stage,
)
from brands.services import changing, closing, noting, releasing, windows
from brands.services.grading import excellent_places
from brands.shipping import shipped
from foundation import clock
from foundation.workflow.engine import perform, workflow_of
from reviews.models import RoundKind
from tests.brands.machine.judging import Judging
from tests.brands.machine.pressing import REFUSALS, can

S = ProjectStatus
HEADS = (S.DRAFT, S.ELIGIBLE, S.SCORED, S.IN_PROGRESS)
CHECKLIST = next(facts["checklist"] for facts in shipped() if facts["key"] == "secretary")
UNDER_WAY = (S.ESTABLISHED, S.IN_PROGRESS)
STARTED = (S.IN_PROGRESS, S.CLOSING, S.CLOSING_REVIEW, S.CLOSING_SCORED, S.CLOSED_EXCELLENT,
           S.CLOSED_GOOD, S.CLOSED_PASS, S.CLOSED_FAIL)  # fmt: skip
GRADES = {S.CLOSED_EXCELLENT: (90, 100), S.CLOSED_GOOD: (75, 100), S.CLOSED_PASS: (60, 75),
          S.CLOSED_FAIL: (0, 60)}  # fmt: skip


class Secretary(Judging):
    kinds = {RoundKind.SELECTION: S.ELIGIBLE, RoundKind.CLOSING: S.CLOSING}
    extra = {
        "accept": {"items": CHECKLIST},
        "return": {"remarks": {TITLE: "请改。"}},
        "approve": {"minutes_number": "3号"},
        "apply_closing": {"report": "全部完成。"},
    }
    days = 330

    @can(S.APPROVED, S.DECLINED)
    @rule(data=st.data(), number=st.sampled_from(["4号", "4号", ""]))
    def what_was_decided_goes_out(self, data: Any, number: str) -> None:
        people = [self.world.leader, self.world.bureau, self.world.district]
        by, before = data.draw(st.sampled_from(people)), self.seen
        pending = [key for key in self._in(S.APPROVED, S.DECLINED) if not before[key].released]
        chosen = data.draw(st.sampled_from([pending, pending, pending[:1]]))
        try:
            releasing.release(self.batch, chosen, by=by, minutes_number=number)
        except REFUSALS:
            assert self.seen == before
            return
        assert (chosen, number, by == self.world.district) == (pending, "4号", False)
        assert not self._in(S.APPROVED)

    # The plan

    @can(*UNDER_WAY)
    @rule(data=st.data())
    def a_school_plans(self, data: Any) -> None:
        key = data.draw(st.sampled_from(self.keys + self._in(S.ESTABLISHED) * 3))
        by = data.draw(st.sampled_from([self._secretary(key)] * 2 + [self.world.staff]))
        count, due = Milestone.objects.filter(project=key).count(), clock.today()
        step = Milestone(project_id=key, title=f"任务{count}", owner="责任人",
                         due_on=due + timedelta(days=30 * count))  # fmt: skip
        drop = Milestone.objects.filter(project=key).last() if count > 2 else None
        try:
            if drop:
                closing.remove_milestone(drop, by=by)
            else:
                closing.save_milestone(step, by=by)
        except REFUSALS:
            assert Milestone.objects.filter(project=key).count() == count
            return
        assert self.seen[key].status == S.ESTABLISHED

    @can(*UNDER_WAY, S.CLOSED_FAIL)
    @rule(data=st.data(), done=st.booleans())
    def a_school_says_what_became_of_it(self, data: Any, done: bool) -> None:
        """The statement before it stays; a note beside it is written once."""
        key = data.draw(st.sampled_from(self._in(*UNDER_WAY, S.CLOSED_FAIL)))
        by, today = self._secretary(key), clock.today()
        done_on = today if done else None
        for step in Milestone.objects.filter(project=key).order_by("pk"):
            kept = [*step.reports.values_list("pk", "result")]
            try:
                closing.report_milestone(step, by=by, done_on=done_on, result=f"{today}：情况")
                noting.add_note(step, day=today, text="已走访。", by=by)
            except REFUSALS:
                assert self.seen[key].status != S.IN_PROGRESS or step.notes.filter(day=today)
            assert [*step.reports.values_list("pk", "result")][: len(kept)] == kept

    # Requests

    @can(*UNDER_WAY)
    @rule(data=st.data(), kind=st.sampled_from(ChangeKind.values))
    def somebody_asks_for_another_plan(self, data: Any, kind: str) -> None:
        key = data.draw(st.sampled_from(self.keys))
        by = data.draw(st.sampled_from([self._secretary(key)] * 3 + [self.world.bureau]))
        until = clock.today() + timedelta(days=data.draw(st.sampled_from([10, 250, 300, 600])))
        waiting = self._pending(key)
        try:
            changing.ask(
                self._fresh(key), kind, reason="教研员出差。", by=by, until=until,
                rows=self._changed_plan(data, key),
            )  # fmt: skip
        except REFUSALS:
            assert self._pending(key) == waiting
            return
        assert (waiting, self._pending(key)) == (0, 1)
        assert self.seen[key].status in UNDER_WAY
        assert by == self._secretary(key)

    def _changed_plan(self, data: Any, key: int) -> list[dict[str, Any]]:
        steps = Milestone.objects.filter(project=key).order_by("pk")
        return [
            {"milestone": step.pk, "title": step.title, "owner": "接手的人",
             "due_on": (step.due_on + timedelta(days=5)).isoformat(),
             "drop": data.draw(st.booleans())}
            for step in steps
        ]  # fmt: skip

    def _pending(self, key: int) -> int:
        return ChangeRequest.objects.filter(project=key, status=ChangeStatus.PENDING).count()

    @can(*UNDER_WAY)
    @rule(data=st.data(), name=st.sampled_from(["approve", "approve", "refuse", "take_back"]))
    def a_request_is_answered(self, data: Any, name: str) -> None:
        rows = ChangeRequest.objects.filter(project__batch=self.batch)
        change = data.draw(st.sampled_from([*rows.order_by("pk")] or [None]))
        if change is None:
            return
        key, before = change.project_id, self.seen
        by = data.draw(st.sampled_from([self.world.bureau, self._secretary(key)]))
        ends = windows.ends_at(self.batch, Stage.CLOSING, self._fresh(key))
        try:
            perform(change, name, by=by, note="说明", version=change.version)
        except REFUSALS:
            assert self.seen == before
            return
        assert by == (self._secretary(key) if name == "take_back" else self.world.bureau)
        ended = (name, change.kind) == ("approve", ChangeKind.END)
        assert (self.seen[key].status == S.TERMINATED) == ended
        after = windows.ends_at(self.batch, Stage.CLOSING, self._fresh(key))
        assert ends is not None
        assert after is not None
        assert (after > ends) == ((name, change.kind) == ("approve", ChangeKind.EXTEND))
        assert after >= ends

    # Mid-term

    @precondition(lambda machine: machine._in(*STARTED))
    @rule(data=st.data())
    def somebody_moves_a_midterm_check(self, data: Any) -> None:
        check = data.draw(st.sampled_from([*self._checks()] or [None]))
        if check is None:
            return
        table, key = workflow_of(check), check.project_id
        people = [self._secretary(key), self.world.bureau, self.world.second, self.world.leader]
        by = data.draw(st.sampled_from(people))
        open_ = [line.name for line in table.open_to(check, by)]
        name = data.draw(st.sampled_from(sorted(open_ or table.transitions)))
        due = clock.today() + timedelta(days=data.draw(st.sampled_from([0, 30, 90])))
        said = {"report": {"text": "报告"}, "report_fix": {"text": "整改"},
                "allow": {"due_on": due}, "demand": {"due_on": due}}  # fmt: skip
        before, judge = check.status, check.judged_by_id
        try:
            perform(check, name, by=by, note="说明", version=check.version, **said.get(name, {}))
        except REFUSALS:
            check.refresh_from_db()
            assert check.status == before
            return
        assert name in open_
        if name in ("clear", "fail"):
            assert by.pk != judge, "looked at again by the same person"
        if name in ("allow", "demand"):
            assert due > clock.today()

    def _checks(self) -> Any:
        return Recheck.objects.filter(project__batch=self.batch).order_by("pk")

    @precondition(lambda machine: machine._in(*STARTED))
    @rule(days=st.sampled_from([30, 60]))
    def months_pass(self, days: int) -> None:
        self._wait(days)

    def check(self) -> None:
        super().check()
        for key, row in self.seen.items():
            if row.status in (*UNDER_WAY, *STARTED):
                assert row.released, "established before it was released"
            if row.status in STARTED:
                assert Milestone.objects.filter(project=key).count() >= closing.MIN_MILESTONES
            if row.status in GRADES:
                least, most = GRADES[row.status]
                assert least <= row.closing_score <= most
            assert row.times("close") <= 2, "closed a third time"
            assert self._pending(key) <= 1
        established = [row for row in self.seen.values() if row.status in closing.ESTABLISHED]
        best = self._in(S.CLOSED_EXCELLENT)
        assert len(best) <= excellent_places(len(established))
