"""书记项目 under way that somebody has to ask about: past their closing day, or silent (B2)."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from brands.models import (
    ClosingExplanation,
    Milestone,
    ProgressNote,
    Project,
    ProjectStatus,
    Stage,
    Track,
)
from brands.permissions_after import leads
from brands.services import windows
from brands.services.letters import tell_bureau as to_bureau
from foundation import clock
from foundation.audit.services import record
from foundation.verdict import Conflict, Verdict, not_now


def quarter_of(day: date) -> tuple[date, date]:
    """Its first and last day."""
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    after = (first + timedelta(days=95)).replace(day=1)
    return first, after - timedelta(days=1)


def under_way(projects: QuerySet[Project]) -> QuerySet[Project]:
    """书记项目 in progress, with what says when they close: three queries however many."""
    rows = projects.filter(status=ProjectStatus.IN_PROGRESS, batch__track=Track.ESTABLISHING)
    return rows.select_related("batch", "organisation__school", "area").prefetch_related(
        "batch__stages", "batch__extensions__project", "batch__extensions__organisation"
    )


def closing_day(project: Project) -> date | None:
    ends = windows.ends_at(project.batch, Stage.CLOSING, project)
    return timezone.localdate(ends) if ends else None


def is_late(project: Project) -> bool:
    """Under way though its last day to ask for the closing, extensions counted, is over."""
    day = closing_day(project)
    is_going = project.status == ProjectStatus.IN_PROGRESS
    return is_going and day is not None and day < clock.today()


def late(projects: QuerySet[Project]) -> list[Project]:
    over = under_way(projects).filter(
        batch__stages__stage=Stage.CLOSING, batch__stages__closes_at__lt=clock.now()
    )
    return [project for project in over.defer("content", "edits") if is_late(project)]


def unexplained(projects: QuerySet[Project]) -> list[Project]:
    """Late ones that have said nothing since their last day."""
    rows = late(projects)
    said = {
        (row.project_id, timezone.localdate(row.at))
        for row in ClosingExplanation.objects.filter(project__in=[row.pk for row in rows])
    }
    return [
        row
        for row in rows
        if not any(key == row.pk and day > (closing_day(row) or day) for key, day in said)
    ]


def silent(projects: QuerySet[Project], day: date) -> QuerySet[Project]:
    """Without a progress note about the quarter of `day`."""
    notes = ProgressNote.objects.filter(
        milestone__project=OuterRef("pk"), day__range=quarter_of(day)
    )
    return projects.filter(~Exists(notes))


def late_milestones(rows: Iterable[Milestone]) -> int:
    return sum(row.done_on is None and row.due_on < clock.today() for row in rows)


def may_explain(user: Any, project: Project) -> Verdict:
    """The secretary, who leads it, once its closing day is over."""
    person = leads(user, project)
    if person and not is_late(project):
        return not_now("结项时间过后仍未申请结项的，才需要说明原因。")
    return person


@transaction.atomic
def explain(project: Project, *, text: str, by: Any) -> ClosingExplanation:
    """Kept beside those before it. Raises Conflict for the same words once more."""
    current = Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
    verdict = may_explain(by, current)
    verdict.require()
    if not text.strip():
        raise Conflict("请写明没有结项的原因和打算。")
    if current.explanations.filter(text=text.strip(), by=by).exists():
        raise Conflict("这份说明已经提交过了，不用重复提交。")
    said = current.explanations.create(text=text.strip(), by=by, at=clock.now())
    record("closing.explain", by=by, via=verdict.via, obj=said, project=current.pk)
    to_bureau(
        f"explanation:{said.pk}",
        "逾期未结项的说明",
        f"{current.organisation.short}说明了{current.batch.noun}《{current}》没有按时结项的原因。",
        reverse("brands:project-closing", args=[current.pk]),
    )
    return said
