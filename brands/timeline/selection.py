"""Moves, files and longer time: what any project has."""

import json
from collections.abc import Iterator
from typing import Any

from django.db.models import OuterRef, QuerySet
from django.db.models.functions import Cast

from brands.models import Extension, Project
from brands.models import ProjectStatus as S
from brands.models.project import UNRELEASED
from brands.permissions import note_as_seen, sees_results, shown_status
from brands.services import windows
from brands.timeline import Line, line, of_event
from foundation.audit.models import AuditEvent


def moves(project: Project, user: Any) -> Iterator[Line]:
    """What would tell an outcome before its time is left out, like the status."""
    sees = sees_results(user)
    hidden = set() if sees else UNRELEASED
    if shown_status(project, user) == project.status:
        hidden = hidden - {S.DECLINED}
    for event in sorted(project.events.all(), key=lambda e: (e.at, e.pk), reverse=True):
        if event.target not in hidden or event.name == "accept":
            yield of_event(event, note=note_as_seen(project, event, sees=sees))


def files(project: Project, user: Any) -> Iterator[Line]:
    """What is there says itself who added it."""
    for file in project.attachments.all():
        yield line(file.at, "上传附件", file.name, by=file.by)


def removed_files(project: Project, user: Any) -> Iterator[Line]:
    """Of what is gone the audit chain knows."""
    for event in audited("brands.project", [project.pk], "attachment.remove"):
        yield from_audit(event, "删除附件", str(json.loads(event.detail).get("file", "")))


def extensions(project: Project, user: Any) -> Iterator[Line]:
    """Those for its area or organisation; its own stand among its moves."""
    rows = Extension.objects.filter(batch=project.batch_id, project=None).select_related(
        "by", "area"
    )
    for row in rows:
        if row.reaches(project):
            words = (
                f"{project.batch.stage_label(row.stage)}延至 {windows.words(row.until)}。{row.why}"
            )
            yield line(row.at, f"批准延期：{row.whom}", words, by=row.by)


def removals() -> QuerySet[AuditEvent]:
    return audited_of_project("attachment.remove")


def longer_for_all() -> QuerySet[Extension]:
    return Extension.objects.filter(batch=OuterRef("batch"), project=None)


def audited_of_project(action: str) -> QuerySet[AuditEvent]:
    """Of the project of an outer statement."""
    key = Cast(OuterRef("pk"), AuditEvent._meta.get_field("object_id"))
    return AuditEvent.objects.filter(object_type="brands.project", object_id=key, action=action)


def audited(model: str, keys: list[int], *actions: str) -> Any:
    """From the audit chain, by its index of objects."""
    rows = AuditEvent.objects.filter(object_type=model, object_id__in=[str(key) for key in keys])
    return rows.filter(action__in=actions, success=True).order_by("-number")


def from_audit(event: AuditEvent, label: str, note: str) -> Line:
    found = line(event.at, label, note, appointment=event.appointment)
    who = f"{event.appointment}（{event.actor_name}）" if event.appointment else event.actor_name
    return found | {"who": who, "system": event.actor_id is None}
