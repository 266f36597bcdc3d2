"""What the combined ranking leaves at one rank, a panel puts in order; the frozen text stays."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Count

from brands.services.placing import place
from foundation.audit.services import record
from foundation.verdict import Conflict
from reviews.models import Combined, CombinedLine, CombinedVote
from reviews.permissions import can_manage


def ties_of(combined: Combined) -> dict[int, list[CombinedLine]]:
    """rank → the lines that share it, best rank first; those voted on apart already."""
    lines = CombinedLine.objects.filter(combined=combined)
    counted = lines.order_by().values("rank").annotate(count=Count("pk")).filter(count__gt=1)
    shared: dict[int, list[CombinedLine]] = defaultdict(list)
    tied = lines.filter(rank__in=counted.values("rank")).order_by("rank", "project")
    for line in tied.select_related("project__organisation__school").defer("project__content"):
        shared[line.rank].append(line)
    return dict(shared)


def vote(combined: Combined, rank: int, order: Sequence[int], note: str, *, by: Any) -> None:
    """`order`: the keys of all lines at `rank`, first the one that the panel puts first."""
    with transaction.atomic():
        lines = CombinedLine.objects.filter(combined=combined, rank=rank).order_by("pk")
        found = {line.pk: line for line in lines.select_for_update(of=("self",))}
        verdict = can_manage(by)
        verdict.require()
        if len(found) < 2 or set(found) != set(order):
            raise Conflict("并列的项目与您看到的不同，没有记录。请刷新页面，核对后再填写。")
        for n, key in enumerate(order):
            found[key].rank = rank + n
        CombinedLine.objects.bulk_update(found.values(), ["rank"])
        projects = [found[key].project_id for key in order]
        place({found[key].project_id: found[key].rank for key in order})
        made = CombinedVote.objects.create(
            combined=combined, rank=rank, order=projects, note=note, by=by
        )
        record("combined.vote", by=by, via=verdict.via, obj=made, rank=rank, order=projects)
