"""Experts and their rounds: scores in time and on the scale only, sums as the single points say."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from brands.models import ProjectStatus
from foundation import clock
from foundation.verdict import Conflict
from reviews.declaring import declare_no_ties
from reviews.drawing import draw
from reviews.models import (
    Assignment,
    AssignmentStatus,
    Entry,
    Pledge,
    Round,
    RoundKind,
    RoundStatus,
    Rubric,
    Score,
)
from reviews.models.round import is_in_window
from reviews.services import (
    add_late_entries,
    freeze_round,
    open_round,
    recuse,
    reopen_review,
    save_scores,
    submit_review,
)
from tests.brands.machine.pressing import REFUSALS, Presses, can
from tests.factories.reviews import GOOD_COMMENT

S, A = ProjectStatus, AssignmentStatus
AT_EXPERTS = (S.IN_REVIEW, S.CLOSING_REVIEW)
MOST = 6  # Sheets that are filled in by one step.


class Judging(Presses):
    kinds = {RoundKind.SELECTION: S.ELIGIBLE}

    def check(self) -> None:
        super().check()
        if self._has_rounds():
            self._check_sums()

    def _has_rounds(self) -> bool:
        return any("_review" in move.name for row in self.seen.values() for move in row.moves)

    def _sheets(self, **wanted: Any) -> Any:
        rows = Assignment.objects.filter(entry__round__batch=self.batch, **wanted)
        return rows.select_related("entry__round__rubric", "reviewer").order_by("pk")

    @precondition(lambda machine: machine._in(*machine.kinds.values(), S.WITHDRAWN, S.REJECTED))
    @rule(data=st.data())
    def a_round_opens_and_experts_are_drawn(self, data: Any) -> None:
        """Only of what waits for it; tried also where nothing does."""
        kind = data.draw(st.sampled_from(sorted(self.kinds)))
        by = data.draw(st.sampled_from([self.world.bureau, self.world.bureau, self.world.leader]))
        entering, before = {*self._in(self.kinds[kind])}, self.seen
        per_entry = data.draw(st.sampled_from([1, 1, 2, 5]))
        try:
            with transaction.atomic():
                self._begin(kind, by, per_entry=per_entry, wait=data.draw(st.sampled_from([0, 2])))
        except REFUSALS:
            assert self.seen == before
            return
        assert by == self.world.bureau
        assert {*self._in(*AT_EXPERTS)} >= entering

    @precondition(lambda machine: machine._in(*machine.kinds.values()))
    @rule(data=st.data(), share=st.sampled_from(["0.95", "0.8", "0.65", "0.5"]))
    def a_round_goes_as_planned(self, data: Any, share: str) -> None:
        """From its opening to its lock in one step, so that a story gets beyond it."""
        kind = next(kind for kind, status in self.kinds.items() if self._in(status))
        try:
            with transaction.atomic():
                round = self._begin(kind, self.world.bureau, per_entry=1, wait=0)
        except Conflict:  # There is one selection in a batch.
            return
        for sheet in self._sheets(entry__round=round):
            self._fill_in(sheet, share)
            share = data.draw(st.sampled_from([share, "0.7"]))
        freeze_round(round, by=self.world.bureau)
        assert not self._in(S.IN_REVIEW if kind == RoundKind.SELECTION else S.CLOSING_REVIEW)

    def _begin(self, kind: str, by: Any, *, per_entry: int, wait: int) -> Round:
        if kind == RoundKind.SELECTION and self.batch.rounds.filter(kind=kind).exists():
            raise Conflict("There is one already.")
        code = self.batch.programme.rubrics[kind]
        round = Round.objects.create(
            batch=self.batch,
            kind=kind,
            rubric=Rubric.objects.filter(code=code).latest("version"),
            per_entry=per_entry,
            opens_at=clock.now() + timedelta(days=wait),
            closes_at=clock.now() + timedelta(days=8),
            created_by=self.world.bureau,
        )
        open_round(round, by=by)
        draw(round, per_entry, by=by)
        return round

    def _fill_in(self, sheet: Assignment, share: str) -> None:
        criteria = sheet.entry.round.rubric.criteria.all()
        values = {one.pk: _half(one.weight, share) for one in criteria}
        declare_no_ties(sheet.entry.round, by=sheet.reviewer)
        save_scores(sheet, values, GOOD_COMMENT, by=sheet.reviewer, version=sheet.version)
        submit_review(sheet, by=sheet.reviewer)

    @precondition(lambda machine: machine._has_rounds() and machine._in(*machine.kinds.values()))
    @rule()
    def the_late_join_the_round(self) -> None:
        before = self.seen
        for round in Round.objects.filter(batch=self.batch):
            try:
                add_late_entries(round, by=self.world.bureau)
                draw(round, 1, by=self.world.bureau)
            except REFUSALS:
                assert round.status == RoundStatus.FROZEN
        assert all(row.status in AT_EXPERTS or row == before[key] for key, row in self.seen.items())

    @can(*AT_EXPERTS)
    @rule(data=st.data())
    def somebody_writes_on_a_sheet(self, data: Any) -> None:
        """Its expert or another one; on the scale or beside it; with the right version or an old one."""
        sheets = list(self._sheets())
        if not sheets:
            return
        sheet = data.draw(st.sampled_from(sheets))
        others = [self.world.experts[0], self.world.bureau]
        by = data.draw(st.sampled_from([sheet.reviewer] * 4 + others))
        share = data.draw(st.sampled_from(["0.9", "0.5", "1", "0", "1.1", "-0.1", "0.33"]))
        version = sheet.version - data.draw(st.sampled_from([0, 0, 0, 1]))
        values = {
            one.pk: one.weight * Decimal(share) if share == "0.33" else _half(one.weight, share)
            for one in sheet.entry.round.rubric.criteria.all()
        }
        try:
            save_scores(sheet, values, GOOD_COMMENT, by=by, version=version)
        except (*REFUSALS, ValidationError):
            return
        self._was_allowed(sheet, by)
        assert version == sheet.version - 1
        assert Decimal(0) <= Decimal(share) <= 1

    @can(*AT_EXPERTS)
    @rule(data=st.data())
    def somebody_hands_a_sheet_in(self, data: Any) -> None:
        sheets = list(self._sheets(status__in=[A.ASSIGNED, A.DRAFT, A.SUBMITTED]))
        if not sheets:
            return
        sheet = data.draw(st.sampled_from(sheets))
        by = data.draw(st.sampled_from([sheet.reviewer] * 4 + [self.world.experts[0]]))
        done = sheet.status == A.SUBMITTED
        try:
            submit_review(sheet, by=by)
        except REFUSALS:
            return
        self._was_allowed(sheet, by)
        assert not done
        assert sheet.scores.count() == sheet.entry.round.rubric.criteria.count()

    def _was_allowed(self, sheet: Assignment, by: Any) -> None:
        round = Round.objects.get(pk=sheet.entry.round_id)
        assert by == sheet.reviewer
        assert Pledge.objects.filter(round=round, reviewer=by).exists()
        assert round.status == RoundStatus.OPEN
        assert is_in_window(round), "scored outside the window"

    @can(*AT_EXPERTS)
    @rule(data=st.data())
    def the_experts_finish(self, data: Any) -> None:
        """As many sheets as one step takes, each at its own level."""
        for sheet in self._sheets(status__in=[A.ASSIGNED, A.DRAFT])[:MOST]:
            share = data.draw(st.sampled_from(["0.95", "0.8", "0.7", "0.55"]))
            try:
                self._fill_in(sheet, share)
            except REFUSALS:
                assert not is_in_window(sheet.entry.round)
                return
            self._was_allowed(sheet, sheet.reviewer)

    @can(*AT_EXPERTS)
    @rule(data=st.data(), back=st.booleans())
    def an_expert_steps_back_or_is_asked_again(self, data: Any, back: bool) -> None:
        statuses = [A.ASSIGNED, A.DRAFT] if back else [A.SUBMITTED]
        sheets = list(self._sheets(status__in=statuses))
        if not sheets:
            return
        sheet = data.draw(st.sampled_from(sheets))
        by = data.draw(st.sampled_from([sheet.reviewer, self.world.bureau]))
        try:
            (recuse if back else reopen_review)(sheet, "理由", by=by)
        except REFUSALS:
            return
        assert by == (sheet.reviewer if back else self.world.bureau)
        assert not sheet.entry.round.is_frozen

    @can(*AT_EXPERTS)
    @rule(data=st.data())
    def the_round_is_locked(self, data: Any) -> None:
        by = data.draw(st.sampled_from([self.world.bureau, self.world.bureau, self.world.leader]))
        for round in Round.objects.filter(batch=self.batch, status=RoundStatus.OPEN):
            before = self.seen
            try:
                freeze_round(round, by=by)
            except REFUSALS:
                assert self.seen == before
                continue
            assert by == self.world.bureau
            assert not self._sheets(entry__round=round, status__in=[A.ASSIGNED, A.DRAFT]).exists()

    def _check_sums(self) -> None:
        """From the single points, in whole hundredths, by no code of the product's."""
        points: dict[int, int] = {}
        scores = Score.objects.filter(assignment__entry__round__batch=self.batch)
        for sheet, value, weight in scores.values_list("assignment", "value", "criterion__weight"):
            assert 0 <= value <= weight, "off the scale"
            assert value * 2 == int(value * 2), "no half point"
            points[sheet] = points.get(sheet, 0) + round(value * 100)
        totals: dict[int, list[int]] = {}
        for sheet, entry, status, total in self._sheets().values_list(
            "pk", "entry", "status", "total"
        ):
            if status == A.SUBMITTED:
                assert round(total * 100) == points[sheet]
                totals.setdefault(entry, []).append(points[sheet])
        handed: dict[tuple[int, str], Any] = {}
        entries = (
            Entry.objects.filter(round__batch=self.batch)
            .order_by("pk")
            .values_list(
                "pk",
                "project",
                "round__kind",
                "round__status",
                "round__scoring",
                "trimmed",
                "count",
            )
        )
        for pk, project, kind, status, scoring, trimmed, count in entries:
            sheets = sorted(totals.get(pk, []))
            kept = sheets[1:-1] if scoring == "trimmed" and len(sheets) >= 5 else sheets
            again = (2 * sum(kept) + len(kept)) // (2 * len(kept)) if kept else None  # half up
            assert (again, len(sheets)) == (trimmed and round(trimmed * 100), count)
            handed[project, kind] = trimmed if status == RoundStatus.FROZEN else None
        for (project, kind), score in handed.items():
            row = self.seen[project]
            assert score == (row.score if kind == RoundKind.SELECTION else row.closing_score)


def _half(weight: Any, share: str) -> Decimal:
    return (Decimal(weight) * Decimal(share) * 2).quantize(Decimal(1)) / 2
