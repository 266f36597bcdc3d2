"""The milestones of a project that are taken over from its application, each row once."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from brands.forms.planned import PlannedRow, planned_rows
from brands.models import Milestone, Project
from brands.permissions_after import may_plan
from foundation.audit.services import record


def proposed_rows(project: Project) -> list[PlannedRow]:
    """The rows of the form that are no milestone yet: neither taken over nor typed anew."""
    rows = planned_rows(project)
    if not rows:
        return []
    standing = list(project.milestones.all())
    taken = {milestone.from_row for milestone in standing}
    titles = {milestone.title for milestone in standing}
    return [row for row in rows if row.number not in taken and row.title not in titles]


@transaction.atomic
def take_over(project: Project, chosen: Mapping[int, Mapping[str, Any]], *, by: Any) -> int:
    """Make milestones of these rows, by number, with the words as they were confirmed; how many.

    What another page has taken over meanwhile is left alone.
    """
    current = Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
    may_plan(by, current).require()
    open_ = [row.number for row in proposed_rows(current) if row.number in chosen]
    for number in open_:
        words = chosen[number]
        milestone = Milestone.objects.create(
            project=current,
            from_row=number,
            **{name: words[name] for name in ("title", "owner", "due_on")},
        )
        record("milestone.plan", by=by, obj=milestone)
    return len(open_)
