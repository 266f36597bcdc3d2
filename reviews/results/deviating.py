"""Totals far from the median of their entry: found once all are in, asked about, explained.

Staff learn that a review is far from the others and never by how much or which way, and the
reviewer learns no more than that (docs/adr/0019).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse

from foundation import clock
from foundation.audit.services import record
from foundation.notifications.services import Letter, tell
from foundation.verdict import Conflict
from reviews.aggregates import deviates, median, rounded
from reviews.models import Assignment, AssignmentStatus, Entry, Explanation, Round
from reviews.permissions import can_ask, can_explain


@dataclass(frozen=True, slots=True)
class Deviation:
    assignment: Assignment
    median: Decimal
    explanation: Explanation | None  # The last one asked for.

    @property
    def state(self) -> tuple[str, str]:
        if self.explanation is None:
            return "未询问", "plain"
        return ("已说明", "good") if self.explanation.answered_at else ("等待说明", "wait")


def _complete(round: Round, **only: Any) -> dict[int, list[tuple[int, Decimal]]]:
    """entry → (assignment, total) of those whose every review is in."""
    rows = Assignment.objects.filter(entry__round=round, **only).live().order_by()
    found: dict[int, list[tuple[int, Decimal]]] = defaultdict(list)
    waiting = set()
    for pk, entry, status, total in rows.values_list("pk", "entry", "status", "total"):
        if status == AssignmentStatus.SUBMITTED and total is not None:
            found[entry].append((pk, total))
        else:
            waiting.add(entry)
    return {entry: totals for entry, totals in found.items() if entry not in waiting}


def _far(entries: Iterable[list[tuple[int, Decimal]]]) -> dict[int, Decimal]:
    """assignment → median of its entry, for each total too far from it."""
    far: dict[int, Decimal] = {}
    for totals in entries:
        middle = median([total for _, total in totals])
        far |= {pk: rounded(middle) for pk, total in totals if deviates(total, middle)}
    return far


def deviations(round: Round) -> list[Deviation]:
    far = _far(_complete(round).values())
    assignments = Assignment.objects.filter(pk__in=far).select_related("entry__project", "reviewer")
    asked: dict[int, Explanation] = {}
    for one in Explanation.objects.filter(assignment__in=far).order_by("pk"):
        asked[one.assignment_id] = one
    return [
        Deviation(one, far[one.pk], asked.get(one.pk))
        for one in assignments.defer("comment", "entry__project__content").order_by("entry", "pk")
    ]


def unexplained(round: Round) -> int:
    """How many reviews that are far from the others have no reason yet."""
    far = _far(_complete(round).values())
    told = Explanation.objects.filter(assignment__in=far).exclude(answered_at=None)
    return len(far) - told.order_by().values("assignment").distinct().count()


def ask(assignment: Assignment, *, by: Any) -> Explanation:
    """Ask the reviewer why: only about a review that is far from the others, and once at a time."""
    with transaction.atomic():
        Entry.objects.select_for_update(of=("self",)).get(pk=assignment.entry_id)
        current = Assignment.objects.select_related("entry__round", "entry__project").get(
            pk=assignment.pk
        )
        can_ask(by, current.entry.round).require()
        if current.pk not in _far(_complete(current.entry.round, entry=current.entry_id).values()):
            raise Conflict("这份评分目前不属于偏差较大的评分，不能询问。请刷新页面查看。")
        if current.explanations.filter(answered_at=None).exists():
            raise Conflict("已经请这位专家说明理由，正在等待答复。")
        asked = Explanation.objects.create(assignment=current, asked_by=by)
        _tell(asked, current)
        record("assignment.ask", by=by, via=can_ask(by, current.entry.round).via, obj=current)
    return asked


def _tell(asked: Explanation, assignment: Assignment) -> None:
    entry = assignment.entry
    hide = entry.mask.text
    tell(
        [
            Letter(
                user_id=assignment.reviewer_id,
                key=f"review-explain:{asked.pk}",
                subject=f"请说明评分理由：{hide(str(entry.project))}",
                text=hide(
                    f"您对{entry}的评分与其他专家相差较大。请登录系统，写明您的评分理由。"
                    "评分不必改动；认为需要改的，请与局工作人员联系。"
                ),
                link=reverse("reviews:review-explain", args=[assignment.pk]),
            )
        ]
    )


def waiting_for(assignment: Assignment) -> Explanation | None:
    return assignment.explanations.filter(answered_at=None).first()


def explain(assignment: Assignment, text: str, *, by: Any) -> None:
    with transaction.atomic():
        current = Assignment.objects.select_for_update(of=("self",)).get(pk=assignment.pk)
        can_explain(by, current).require()
        asked = waiting_for(current)
        if asked is None:
            raise Conflict("没有等待您说明的评分，或者您已经说明过了。")
        asked.text, asked.answered_at = text, clock.now()
        asked.save(update_fields=["text", "answered_at"])
        record("assignment.explain", by=by, obj=current)
