"""When a named brand is checked (B1 11–15), and a 书记项目 half-way (B2): planned, opened and
closed by the clock."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from brands.models import (
    Honour,
    HonourStatus,
    NegativeStatus,
    Programme,
    Project,
    ProjectEvent,
    ProjectStatus,
    Recheck,
    RecheckEvent,
    RecheckKind,
    RecheckStatus,
    Stage,
)
from brands.models.recheck import UNFINISHED
from brands.services import windows
from foundation import clock
from foundation.audit.services import record
from foundation.verdict import ALLOWED, Conflict, Verdict, not_now
from foundation.workflow.engine import perform

R = RecheckStatus
K = RecheckKind
LEAST_DAYS = 14  # From the opening to the deadline.
# Of the project year, so that the check falls in June and July (B2).
MIDTERM = (7, 31)
LATE_MONTHS = 4  # From the start to the closing (`assumed`).
# A mid-term check has become pointless.
CLOSED = frozenset(
    {
        ProjectStatus.CLOSED_EXCELLENT,
        ProjectStatus.CLOSED_GOOD,
        ProjectStatus.CLOSED_PASS,
        ProjectStatus.CLOSED_FAIL,
        ProjectStatus.TERMINATED,
    }
)


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def programme_of(honour: Honour) -> Programme:
    """Whose intervals hold."""
    return honour.project.batch.programme if honour.project else honour.programme


def dates_of(programme: Programme, named_on: date) -> Iterator[tuple[RecheckKind, date]]:
    """What the programme asks of a brand named that day. Report once: a month with a mid-term or
    an acceptance has no progress report beside it (domain.md 0.6)."""
    fixed = {K.MIDTERM: programme.midterm_months, K.ACCEPTANCE: programme.acceptance_months}
    for kind, months in fixed.items():
        if months:
            yield kind, months_after(named_on, months)
    step, end = programme.progress_months, max(filter(None, fixed.values()), default=0)
    for months in range(step, end, step) if step else ():
        if months not in fixed.values():
            yield K.PROGRESS, months_after(named_on, months)
    if programme.renewal_years:
        yield K.RENEWAL, months_after(named_on, 12 * programme.renewal_years)


def plan(honour: Honour) -> None:
    """Every check of a brand just named. What would be due already is left to staff."""
    assert honour.named_on is not None, "named now"
    for kind, day in dates_of(programme_of(honour), honour.named_on):
        if day > clock.today():
            plan_one(honour, kind, day)


def plan_one(honour: Honour, kind: str, due_on: date) -> Recheck:
    """Planned once, however often it is asked for."""
    assert honour.organisation_id is not None, "somebody has to report"
    lead = timedelta(days=programme_of(honour).recheck_lead_days)
    row, _ = Recheck.objects.get_or_create(
        honour=honour,
        kind=kind,
        due_on=due_on,
        defaults={"organisation_id": honour.organisation_id, "opens_on": due_on - lead},
    )
    return row


def midterm_day(project: Project) -> date | None:
    """Of a 书记项目 that starts today, or None where none is worth its while.

    B2 puts it into June and July. What starts too late for that is looked at half-way to its
    closing, if there are four months to it: less, and the check would meet the closing report.
    """
    today, months = clock.today(), project.batch.programme.midterm_months
    ends = windows.ends_at(project.batch, Stage.CLOSING, project)
    closing = timezone.localdate(ends) if ends else date(project.batch.year, 12, 31)
    if months:
        due = months_after(today, months)
        return None if ends and due >= closing else due
    due = date(project.batch.year, *MIDTERM)
    if due >= today + timedelta(days=LEAST_DAYS):
        return due
    late = months_after(today, LATE_MONTHS) <= closing
    return today + (closing - today) // 2 if late else None


def plan_midterm(project: Project, event: ProjectEvent) -> None:
    """At the start of a 书记项目."""
    programme, due = project.batch.programme, midterm_day(project)
    if due is None:
        return
    Recheck.objects.get_or_create(
        project=project,
        kind=K.MIDTERM,
        defaults={
            "organisation_id": project.organisation_id,
            "due_on": due,
            "opens_on": due - timedelta(days=programme.recheck_lead_days),
        },
    )


def renewals_of(honour: Honour) -> dict[str, Any]:
    """When it was last passed and by when the next is due; both public."""
    events = RecheckEvent.objects.filter(recheck__honour=honour, recheck__kind=K.RENEWAL)
    last = events.filter(target=R.PASSED).order_by("-at").values_list("at", flat=True).first()
    ahead = honour.rechecks.filter(kind=K.RENEWAL, status__in=(R.PLANNED, R.OPEN))
    next_on = ahead.order_by("due_on").values_list("due_on", flat=True).first()
    return {"last_at": last, "next_on": next_on if honour.status == HonourStatus.VALID else None}


def may_arrange_now(user: Any, honour: Honour) -> Verdict:
    """A re-verification by hand: for brands named before the system, or when none is planned."""
    if honour.status != HonourStatus.VALID:
        return not_now("命名已撤销，不再复评。")
    if honour.organisation_id is None:
        return not_now("该单位没有登记党组织，无法通知复评。请先在“党组织”中登记。")
    unfinished = Recheck.objects.filter(honour=honour, kind=K.RENEWAL)
    if unfinished.exclude(status__in=(R.PASSED, R.ENDED)).exists():
        return not_now("已经安排了复评，办结之后才能再安排。")
    return ALLOWED


@transaction.atomic
def arrange(honour: Honour, *, due_on: date, by: Any, via: Any) -> Recheck:
    """Raises Conflict when one is arranged already: the honour's lock makes two presses one."""
    honour = Honour.objects.select_for_update(of=("self",)).get(pk=honour.pk)
    may_arrange_now(by, honour).require()
    if Recheck.objects.filter(honour=honour, kind=K.RENEWAL, due_on=due_on).exists():
        raise Conflict("这一天已经有过复评，请另选一天。")
    recheck = plan_one(honour, K.RENEWAL, due_on)
    record("recheck.arrange", by=by, via=via, obj=recheck, due_on=str(due_on))
    return recheck


# What the clock does; `brands.tasks.keep_rechecks` calls it.


def is_due(user: Any, recheck: Recheck) -> Verdict:
    if is_moot(user, recheck):
        return not_now("命名或事件已撤销，或项目已结束。")
    return ALLOWED if recheck.opens_on <= clock.today() else not_now("还没有到启动日期。")


def opened(recheck: Recheck, *, by: Any, note: str) -> dict[str, Any]:
    """Opened late, after the system stood still, it leaves the school time all the same."""
    return {"due_on": max(recheck.due_on, clock.today() + timedelta(days=LEAST_DAYS))}


def is_missed(user: Any, recheck: Recheck) -> Verdict:
    return ALLOWED if recheck.is_over else not_now("报告期限还没有过。")


def is_moot(user: Any, recheck: Recheck) -> Verdict:
    withdrawn = recheck.negative and recheck.negative.status == NegativeStatus.WITHDRAWN
    revoked = recheck.honour and recheck.honour.status == HonourStatus.REVOKED
    if withdrawn or revoked or (recheck.project and recheck.project.status in CLOSED):
        return ALLOWED
    return not_now("命名仍然有效、项目仍在推进，不能终止。")


def tick() -> int:
    """Open, mark as missed and end what the day brings; a missed run is made up by the next."""
    today = clock.today()
    rows = Recheck.objects.order_by("pk")
    steps = [
        ("end", rows.filter(status__in=UNFINISHED, honour__status=HonourStatus.REVOKED)),
        ("end", rows.filter(status__in=UNFINISHED, project__status__in=CLOSED)),
        ("open", rows.filter(status=R.PLANNED, opens_on__lte=today)),
        ("miss", rows.filter(status=R.OPEN, due_on__lt=today)),
    ]
    return sum(_move(name, recheck) for name, due in steps for recheck in due)


def _move(name: str, recheck: Recheck) -> bool:
    try:
        perform(recheck, name, by=None)
    except Conflict:
        return False  # Another run has just done it.
    return True
