"""Answers saved field by field: each has a version, so two people of one school may write at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from brands.forms import spec
from brands.forms.fields import TITLE
from brands.forms.spec import Value
from brands.models import Project, ProjectStatus
from brands.permissions import may_edit
from brands.services import remarks
from brands.services.projects import claim_title, taken_title
from foundation import clock
from foundation.accounts.models import User
from foundation.audit.services import record
from foundation.verdict import Conflict

WRITTEN = ("title", "content", "edits", "version", "updated_at")


@dataclass(frozen=True, slots=True)
class Moved:
    """A field as it is stored now, after it moved on from the version that the page knew."""

    version: int
    value: Value
    by: int | None
    who: str


@dataclass(slots=True)
class Outcome:
    """What became of each field: saved under a version, moved on meanwhile, or refused with words.

    `warnings` are of what is saved, but will not do when it is handed in.
    """

    saved: dict[str, int] = field(default_factory=dict)
    conflicts: dict[str, Moved] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    warnings: dict[str, str] = field(default_factory=dict)


def version_of(project: Project, key: str) -> int:
    """How often this field was changed."""
    version, _ = project.edits.get(key, (0, None))
    return int(version)


def versions_of(project: Project) -> dict[str, int]:
    return {item.key: version_of(project, item.key) for item in spec.form_of(project.batch).fields}


def save_fields(
    project: Project, values: Mapping[str, Value], *, versions: Mapping[str, int], by: Any
) -> Outcome:
    """Save every field that is still at the version the page knew; a field without one is at 0.

    Raises PermissionDenied or Conflict when this person may not write here now. An autosave leaves
    versions and no audit event (design.md 5).
    """
    with transaction.atomic():
        current = Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
        may_edit(by, current).require()
        differing = _differing(current, values)
        if remarks.locked_among(current, differing):
            raise Conflict(remarks.LOCKED)
        if current.person and TITLE in differing:
            raise Conflict("申报对象的姓名不能改动。写错了的，请用正确的姓名另行申报。")
        outcome = Outcome()
        changed = _settle(current, values, versions, outcome)
        if changed:
            _write(current, changed, by)
        outcome.saved |= {key: version_of(current, key) for key in changed}
    if TITLE in outcome.saved and (words := taken_title(current)):
        outcome.warnings[TITLE] = words
    for name in WRITTEN:
        setattr(project, name, getattr(current, name))
    return outcome


def save_section(
    project: Project, values: Mapping[str, Value], *, versions: Mapping[str, int], by: Any, via: Any
) -> Outcome:
    """As `save_fields`, pressed by a person: kept in the audit record."""
    with transaction.atomic():
        outcome = save_fields(project, values, versions=versions, by=by)
        if outcome.saved:
            record("project.save", by=by, via=via, obj=project, fields=sorted(outcome.saved))
    return outcome


def _differing(current: Project, values: Mapping[str, Value]) -> list[str]:
    return [key for key, value in values.items() if spec.value_of(current, key) != value]


def _settle(
    current: Project, values: Mapping[str, Value], versions: Mapping[str, int], outcome: Outcome
) -> dict[str, Value]:
    """What is to be written. Two who wrote the same are no conflict, whoever was first."""
    changed = {}
    for key in sorted(values):
        value, version = values[key], version_of(current, key)
        if spec.value_of(current, key) == value:
            outcome.saved[key] = version
        elif version != versions.get(key, 0):
            outcome.conflicts[key] = _moved(current, key)
        elif key == TITLE and (fault := _title_fault(current, str(value))):
            outcome.errors[key] = fault
        else:
            changed[key] = value
    return changed


def _moved(current: Project, key: str) -> Moved:
    version, by = current.edits[key]
    name = User.objects.filter(pk=by).values_list("name", flat=True).first()
    return Moved(version, spec.value_of(current, key), by, name or "")


def _title_fault(current: Project, title: str) -> str:
    """A returned project is among the submitted: its title must stay unique while it is written."""
    if current.status != ProjectStatus.RETURNED:
        return ""
    old, current.title = current.title, title
    try:
        claim_title(current)
    except Conflict as error:
        return str(error)
    finally:
        current.title = old
    return ""


def _write(current: Project, changed: dict[str, Value], by: Any) -> None:
    current.edits |= {key: [version_of(current, key) + 1, by.pk] for key in changed}
    answers = {**changed}
    current.title = str(answers.pop(TITLE, current.title))
    current.content = {**current.content, **answers}
    current.version += 1
    current.updated_at = clock.now()
    current.save(update_fields=WRITTEN)
