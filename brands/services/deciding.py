"""The decision: propose, approve, decline; several at once or none."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from brands.models import Batch, Project, ProjectEvent, ProjectStatus
from brands.services import proposing
from brands.services.letters import tell_school
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


def tell_declined(project: Project, event: ProjectEvent) -> None:
    text = f"贵单位申报的书记项目《{project}》本次未予立项。如有疑问，请与市委教育工委联系。"
    tell_school(project, f"project-event:{event.pk}", "书记项目立项结果", text)


def tell_established(project: Project, event: ProjectEvent) -> None:
    text = f"贵单位的书记项目《{project}》已立项。请至少安排两个节点任务，明确责任人和完成时限，然后启动推进。"
    tell_school(project, f"project-event:{event.pk}", "书记项目已立项", text)


def locked(batch: Batch, keys: Iterable[int]) -> list[Project]:
    """The named projects of the batch, all locked in one order before the first of them moves."""
    wanted = set(keys)
    rows = Project.objects.filter(batch=batch, pk__in=wanted).order_by("pk")
    projects = list(rows.select_for_update(of=("self",)))
    if not wanted or len(projects) != len(wanted):
        raise Conflict("所选项目有变动，请刷新页面后重新选择。")
    return projects


# Moves that take from the top of the ranking; whoever departs from it says why.
BY_RANK = frozenset({"propose", "approve", "establish"})


@transaction.atomic
def move_many(
    batch: Batch, name: str, keys: Iterable[int], *, by: Any, note: str = "", **extra: Any
) -> int:
    """All of them or none: one refusal undoes the rest and says which project it was."""
    projects = locked(batch, keys)
    unexplained = name in BY_RANK and not note.strip()
    if unexplained and (why := proposing.departure(batch, [one.pk for one in projects])):
        raise Conflict(f"{why}。与名次或拟定名额不一致的，请写明理由。本次所选项目均未改动。")
    for project in projects:
        try:
            perform(project, name, by=by, note=note, **extra)
        except Conflict as conflict:
            raise Conflict(f"《{project}》：{conflict} 本次所选项目均未改动。") from conflict
    return len(projects)
