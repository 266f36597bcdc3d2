"""The lock: everything is in, ranks are computed once and handed to the projects."""

from collections import defaultdict
from typing import Any

from django.db.models import Count, OuterRef, Subquery

from brands.models import Project
from foundation import clock
from foundation.verdict import ALLOWED, Conflict, Verdict, not_now
from foundation.workflow.engine import perform, perform_all
from reviews import combining, weighing
from reviews.models import Assignment, Entry, Round, RoundKind
from reviews.results import keeping
from reviews.results.ranking import Line

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
    return [*faults, *combining.what_is_missing(round)]


def is_complete(user: Any, round: Round) -> Verdict:
    faults = what_is_missing(round)
    return not_now("还不能锁定评分。" + "".join(faults)) if faults else ALLOWED


def rank_and_hand_over(round: Round, *, by: Any, **extra: Any) -> dict[str, Any]:
    """Inside the round's lock: entries, then projects, are locked before anything is written."""
    if round.kind == RoundKind.SELECTION:
        weighing.hold(round.batch_id)  # Of two rounds locked at once the later combines both.
    entries = list(Entry.objects.select_for_update(of=("self",)).filter(round=round).order_by("pk"))
    if faults := what_is_missing(round):  # A review may have moved before the lock.
        raise Conflict("还不能锁定评分。" + "".join(faults))
    at = clock.now()
    lines = keeping.keep(round, at=at)
    write_figures(entries, lines)
    Entry.objects.bulk_create(  # All are there: in effect an update, of many rows at once.
        entries,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["total_mean", "trimmed", "spread", "count", "rank"],
        batch_size=2000,
    )
    if not combining.is_part(round):
        _hand_over(round, entries, by=by)
    elif combining.is_last(round):
        combining.combine(round, at=at, by=by)
    return {"frozen_at": at}


def write_figures(entries: list[Entry], lines: list[Line]) -> None:
    """From the reviews themselves, so that the frozen figures rest on nothing stored in between."""
    found = {line.entry: line for line in lines}
    for entry in entries:
        line = found[entry.pk]
        entry.trimmed, entry.rank, entry.count = line.score, line.rank, line.count
        entry.total_mean, entry.spread = line.mean, line.spread


def _hand_over(round: Round, entries: list[Entry], *, by: Any) -> None:
    """Score and rank to all projects; a closing has a score only."""
    of = {entry.project_id: entry for entry in entries}
    own = Entry.objects.filter(round=round, project=OuterRef("pk")).order_by()
    score, rank = Subquery(own.values("trimmed")), Subquery(own.values("rank"))
    projects = Project.objects.filter(pk__in=round.entries.order_by().values("project")).defer(
        "content", "edits"
    )
    projects = projects.select_related("batch", "organisation")
    if round.kind == RoundKind.CLOSING:
        for project in projects.select_for_update(of=("self",)).order_by("pk"):
            perform(project, "finish_closing_review", by=by, score=of[project.pk].trimmed)
        return
    perform_all(
        projects,
        "finish_review",
        by=by,
        extra=lambda project: {"score": of[project.pk].trimmed, "rank": of[project.pk].rank},
        written={"score": score, "rank": rank},
    )


def progress_of(round: Round) -> dict[str, int]:
    """status → how many assignments: counts only, so it may be shown before the lock."""
    rows = Assignment.objects.filter(entry__round=round).order_by().values("status")
    return {row["status"]: row["count"] for row in rows.annotate(count=Count("pk"))}
