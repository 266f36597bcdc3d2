"""The lock: everything is in, ranks are computed once and handed to the projects."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.db.models import Count

from brands.models import Project
from foundation import clock
from foundation.verdict import ALLOWED, Conflict, Verdict, not_now
from foundation.workflow.engine import perform
from reviews.aggregates import aggregate, mean_of, shared_ranks
from reviews.models import Assignment, Entry, Round, RoundKind, Score

TIE_RULE = "按得分从高到低排列；得分相同的，依次比较标准中列明的指标平均分；仍相同的名次并列，按受理先后列出。"


def what_is_missing(round: Round) -> list[str]:
    """Sentences about unfinished reviews and entries without any."""
    waiting: dict[str, int] = defaultdict(int)
    assignments = Assignment.objects.filter(entry__round=round).unfinished()
    for name in assignments.order_by("reviewer__name").values_list("reviewer__name", flat=True):
        waiting[name] += 1
    faults = []
    if waiting:
        people = "、".join(f"{name}（{count}项）" for name, count in waiting.items())
        faults.append(f"尚未提交：{people}。")
    done = Assignment.objects.filter(entry__round=round).submitted().order_by().values("entry")
    empty = round.entries.exclude(pk__in=done).select_related("project")
    if titles := [str(entry) for entry in empty]:
        faults.append(f"没有有效评分：{'、'.join(titles)}。")
    return faults


def is_complete(user: Any, round: Round) -> Verdict:
    faults = what_is_missing(round)
    return not_now("还不能锁定评分。" + "".join(faults)) if faults else ALLOWED


def rank_and_hand_over(round: Round, *, by: Any, **extra: Any) -> dict[str, Any]:
    """Inside the round's lock: entries, then projects, are locked before anything is written."""
    entries = list(Entry.objects.select_for_update(of=("self",)).filter(round=round).order_by("pk"))
    if faults := what_is_missing(round):  # A review may have moved before the lock.
        raise Conflict("还不能锁定评分。" + "".join(faults))
    _recompute(round, entries)
    ranked = _in_order(round, entries)
    Entry.objects.bulk_update(
        entries, ["total_mean", "trimmed", "spread", "count", "rank"], batch_size=200
    )
    projects = {
        project.pk: project
        for project in Project.objects.select_for_update(of=("self",))
        .filter(pk__in=[entry.project_id for entry in entries])
        .select_related("batch")
        .order_by("pk")
    }
    for entry in ranked:
        _hand_over(round, projects[entry.project_id], entry, by=by)
    return {"frozen_at": clock.now()}


def _recompute(round: Round, entries: list[Entry]) -> None:
    """From the reviews themselves, so that the frozen figures rest on nothing stored in between."""
    totals: dict[int, list[Decimal]] = defaultdict(list)
    for entry_id, total in Assignment.objects.filter(entry__round=round).totals():
        totals[entry_id].append(total)
    for entry in entries:
        result = aggregate(totals[entry.pk], trim=round.trim)
        entry.total_mean, entry.trimmed = result.mean, result.trimmed
        entry.spread, entry.count = result.spread, result.count


def _in_order(round: Round, entries: list[Entry]) -> list[Entry]:
    """Best first, with `rank` set: the score, then the tie criteria, then a shared rank."""
    ties = _tie_means(round)
    keys = {entry.pk: (entry.trimmed or Decimal(), *ties[entry.pk]) for entry in entries}
    ordered = sorted(entries, key=lambda e: (*(-value for value in keys[e.pk]), e.pk))
    for entry, rank in zip(ordered, shared_ranks([keys[e.pk] for e in ordered]), strict=True):
        entry.rank = rank
    return ordered


def _tie_means(round: Round) -> dict[int, list[Decimal]]:
    criteria = list(
        round.rubric.criteria.exclude(tie_order=None)
        .order_by("tie_order")
        .values_list("pk", flat=True)
    )
    values: dict[int, dict[int, list[Decimal]]] = defaultdict(lambda: defaultdict(list))
    scores = Score.objects.filter(assignment__entry__round=round, criterion__in=criteria)
    for entry_id, criterion_id, value in (
        scores.filter(assignment__in=Assignment.objects.submitted().order_by())
        .order_by()
        .values_list("assignment__entry", "criterion", "value")
    ):
        values[entry_id][criterion_id].append(value)
    return defaultdict(
        list,
        {pk: [mean_of(by_criterion[c]) for c in criteria] for pk, by_criterion in values.items()},
    )


def _hand_over(round: Round, project: Project, entry: Entry, *, by: Any) -> None:
    if round.kind == RoundKind.CLOSING:
        perform(project, "finish_closing_review", by=by, score=entry.trimmed)
    else:
        perform(project, "finish_review", by=by, score=entry.trimmed, rank=entry.rank)


def progress_of(round: Round) -> dict[str, int]:
    """status → how many assignments: counts only, so it may be shown before the lock."""
    rows = Assignment.objects.filter(entry__round=round).order_by().values("status")
    return {row["status"]: row["count"] for row in rows.annotate(count=Count("pk"))}
