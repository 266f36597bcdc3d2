"""Granting more time. It is told to those who gain it and stands in the project's history."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from brands.models import Batch, BatchStatus, Extension, Project, Stage
from brands.services import windows
from foundation import clock
from foundation.audit.services import record
from foundation.notifications.services import tell_each
from foundation.verdict import Conflict
from schools.models import Area, PartyOrganisation, Role, Tier
from schools.recipients import people_at

# All but the review: its time is the round's own.
EXTENDABLE = (Stage.APPLY, Stage.DISTRICT, Stage.CHECK, Stage.DECISION, Stage.CLOSING)
_ROLE = {Stage.DISTRICT: Role.DISTRICT, Stage.CHECK: Role.BUREAU, Stage.DECISION: Role.LEADER}


def grant(
    batch: Batch,
    stage: Stage,
    target: Area | PartyOrganisation | Project,
    *,
    until: date,
    why: str,
    by: Any,
    via: Any,
) -> Extension:
    """Until the last second of `until`. Raises Conflict when that is no gain, or not the time."""
    with transaction.atomic():
        if isinstance(target, Project):  # Whoever submits or saves locks the project first, too.
            target = Project.objects.select_for_update(of=("self",)).get(pk=target.pk)
        batch = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
        ends = clock.end_of(until)
        _must_gain(batch, stage, target, ends)
        extension = Extension.objects.create(
            batch=batch, stage=stage, until=ends, why=why, by=by, at=clock.now(), **_column(target)
        )
        if isinstance(target, Project):
            _into_history(target, extension, via)
        record("batch.extend", by=by, via=via, obj=batch, stage=stage, whom=extension.whom, why=why)
        _tell(extension, target)
    return extension


def _must_gain(
    batch: Batch, stage: Stage, target: Area | PartyOrganisation | Project, ends: datetime
) -> None:
    """An extension never takes time away, and one that gives none would only mislead."""
    if batch.status != BatchStatus.OPEN:
        raise Conflict("该批次未开启或已结束，不能延期。")
    until = windows.ends_at(batch, stage, target)
    if until is None or stage not in EXTENDABLE:
        raise Conflict(f"该批次的“{batch.stage_label(stage)}”不能延期。")
    if ends <= max(until, clock.now()):
        raise Conflict(f"延期应晚于今天和现在的截止时间（{windows.words(until)}）。")


def _column(target: Area | PartyOrganisation | Project) -> dict[str, Any]:
    if isinstance(target, Area):
        return {"area": target}
    return {"project" if isinstance(target, Project) else "organisation": target}


def _into_history(project: Project, extension: Extension, via: Any) -> None:
    """Read in its history, but no move: the version stays, so that the school which has the page
    open can still hand in from it what it was given the time for."""
    until = windows.words(extension.until)
    project.events.create(
        name="extension",
        label="批准延期",
        source=project.status,
        target=project.status,
        by=extension.by,
        appointment=str(via or ""),
        note=f"{extension.label}延至 {until}。{extension.why}",
    )


def _tell(extension: Extension, target: Area | PartyOrganisation | Project) -> None:
    """Who acts in the stage: secretaries, districts, the bureau, leaders."""
    stage, until = extension.label, windows.words(extension.until)
    subject = f"{stage}延期至 {until}"
    text = f"“{extension.batch}”的{stage}已批准延期至 {until}。理由：{extension.why}"
    link = reverse("brands:batch", args=[extension.batch_id])
    users = {user for unit in _reached(extension, target) for user in unit}
    tell_each(users, f"extension:{extension.pk}", subject, text, link)


def _reached(extension: Extension, target: Area | PartyOrganisation | Project) -> list[list[int]]:
    role = _ROLE.get(Stage(extension.stage), Role.SECRETARY)
    units = PartyOrganisation.objects.live()
    if isinstance(target, Project):
        return [people_at(target.organisation, role)]
    if isinstance(target, PartyOrganisation):
        return [people_at(target, role)]
    tier = Tier.AREA if role != Role.SECRETARY else extension.batch.applicant_tier
    return [people_at(unit, role) for unit in units.filter(area=target, tier=tier)]
