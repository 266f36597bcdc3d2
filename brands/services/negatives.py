"""A negative-list event opens a review of every honour in force, and withdrawing it ends them.

Locks: honours, then the event, then its checks (`rechecking` takes a check before its honour, but
only for rows that exist before this transaction's own).
"""

from typing import Any

from django.db import transaction
from django.urls import reverse

from brands.models import Honour, NegativeEvent, NegativeMove, Recheck, RecheckKind
from brands.models.recheck import UNFINISHED
from brands.permissions_keeping import may_record_negative
from brands.services.letters import tell_bureau
from brands.services.receiving import kept
from foundation import clock
from foundation.audit.services import record
from foundation.uploads import Inspected
from foundation.workdays.services import add_workdays
from foundation.workflow.engine import perform

REPORT_DAYS = 10  # Working days for the school's account, as for an objection (assumed).


def record_event(event: NegativeEvent, file: Inspected | None, *, by: Any) -> list[Recheck]:
    """The reviews that it opens: one for each honour in force whose school can be asked."""
    verdict = may_record_negative(by)
    verdict.require()
    with kept([file] if file else [], folder="negatives") as rows, transaction.atomic():
        held = Honour.objects.select_for_update(of=("self",)).in_force()
        honours = list(held.filter(school=event.school).order_by("pk"))
        event.by, event.at = by, clock.now()
        for columns in rows:
            event.stored, event.file_name = columns["stored"], columns["name"]
            event.content_type, event.sha256 = columns["content_type"], columns["sha256"]
        event.save(force_insert=True)
        record("negative.record", by=by, via=verdict.via, obj=event)
        opened = [_open(event, honour) for honour in honours if honour.organisation_id]
        tell_bureau(
            f"negative:{event.pk}",
            "登记了负面清单事件",
            f"{event}，已启动专项复核 {len(opened)} 项。",
            reverse("brands:negative", args=[event.pk]),
        )
    return opened


def _open(event: NegativeEvent, honour: Honour) -> Recheck:
    assert honour.organisation_id is not None, "chosen so"
    today = clock.today()
    recheck = Recheck.objects.create(
        honour=honour,
        organisation_id=honour.organisation_id,
        kind=RecheckKind.REVIEW,
        negative=event,
        opens_on=today,
        due_on=add_workdays(today, REPORT_DAYS).date,
    )
    perform(recheck, "open", by=None, note=_told(event))
    return recheck


def _told(event: NegativeEvent) -> str:
    """What the school reads: it has to answer to it."""
    day = f"{event.happened_on:%Y-%m-%d}"
    return f"{day} {event.kind}（{event.document_number}）。请说明情况和整改措施。"


def end_reviews(event: NegativeEvent, move: NegativeMove) -> None:
    for recheck in event.rechecks.filter(status__in=UNFINISHED).order_by("pk"):
        perform(recheck, "end", by=None, note="事件登记有误，已撤回，专项复核终止。")


def is_held(honour: Honour) -> bool:
    """While a review is under way the brand is not promoted."""
    rows = Recheck.objects.filter(honour=honour, kind=RecheckKind.REVIEW)
    return rows.filter(status__in=UNFINISHED).exists()
