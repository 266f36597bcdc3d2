"""Notes on the progress of a milestone: written once, read by everybody who sees the project."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import models, transaction

from brands.models import Milestone, ProgressNote, Project
from brands.permissions_after import may_note
from brands.services.receiving import kept
from foundation import clock
from foundation.audit.services import record
from foundation.uploads import Inspected
from foundation.verdict import Conflict


@transaction.atomic
def add_note(
    milestone: Milestone, *, day: date, text: str, files: Iterable[Inspected] = (), by: Any
) -> ProgressNote:
    """Under the project's lock. Raises Conflict for a day to come and for the same note once more."""
    project = Project.objects.select_for_update(of=("self",)).get(pk=milestone.project_id)
    verdict = may_note(by, project)
    verdict.require()
    if day > clock.today():
        raise Conflict("推进记录的日期不能晚于今天。")
    if milestone.notes.filter(day=day, text=text, by=by).exists():
        raise Conflict("这条推进记录已经保存过了，不用重复提交。")
    note = milestone.notes.create(
        day=day, text=text, by=by, appointment=str(verdict.via or ""), at=clock.now()
    )
    keep_files(project, files, by=by, note=note)
    record("milestone.note", by=by, via=verdict.via, obj=milestone, project=project.pk, day=day)
    return note


def keep_files(
    project: Project, files: Iterable[Inspected], *, by: Any, **subject: models.Model
) -> None:
    """List the files under `subject`, last of all in the caller's transaction: all or none."""
    with kept(files, folder=f"progress/{project.pk}") as rows:
        for columns in rows:
            project.progress_files.create(**columns, by=by, at=clock.now(), **subject)
