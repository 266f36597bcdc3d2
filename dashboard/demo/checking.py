"""The newest quarter's health check, half filed."""

import random
from decimal import Decimal
from typing import Any

from checkups.cycles import TEMPLATE, current_quarter, dates_of, open_cycle
from checkups.models import Answer, Checkup, Grade, Indicator, Kind, Template
from dashboard.demo.cast import Cast
from dashboard.demo.days import on
from foundation import clock
from foundation.workflow.engine import perform


class Checking:
    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.random = random.Random(20262)  # noqa: S311  the same demo every time

    def build(self) -> None:
        """The newest quarter; its deadline may be behind or before us, as the calendar has it."""
        year, quarter = current_quarter(clock.today())
        dates = dates_of(year, quarter)
        filing_day = min(clock.today(), dates.due_on)
        with on(dates.opens_on, 8):
            source = "《关于落实党建工作季度“体检”制度的通知》（苏教工委〔2026〕8号）"
            Template.objects.filter(code=TEMPLATE).update(source_document=source)
            cycle = open_cycle(year, quarter)
        half = self.cast.units[: len(self.cast.units) // 2]
        for number, unit in enumerate(half):
            checkup = Checkup.objects.get(cycle=cycle, organisation=unit)
            with on(filing_day, 9 + number):
                self._fill(checkup, weak=number == 2)
                perform(checkup, "submit", by=self.cast.secretaries[unit.pk])
            if number % 2 == 0:
                with on(filing_day, 17):
                    perform(
                        checkup,
                        "review",
                        by=self.cast.districts.get(unit.area_id or 0, self.cast.clerk),
                    )

    def _fill(self, checkup: Checkup, *, weak: bool) -> None:
        for indicator in Indicator.objects.filter(template=checkup.cycle.template_id):
            good = self.random.random() > (0.3 if weak else 0.05)
            values = _values(Kind(indicator.kind), good)
            reason = "" if good else "有一项未完成，已安排补做。"
            Answer.objects.update_or_create(
                checkup=checkup, indicator=indicator, defaults={**values, "reason": reason}
            )


def _values(kind: Kind, good: bool) -> dict[str, Any]:
    if kind == Kind.DONE:
        return {"achieved": good}
    if kind == Kind.NUMBER:
        return {"number": Decimal(3 if good else 1), "target": Decimal(3)}
    if kind == Kind.RATE:
        return {"rate": Decimal(100 if good else 80)}
    return {"grade": Grade.EXCELLENT if good else Grade.MEDIUM}
