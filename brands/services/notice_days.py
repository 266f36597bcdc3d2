"""How long a publicity lasts, and that its last day is one on which an objection is received."""

from datetime import date, timedelta

from django.utils import timezone

from brands.models import Batch, DayUnit, Stage
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


def planned_on_a_rest_day(batch: Batch) -> str:
    """Why the publicity as planned would end on a day off; empty when it would not.

    Planned is the last day of the decision, or the first working day after it.
    """
    decision = next((row for row in batch.stages.all() if row.stage == Stage.DECISION), None)
    if decision is None:
        return ""
    opens_on = timezone.localdate(decision.closes_at)
    if not is_workday(opens_on):
        opens_on = add_workdays(opens_on, 1).date
    last = last_day(batch, opens_on).date
    if is_workday(last):
        return ""
    return (
        f"按“{decision.label}”的截止时间，{chinese_date(opens_on)}发布公示，"
        f"{batch.publicity_length}后是{chinese_date(last)}，是休息日，公众不便提出异议。"
        f"请调整“{decision.label}”的截止日期或公示天数，或者改按工作日公示。"
    )
