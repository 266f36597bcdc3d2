"""A person's deadlines as a calendar that their own calendar program subscribes to (RFC 5545)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar, Event

from brands.models import (
    Batch,
    BatchStatus,
    Milestone,
    Objection,
    Project,
    ProjectStatus,
    Recheck,
    RecheckStatus,
    Stage,
)
from brands.services import windows
from checkups.models import Checkup
from foundation import clock
from reviews.models import Assignment
from schools.models import Role
from schools.rights import SCHOOL_ROLES, rights_of


@dataclass(frozen=True, slots=True)
class Deadline:
    """A whole day in the calendar; `key` stays the same while the deadline moves."""

    key: str
    day: date
    title: str
    url: str


def deadlines_of(user: Any) -> list[Deadline]:
    """Everything that this person must meet and has not met yet, the next first."""
    found = [
        *_stages(user),
        *_closings(user),
        *_objections(user),
        *_returned(user),
        *_milestones(user),
        *_checkups(user),
        *_rounds(user),
        *_rechecks(user),
    ]
    return sorted(found, key=lambda deadline: (deadline.day, deadline.key))


def _stages(user: Any) -> Iterator[Deadline]:
    """Ends of the stages in which this person acts; a school's and a district's own extensions."""
    rights = rights_of(user)
    mine = {stage: post for stage, role in _ACTS for post in rights.having(*role)[:1]}
    batches = Batch.objects.visible_to(user).filter(status=BatchStatus.OPEN)
    for batch in batches.prefetch_related("stages", "extensions"):
        for row in batch.stages.all():
            post = mine.get(Stage(row.stage))
            ends = post and windows.ends_at(batch, row.stage, post.organisation)
            if ends and ends >= clock.now():
                title = f"{batch}：{row.label}截止"
                url = reverse("brands:batch", args=[batch.pk])
                yield Deadline(f"stage-{row.pk}", timezone.localdate(ends), title, url)


_ACTS = (
    (Stage.APPLY, SCHOOL_ROLES),
    (Stage.DISTRICT, (Role.DISTRICT,)),
    (Stage.CHECK, (Role.BUREAU,)),
    (Stage.REVIEW, (Role.BUREAU,)),
    (Stage.DECISION, (Role.BUREAU, Role.LEADER)),
)


def _own(user: Any) -> Any:
    """Projects of the units for which this person acts, not all they may see."""
    reach = rights_of(user).reach("organisation__", SCHOOL_ROLES)
    return Project.objects.filter(reach)


def _closings(user: Any) -> Iterator[Deadline]:
    """The last day to ask for the closing, with the extensions that reach the project."""
    rows = _own(user).filter(
        status=ProjectStatus.IN_PROGRESS,
        batch__status=BatchStatus.OPEN,
        batch__stages__stage=Stage.CLOSING,
    )
    for project in rows.select_related("batch", "organisation").prefetch_related(
        "batch__stages", "batch__extensions"
    ):
        if ends := windows.ends_at(project.batch, Stage.CLOSING, project):
            url = reverse("brands:project-closing", args=[project.pk])
            day = timezone.localdate(ends)
            yield Deadline(f"closing-{project.pk}", day, f"《{project}》结项申请截止", url)


def _objections(user: Any) -> Iterator[Deadline]:
    """Those that this person handles by name."""
    rows = Objection.objects.visible_to(user).open().filter(handler=user).exclude(due_on=None)
    for objection in rows.select_related("project"):
        url = reverse("brands:objection", args=[objection.pk])
        assert objection.due_on is not None, "chosen so"
        yield Deadline(f"objection-{objection.pk}", objection.due_on, f"{objection}办理时限", url)


def _returned(user: Any) -> Iterator[Deadline]:
    rows = _own(user).filter(status=ProjectStatus.RETURNED).exclude(return_due_at=None)
    for project in rows:
        url = reverse("brands:project", args=[project.pk])
        day = timezone.localdate(project.return_due_at)
        yield Deadline(f"return-{project.pk}", day, f"《{project}》修改截止", url)


def _milestones(user: Any) -> Iterator[Deadline]:
    rows = Milestone.objects.outstanding().filter(
        project__in=_own(user).order_by().values("pk"),
        project__status__in=(ProjectStatus.IN_PROGRESS, ProjectStatus.NAMED),
    )
    for step in rows.select_related("project"):
        url = reverse("brands:milestones", args=[step.project_id])
        title = f"《{step.project}》节点任务：{step.title}"
        yield Deadline(f"milestone-{step.pk}", step.due_on, title, url)


def _checkups(user: Any) -> Iterator[Deadline]:
    reach = rights_of(user).reach("organisation__", SCHOOL_ROLES)
    rows = Checkup.objects.filter(reach).filter(submitted_at=None).select_related("cycle")
    for checkup in rows.exclude(cycle__due_on__lt=clock.today()):
        url = reverse("checkups:checkup", args=[checkup.pk])
        yield Deadline(f"checkup-{checkup.pk}", checkup.cycle.due_on, f"{checkup.cycle}截止", url)


def _rechecks(user: Any) -> Iterator[Deadline]:
    reach = rights_of(user).reach("organisation__", SCHOOL_ROLES)
    rows = Recheck.objects.filter(reach, status__in=(RecheckStatus.OPEN, RecheckStatus.FIXING))
    for recheck in rows.select_related("honour", "project"):
        url = reverse("brands:recheck", args=[recheck.pk])
        yield Deadline(f"recheck-{recheck.pk}", recheck.deadline, f"{recheck}截止", url)


def _rounds(user: Any) -> Iterator[Deadline]:
    mine = Assignment.objects.visible_to(user).unfinished().select_related("entry__round__batch")
    rounds = {assignment.entry.round for assignment in mine}
    for round in rounds:
        day = timezone.localdate(round.closes_at)
        yield Deadline(f"round-{round.pk}", day, f"{round}评分截止", reverse("reviews:desk"))


def calendar_of(user: Any) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Yipin//Deadlines//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"{settings.SITE['name']}：截止日期")
    for deadline in deadlines_of(user):
        event = Event()
        event.add("uid", f"{deadline.key}@yipin")
        event.add("dtstamp", clock.now())
        event.add("dtstart", deadline.day)
        event.add("dtend", deadline.day + timedelta(days=1))
        event.add("summary", deadline.title)
        event.add("url", f"{settings.SITE_URL}{deadline.url}")
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content
