"""The order of projects that shared a rank, once a panel has voted on it."""

from collections.abc import Mapping

from django.db import transaction

from brands.models import Project, ProjectStatus
from foundation.verdict import Conflict


def place(ranks: Mapping[int, int]) -> None:
    """project → rank. Raises Conflict once any of them was proposed or decided upon."""
    with transaction.atomic():
        rows = Project.objects.select_for_update(of=("self",)).filter(pk__in=ranks).order_by("pk")
        projects = list(rows.only("pk", "title", "status", "rank"))
        moved = [f"《{one}》" for one in projects if one.status != ProjectStatus.SCORED]
        if moved:
            raise Conflict(f"{'、'.join(moved)}已经进入审定，先后不能再改。")
        for project in projects:
            project.rank = ranks[project.pk]
        Project.objects.bulk_update(projects, ["rank"])
