"""One move for many projects: thought through, made for all or for none, and taken back likewise."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from brands.models import Bulk, BulkItem, Project, ProjectStatus, Quota
from brands.permissions import status_as_seen
from brands.services.tally import Tally, tally_of
from brands.services.undoing import last_move
from foundation import clock
from foundation.audit.services import record
from foundation.verdict import Conflict, Verdict, denied, not_now
from foundation.workflow.engine import perform, workflow_of
from schools.models import Role
from schools.rights import rights_of

MOST = 200


@dataclass(frozen=True, slots=True)
class Move:
    """A line of the table that may be made in bulk, and the line that takes it back."""

    label: str
    role: str
    reverse: str
    consequences: tuple[str, ...]


# fmt: off
MOVES = {
    "accept": Move("审查通过", Role.BUREAU, "unaccept",
                   ("所选项目通过审查，进入下一环节。", "各学校会收到通知。")),
    "return": Move("退回修改", Role.BUREAU, "unreturn",
                   ("所选项目整份退给学校修改；要逐项写意见的，请打开项目单独退回。",
                    "审查只能退回一次；已占用的推荐名额保留。",
                    "各学校会收到通知、理由和修改截止时间。")),
    "reject": Move("不予通过", Role.BUREAU, "unreject",
                   ("所选项目在本批次不再参加评审。", "各学校会收到通知和理由。")),
    "recommend": Move("推荐", Role.DISTRICT, "unrecommend",
                      ("所选项目按提交先后占用名额，排在推荐名单末尾，之后可以调整顺序。",)),
    "not_recommend": Move("不予推荐", Role.DISTRICT, "reconsider",
                          ("所选项目在本批次不再推荐。", "各学校会收到通知和理由。")),
    "district_return": Move("退回学校修改", Role.DISTRICT, "unreturn",
                            ("所选项目整份退给学校修改；要逐项写意见的，请打开项目单独退回。",
                             "各学校会收到通知、理由和修改截止时间。")),
}
# fmt: on


def moves_of(role: str) -> list[tuple[str, str]]:
    """(name, label) of what this role may do in bulk."""
    return [(name, move.label) for name, move in MOVES.items() if move.role == role]


@dataclass(frozen=True, slots=True)
class Line:
    """What becomes of one project: where it goes, or why it does not."""

    project: Project
    verdict: Verdict
    outcome: str = ""


class Refused(Conflict):
    """One of them cannot be moved, so none was; `lines` says which and why."""

    def __init__(self, lines: list[Line]) -> None:
        self.lines = lines
        super().__init__(f"有 {len(lines)} 项不能办理，所选项目都没有改动。")


def may_do(user: Any, name: str) -> Verdict:
    """Has this person a desk at which the move is made?"""
    having = rights_of(user).having(MOVES[name].role)
    if having:
        return Verdict(True, via=having[0])
    who = "区（市）教育工委" if MOVES[name].role == Role.DISTRICT else "局工作人员"
    return denied(f"只有{who}可以批量办理“{MOVES[name].label}”。")


def preview(projects: Iterable[Project], name: str, *, by: Any) -> list[Line]:
    """Each with what would happen; places of a quota are counted down along the list."""
    tallies: dict[tuple[int, int | None], Tally] = {}
    return [_thought(project, name, by, tallies) for project in projects]


def _thought(
    project: Project, name: str, by: Any, tallies: dict[tuple[int, int | None], Tally]
) -> Line:
    table = workflow_of(project)
    verdict = table[name].decide(project, by)
    if verdict and name == "recommend":
        key = (project.batch_id, project.area_id)
        tally = tallies.setdefault(key, tally_of(project))
        school = project.organisation.school
        if refusal := tally.refusal(school):
            return Line(project, not_now(refusal))
        tally.take(school)
    return Line(project, verdict, _outcome(project, name) if verdict else "")


def _outcome(project: Project, name: str) -> str:
    target = workflow_of(project)[name].destination(project)
    has_review = project.batch.has_review
    return status_as_seen(target, sees=True, outcome_is_out=True, has_review=has_review).label


def in_turn(projects: Iterable[Project]) -> list[Project]:
    """The order in which they are moved and shown: as they were handed in."""
    return sorted(projects, key=lambda one: (one.submitted_at or one.created_at, one.pk))


@transaction.atomic
def carry_out(
    name: str, seen: Mapping[int, int | None], *, note: str, by: Any, via: Any, **extra: Any
) -> Bulk:
    """`seen` is project → the version that the person read. Raises Refused, and nothing has moved."""
    projects = _locked(seen)
    if name == "recommend":  # Before the first move takes the audit chain: business rows first.
        areas = {project.area_id for project in projects}
        batches = {project.batch_id for project in projects}
        quotas = Quota.objects.select_for_update().filter(batch__in=batches, area__in=areas)
        list(quotas.order_by("pk"))
    moves: dict[Project, Any] = {}
    refused: list[Line] = []
    for project in in_turn(projects):
        with _noting(project, refused):
            version = seen[project.pk]
            moves[project] = perform(project, name, by=by, note=note, version=version, **extra)
    if refused:
        raise Refused(refused)
    bulk = Bulk.objects.create(
        name=name,
        label=MOVES[name].label,
        note=note,
        organisation=via.organisation,
        by=by,
        appointment=str(via),
        at=clock.now(),
    )
    BulkItem.objects.bulk_create(
        BulkItem(bulk=bulk, project=project, event=event) for project, event in moves.items()
    )
    keys = [project.pk for project in moves]
    record(f"bulk.{name}", by=by, via=via, obj=bulk, projects=keys, note=note)
    return bulk


@contextmanager
def _noting(project: Project, refused: list[Line]) -> Iterator[None]:
    """Go on after a refusal: the person wants to hear of all of them, not of the first."""
    try:
        with transaction.atomic():
            yield
    except (Conflict, PermissionDenied) as refusal:
        refused.append(Line(project, not_now(str(refusal))))


def _locked(keys: Iterable[int]) -> list[Project]:
    """All locked in one order before the first of them moves: two bulks never wait in a circle."""
    wanted = set(keys)
    rows = Project.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk")
    projects = list(rows.select_related("batch__programme", "organisation__school"))
    if not wanted or len(projects) != len(wanted):
        raise Conflict("所选项目有变动，请返回重新选择。")
    return projects


def may_undo(user: Any, bulk: Bulk) -> Verdict:
    """Whoever did it, or a colleague with the same right at the same desk or above."""
    if bulk.undone_at is not None:
        return not_now("这次批量操作已经撤回。")
    via = rights_of(user).via(bulk.organisation, MOVES[bulk.name].role)
    return Verdict(True, via=via) if via else denied("只有办理人或有同样权限的同志可以撤回。")


def undo_preview(bulk: Bulk, *, by: Any) -> list[Line]:
    """Each project with where it would go back to, or why it cannot."""
    return [_back(item, MOVES[bulk.name].reverse, by) for item in items_of(bulk)]


def items_of(bulk: Bulk) -> Iterable[BulkItem]:
    rows = bulk.items.select_related("event", "project__batch__programme", "project__organisation")
    return rows.prefetch_related("project__batch__stages", "project__batch__extensions")


def _back(item: BulkItem, reverse: str, by: Any) -> Line:
    project = item.project
    if reason := _moved_on(project, item):
        return Line(project, not_now(reason))
    transition = workflow_of(project)[reverse]
    verdict = transition.decide(project, by)
    outcome = ProjectStatus(transition.destination(project)).label if verdict else ""
    return Line(project, verdict, outcome)


def _moved_on(project: Project, item: BulkItem) -> str:
    last = last_move(project)
    if last is None or last.pk != item.event_id:
        return f"此后项目已有新的办理（{last.label if last else '—'}），不能撤回。"
    return ""


@transaction.atomic
def undo(bulk: Bulk, *, note: str, by: Any) -> None:
    """Every project back by the reverse line, or none. Raises Refused, Conflict or PermissionDenied."""
    current = Bulk.objects.select_for_update(of=("self",)).get(pk=bulk.pk)
    verdict = may_undo(by, current)
    verdict.require()
    if not note.strip():
        raise Conflict("请写明撤回的理由。")
    items = list(current.items.order_by("pk"))
    projects = {project.pk: project for project in _locked(item.project_id for item in items)}
    refused: list[Line] = []
    for item in items:
        project = projects[item.project_id]
        with _noting(project, refused):
            if reason := _moved_on(project, item):
                raise Conflict(reason)
            back: Any = perform(project, MOVES[current.name].reverse, by=by, note=note)
            item.undone = back
    if refused:
        raise Refused(refused)
    BulkItem.objects.bulk_update(items, ["undone"])
    current.undone_by, current.undone_at, current.undone_note = by, clock.now(), note.strip()
    current.save(update_fields=["undone_by", "undone_at", "undone_note"])
    record("bulk.undo", by=by, via=verdict.via, obj=current, projects=list(projects), note=note)
