"""How long a publicity lasts, and that its last day is one on which an objection is received."""

from datetime import date, timedelta

from brands.models import Batch, DayUnit
from foundation import clock
from foundation.documents import chinese_date
from foundation.verdict import ALLOWED, Verdict, not_now
from foundation.workdays.services import Workday, add_workdays, is_workday


def last_day(batch: Batch, opens_on: date) -> Workday:
    """The day it opens is not counted (domain.md B4)."""
    if batch.publicity_unit == DayUnit.CALENDAR:
        return Workday(opens_on + timedelta(days=batch.publicity_days), provisional=False)
    return add_workdays(opens_on, batch.publicity_days)


def ends_on_a_workday(batch: Batch) -> Verdict:
    """If it were published today."""
    last = last_day(batch, clock.today()).date
    if is_workday(last):
        return ALLOWED
    return not_now(
        f"今天发布的话，公示截止到{chinese_date(last)}，是休息日，公众不便提出异议。"
        "请改天发布，让公示在工作日截止。"
    )
