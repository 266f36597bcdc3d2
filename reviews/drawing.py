"""Who judges what: by hand, or by a draw that anyone can repeat with its seed."""

import random
from collections import Counter, defaultdict
from typing import Any

from django.db import transaction
from django.urls import reverse

from foundation import clock
from foundation.audit.services import record
from foundation.notifications.services import Letter, tell
from foundation.verdict import Conflict
from reviews.barring import Pool, barred_by_entry
from reviews.invited import pool_of, why_not
from reviews.models import Assignment, AssignmentStatus, Entry, Round
from reviews.permissions import can_assign


def eligible_reviewers(entry: Entry, pool: Pool, taken: set[int]) -> list[int]:
    """Reviewers without a tie to the applicant who were never given this entry, by id."""
    barred = barred_by_entry(entry.round, pool, pk=entry.pk)[entry.pk]
    return sorted(set(pool) - taken - barred)


def assign(entry: Entry, reviewer: Any, *, by: Any) -> Assignment:
    """Give the entry to one reviewer by hand."""
    with transaction.atomic():
        entry = _locked_entries(entry.round_id, pk=entry.pk)[0]
        can_assign(by, entry.round).require()
        taken = set(entry.assignments.values_list("reviewer", flat=True))
        if reviewer.pk in taken:
            raise Conflict(f"{reviewer.name}已经分到过{entry}，或已回避，不能再次分配。")
        if reason := why_not(entry.round, reviewer):
            raise Conflict(f"{reviewer.name}{reason}，不能分配。请先邀请，或在邀请中指定参评。")
        if reviewer.pk not in eligible_reviewers(entry, pool_of(entry.round), taken):
            raise Conflict(f"{reviewer.name}与{entry}的申报单位存在利益关系，或不在专家名单中。")
        assignment = Assignment.objects.create(entry=entry, reviewer=reviewer)
        tell_reviewers(entry.round, {reviewer.pk})
        record("assignment.assign", by=by, obj=assignment, entry=entry.pk, reviewer=reviewer.pk)
    return assignment


def draw(round: Round, seed: int, *, by: Any) -> int:
    """Fill every entry up to `per_entry`; how many assignments were made.

    The least loaded reviewer goes first, equal loads in an order the seed decides. Too few
    reviewers anywhere means that nothing is drawn.
    """
    with transaction.atomic():
        current = Round.objects.select_for_update(of=("self",)).get(pk=round.pk)
        can_assign(by, current).require()
        made = _drawn(current, seed)
        hand_out(current, made, seed)
        record("round.draw", by=by, obj=current, seed=seed, assignments=len(made))
    return len(made)


def hand_out(round: Round, made: list[Assignment], seed: int) -> None:
    """Inside the round's lock: write the assignments, note the seed, tell the reviewers."""
    Assignment.objects.bulk_create(made, batch_size=5000)
    round.draw_seed, round.drawn_at = seed, clock.now()
    round.save(update_fields=["draw_seed", "drawn_at"])
    tell_reviewers(round, {assignment.reviewer_id for assignment in made})


def _locked_entries(round_id: int, **only: Any) -> list[Entry]:
    return list(
        Entry.objects.select_for_update(of=("self",))
        .filter(round=round_id, **only)
        .select_related("round", "project__organisation")
        .defer("project__content")
        .order_by("pk")
    )


def _drawn(round: Round, seed: int) -> list[Assignment]:
    pool = pool_of(round)
    entries = _locked_entries(round.pk)
    taken: dict[int, set[int]] = defaultdict(set)
    live: Counter[int] = Counter()
    load: Counter[int] = Counter()
    rows = Assignment.objects.filter(entry__round=round).order_by()
    for entry_id, reviewer_id, status in rows.values_list("entry", "reviewer", "status"):
        taken[entry_id].add(reviewer_id)
        if status != AssignmentStatus.RECUSED:
            live[entry_id] += 1
            load[reviewer_id] += 1
    barred = barred_by_entry(round, pool)
    choices = {e.pk: sorted(set(pool) - taken[e.pk] - barred[e.pk]) for e in entries}
    needs = {entry.pk: max(round.per_entry - live[entry.pk], 0) for entry in entries}
    _require_enough(entries, choices, needs)
    chance = random.Random(seed)  # noqa: S311  repeatable on purpose, no secret
    made = []
    for entry in sorted(entries, key=lambda e: (len(choices[e.pk]), e.pk)):
        order = chance.sample(choices[entry.pk], len(choices[entry.pk]))
        for reviewer_id in sorted(order, key=lambda pk: load[pk])[: needs[entry.pk]]:
            load[reviewer_id] += 1
            made.append(Assignment(entry=entry, reviewer_id=reviewer_id))
    return made


def _require_enough(
    entries: list[Entry], choices: dict[int, list[int]], needs: dict[int, int]
) -> None:
    short = [
        f"{entry}有{len(choices[entry.pk])}位无利益关系专家可抽，需要{needs[entry.pk]}位。"
        for entry in entries
        if len(choices[entry.pk]) < needs[entry.pk]
    ]
    if short:
        raise Conflict("专家不足，没有抽取：" + "".join(short))


def tell_reviewers(round: Round, reviewers: set[int]) -> None:
    """One letter a person and round, however many entries."""
    tell(
        Letter(
            user_id=reviewer_id,
            key=f"review-assigned:{round.pk}:{reviewer_id}",
            subject="您有新的评审任务",
            text="局里请您参加项目评审。请登录系统，签署廉洁保密承诺后评分。",
            link=reverse("reviews:desk"),
            subject_kind="review",
            facts={"round": round.pk, "reviewer": reviewer_id},
        )
        for reviewer_id in sorted(reviewers)
    )
