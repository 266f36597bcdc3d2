"""What an established 书记项目, and a named brand under cultivation, leaves behind."""

import json
from collections.abc import Iterator
from typing import Any

from django.db.models import OuterRef, QuerySet

from brands.models import ChangeEvent, ChangeRequest, Milestone, ProgressNote, Project
from brands.models import ProjectStatus as S
from brands.presenting import TRACKED, notes_of
from brands.services import cultivating
from brands.timeline import Line, line, of_event
from brands.timeline.selection import audited, audited_of_project, from_audit
from foundation.audit.models import AuditEvent

_MILESTONE_WORDS = {
    "milestone.plan": "新增节点任务",
    "milestone.change": "修改节点任务",
    "milestone.report": "填写节点完成情况",
}


def is_tracked(project: Project, user: Any) -> bool:
    return project.status in TRACKED or project.status in (S.NAMED, S.REVOKED)


def notes(project: Project, user: Any) -> Iterator[Line]:
    for note in notes_of(project).select_related("by", "milestone").order_by("-at", "-pk"):
        label = f"推进记录：{note.milestone.title}"
        yield line(note.at, label, note.text, by=note.by, appointment=note.appointment)


def changes(project: Project, user: Any) -> Iterator[Line]:
    events = ChangeEvent.objects.filter(change__project=project)
    events = events.select_related("by", "change__project__batch")
    for event in events.order_by("-at", "-pk"):
        yield of_event(event, f"{cultivating.words_of(event.change)}：{event.label}")


def milestones(project: Project, user: Any) -> Iterator[Line]:
    """Of those that an approved change dropped as well."""
    keys = Milestone._base_manager.filter(project=project).values_list("pk", flat=True)
    for event in audited("brands.milestone", list(keys), *_MILESTONE_WORDS):
        yield from_audit(event, _MILESTONE_WORDS[event.action], event.object_name)


def removed_milestones(project: Project, user: Any) -> Iterator[Line]:
    for event in audited("brands.project", [project.pk], "milestone.remove"):
        yield from_audit(event, "删除节点任务", str(json.loads(event.detail).get("milestone", "")))


def planned() -> QuerySet[Milestone]:
    return Milestone._base_manager.filter(project=OuterRef("pk"))


def removals() -> QuerySet[AuditEvent]:
    return audited_of_project("milestone.remove")


def noted() -> QuerySet[ProgressNote]:
    return ProgressNote.objects.filter(milestone__project=OuterRef("pk"))


def asked() -> QuerySet[ChangeRequest]:
    return ChangeRequest.objects.filter(project=OuterRef("pk"))
