"""The decision: propose, approve, decline; several at once or none."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from brands.models import Batch, Project, ProjectStatus
from brands.services import proposing
from foundation.verdict import Conflict
from foundation.workflow.engine import perform


def approved(project: Project, *, by: Any, note: str, minutes_number: str = "") -> dict[str, Any]:
    """The minutes stand behind every approval; a departure from the ranking needs its reason."""
    if not minutes_number.strip():
        raise Conflict("请填写会议纪要号。")
    if not note and _passes_over(project):
        raise Conflict(f"“{project}”的名次低于已不予入选的项目，请写明理由。")
    return {"minutes_number": minutes_number.strip()}


def _passes_over(project: Project) -> bool:
    """A better-ranked project of the batch was declined (for its score, not for an objection)."""
    better = Project.objects.filter(
        batch=project.batch_id, status=ProjectStatus.DECLINED, rank__lt=project.rank or 0
    )
    return better.exclude(events__name="uphold").exists()


def declined(project: Project, *, by: Any, note: str, minutes_number: str = "") -> dict[str, Any]:
    number = minutes_number.strip()
    return {"minutes_number": number} if number else {}


def locked(batch: Batch, keys: Iterable[int]) -> list[Project]:
    """The named projects of the batch, all locked in one order before the first of them moves."""
    wanted = set(keys)
    rows = Project.objects.filter(batch=batch, pk__in=wanted).order_by("pk")
    projects = list(rows.select_for_update(of=("self",)))
    if not wanted or len(projects) != len(wanted):
        raise Conflict("所选项目有变动，请刷新页面后重新选择。")
    return projects


# Moves that take from the top of the ranking; whoever departs from it says why.
BY_RANK = frozenset({"propose", "approve"})


@transaction.atomic
def move_many(
    batch: Batch,
    name: str,
    keys: Iterable[int],
    *,
    by: Any,
    note: str = "",
    seen: Mapping[int, int] | None = None,
    **extra: Any,
) -> int:
    """All of them or none: one refusal undoes the rest and says which project it was.

    `seen` is project → the version that a page was drawn with.
    """
    # The batch first, as by the release of what was decided: one of the two waits for the other.
    Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    projects = locked(batch, keys)
    unexplained = name in BY_RANK and not note.strip()
    if unexplained and (why := proposing.departure(batch, [one.pk for one in projects])):
        raise Conflict(f"{why}。与名次或拟定名额不一致的，请写明理由。本次所选项目均未改动。")
    for project in projects:
        try:
            version = (seen or {}).get(project.pk)
            perform(project, name, by=by, note=note, version=version, **extra)
        except Conflict as conflict:
            raise Conflict(f"《{project}》：{conflict} 本次所选项目均未改动。") from conflict
    return len(projects)
