"""What the recipe leaves at one rank, a panel puts in order; the frozen result stays as it is."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Count

from brands.services.placing import place
from foundation.audit.services import record
from foundation.verdict import Conflict, Verdict, not_now
from reviews import combining
from reviews.models import Entry, Result, RoundKind, TieVote
from reviews.permissions import can_manage


def ties_of(result: Result) -> dict[int, list[Entry]]:
    """rank → the entries that share it, best rank first; those voted on apart already."""
    ranked = Entry.objects.filter(round=result.round_id, rank__isnull=False)
    counted = ranked.order_by().values("rank").annotate(count=Count("pk")).filter(count__gt=1)
    shared: dict[int, list[Entry]] = defaultdict(list)
    for entry in ranked.filter(rank__in=counted.values("rank")).for_list().order_by("rank", "pk"):
        shared[entry.rank or 0].append(entry)
    return dict(shared)


def can_vote(user: Any, result: Result) -> Verdict:
    manages = can_manage(user, result)
    if not manages:
        return manages
    if result.round.kind != RoundKind.SELECTION:
        return not_now("结项按得分定等次，并列不影响结果，不需要表决。")
    if combining.of_batch(result.round.batch):
        return not_now("各轮已经合成总成绩，请在综合名次中表决。")
    return manages


def vote(result: Result, rank: int, order: Sequence[int], note: str, *, by: Any) -> TieVote:
    """`order`: the keys of all entries at `rank`, first the one that the panel puts first."""
    with transaction.atomic():
        entries = list(
            Entry.objects.select_for_update(of=("self",))
            .filter(round=result.round_id, rank=rank)
            .order_by("pk")
        )
        verdict = can_vote(by, result)
        verdict.require()
        if len(entries) < 2 or {entry.pk for entry in entries} != set(order):
            raise Conflict("并列的项目与您看到的不同，没有记录。请刷新页面，核对后再填写。")
        ranks = {key: rank + n for n, key in enumerate(order)}
        for entry in entries:
            entry.rank = ranks[entry.pk]
        Entry.objects.bulk_update(entries, ["rank"])
        if not combining.is_part(result.round):  # Else the combined rank is what counts.
            place({entry.project_id: ranks[entry.pk] for entry in entries})
        made = TieVote.objects.create(result=result, rank=rank, order=list(order), note=note, by=by)
        record("result.vote", by=by, via=verdict.via, obj=made, rank=rank, order=order, note=note)
    return made
