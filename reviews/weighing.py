"""What each round of a batch counts: settled before the first of them opens.

Whoever sets weights, adds a round, opens or freezes one holds the row of the batch.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from brands.models import Batch
from foundation.audit.services import record
from foundation.verdict import Conflict, Verdict, not_now
from reviews.models import Mode, Round, RoundKind, RoundStatus
from reviews.permissions import can_manage

WHOLE = 100
STANDING = "本批次已经开始评审，各轮权重不能再改。新增的轮次只能填0，不计入总成绩。"


def hold(batch_id: int) -> None:
    """Inside a transaction, after the row of a round and before entries and projects."""
    Batch.objects.select_for_update(of=("self",)).values("pk").get(pk=batch_id)


def rounds_of(batch_id: int) -> list[Round]:
    """All rounds of the selection, those that do not count as well."""
    found = Round.objects.filter(batch=batch_id, kind=RoundKind.SELECTION).select_related("batch")
    return sorted(found, key=lambda round: Mode.values.index(round.mode))


def has_begun(batch_id: int) -> bool:
    selection = Round.objects.filter(batch=batch_id, kind=RoundKind.SELECTION)
    return selection.exclude(status=RoundStatus.DRAFT).exists()


def faults(rounds: list[Round]) -> list[str]:
    """Why nobody may be judged by these weights."""
    total = sum(round.weight for round in rounds)
    if total != WHOLE:
        shares = "，".join(f"{round.get_mode_display()}{round.weight}%" for round in rounds)
        return [f"各轮权重合计为{total}%（{shares}），应为{WHOLE}%。请先设置各轮权重。"]
    short = [round for round in rounds if round.takes and round.weight]
    counted_online = any(round.mode == Mode.ONLINE and round.weight for round in rounds)
    if short and not counted_online:
        return ["入围按网络评审的名次取，网络评审应计入总成绩。请先设置各轮权重。"]
    return []


def can_weigh(user: Any, batch: Batch) -> Verdict:
    manages = can_manage(user, batch)
    if not manages:
        return manages
    if has_begun(batch.pk):
        return not_now(STANDING)
    return manages


def weigh(batch: Batch, weights: Mapping[int, int], *, by: Any) -> None:
    """round → per cent, of all rounds of the selection, 100 together."""
    with transaction.atomic():
        hold(batch.pk)
        verdict = can_weigh(by, batch)
        verdict.require()
        rounds = rounds_of(batch.pk)
        if {round.pk for round in rounds} != set(weights):
            raise Conflict("评审轮次与您看到的不同，没有保存。请刷新页面，核对后再填写。")
        for round in rounds:
            round.weight = weights[round.pk]
        if found := faults(rounds):
            raise Conflict("".join(found))
        Round.objects.bulk_update(rounds, ["weight"])
        said = {round.mode: round.weight for round in rounds}
        record("batch.weights", by=by, via=verdict.via, obj=batch, weights=said)


def add(round: Round, *, by: Any) -> Round:
    """A new round. Raises Conflict where it would change what counts while people judge."""
    with transaction.atomic():
        hold(round.batch_id)
        if is_late(round):
            raise Conflict(STANDING)
        round.save(force_insert=True)
        record("round.create", by=by, obj=round)
    return round


def is_late(round: Round) -> bool:
    counts = round.kind == RoundKind.SELECTION and round.weight > 0
    return counts and has_begun(round.batch_id)
