"""After the naming: reports, judgements, one negative-list event, re-verification, revocation."""

import random
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from brands.models import (
    Honour,
    HonourStatus,
    NegativeEvent,
    NegativeKind,
    Promotion,
    Recheck,
    RecheckKind,
    RecheckStatus,
)
from brands.services import criteria, keeping, negatives, promoting
from dashboard.rehearsal.world import World
from foundation import clock
from foundation.verdict import Conflict
from foundation.workflow.engine import perform

R = RecheckStatus
EVENT_AFTER = 150  # Days after the naming.


class Keeping:
    """`act` is called once a day, after the machine's own tasks."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.random = world, random.Random(seed)  # noqa: S311  the same every time
        self.refusals = 0
        self.is_event_over = False

    def act(self) -> None:
        self._happen()
        steps: list[tuple[str, Callable[[Recheck], None]]] = [
            (R.OPEN, self._report),
            (R.SUBMITTED, self._judge),
            (R.SCORED, lambda row: self._by(row, "grade", self.world.second)),
            (R.FIXING, self._correct),
            (R.FIXED, lambda row: self._by(row, "clear", self.world.second)),
            (R.MISSED, self._answer_silence),
            (R.ADVISED, self._decide),
        ]
        for status, step in steps:
            for row in Recheck.objects.filter(status=status).order_by("pk"):
                try:
                    step(row)
                except Conflict:
                    self.refusals += 1

    def _by(self, row: Recheck, name: str, by: Any, **said: Any) -> None:
        perform(row, name, by=by, **said)

    def _happen(self) -> None:
        """One event: reviews open at once, and the brand is not promoted meanwhile."""
        honour = Honour.objects.exclude(named_on=None).in_force().order_by("pk").first()
        if self.is_event_over or honour is None or honour.named_on is None:
            return
        if (clock.today() - honour.named_on).days < EVENT_AFTER:
            return
        self.is_event_over = True
        kind = NegativeKind.objects.earliest("order")
        event = NegativeEvent(
            school=honour.school, kind=kind, happened_on=clock.today(), document_number="排演1号",
            note="排演事件。",
        )  # fmt: skip
        negatives.record_event(event, None, by=self.world.clerk)
        visit = Promotion(honour=honour, kind="visit", day=clock.today(), place="排演学校")
        try:
            promoting.record_promotion(visit, by=self.world.clerk)
        except Conflict:
            self.refusals += 1

    def _report(self, row: Recheck) -> None:
        """The last named school never asks for its re-verification."""
        last = Honour.objects.latest("pk")
        if row.kind == RecheckKind.RENEWAL and row.honour_id == last.pk:
            return
        if self.random.random() < 0.9:
            by = self.world.secretaries[row.organisation_id]
            self._by(row, "report", by, text="按计划推进，有据可查。")

    def _judge(self, row: Recheck) -> None:
        clerk = self.world.clerk
        if row.kind == RecheckKind.ACCEPTANCE:
            left, points = Decimal(self.random.randint(58, 98)), {}
            for one in criteria.of(row):
                points[one.code] = min(left, Decimal(one.most))
                left -= points[one.code]
            self._by(row, "score", clerk, points=points, note="排演评审意见。")
        elif self.random.random() < 0.75:
            next_on = keeping.months_after(row.due_on, 36)
            self._by(row, "pass", clerk, next_on=next_on, note="按计划推进。")
        else:
            due = clock.today() + timedelta(days=60)
            self._by(row, "demand", clerk, due_on=due, note="请补充数据。")

    def _correct(self, row: Recheck) -> None:
        by = self.world.secretaries[row.organisation_id]
        self._by(row, "report_fix", by, text="已补充。")

    def _answer_silence(self, row: Recheck) -> None:
        if row.kind == RecheckKind.PROGRESS or row.project_id:
            due = clock.today() + timedelta(days=45)
            self._by(row, "allow", self.world.clerk, due_on=due, note="准予补报。")
        else:
            self._by(row, "advise", self.world.second, note="没有按期申请。")

    def _decide(self, row: Recheck) -> None:
        if row.kind == RecheckKind.RENEWAL:
            document = f"苏教工委〔{clock.today().year}〕31号"
            honour = row.brand
            if honour.status == HonourStatus.VALID:
                perform(honour, "revoke", by=self.world.leader, note="未复评。", document=document)
        else:
            self._by(row, "keep", self.world.leader, note="情节轻微，已整改。")
