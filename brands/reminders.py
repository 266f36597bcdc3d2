"""Who is reminded before a stage, a correction or a milestone ends (domain.md F-H).

The engine is `foundation.notifications.reminding`. How many working days before is the batch's own
(`Batch.remind_days`). An extension moves the deadline, and with it every key: old letters are no
longer wanted, new ones are planned.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q
from django.urls import reverse

from brands import reminders_closing, reminders_keeping, reminders_waiting
from brands.models import (
    Batch,
    BatchStatus,
    Extension,
    Milestone,
    Project,
    ProjectStatus,
    Quota,
    Stage,
    Track,
)
from brands.services import pursuing, windows
from brands.stretches import STRETCHES
from foundation import clock
from foundation.notifications.reminding import (
    FORGOTTEN_AFTER,
    Draft,
    Kind,
    Matter,
    Step,
    only,
    register,
)
from schools.models import Appointment, PartyOrganisation, Role, Tier
from schools.recipients import bureau_desks, district_desks, school_people

Drafts = Iterable[tuple[Matter, Draft]]
MILESTONE_STEPS = tuple(Step(days) for days in (-5, -1, 0, 1))


def _steps(batch: Batch) -> tuple[Step, ...]:
    return tuple(Step(-days) for days in batch.reminder_days)


def _batches(stage: Stage) -> list[Batch]:
    """Open ones in which this stage has begun."""
    under_way = Q(stages__stage=stage, stages__opens_at__lte=clock.now())
    found = Batch.objects.filter(under_way, status=BatchStatus.OPEN)
    return list(found.order_by("pk").prefetch_related("stages", "extensions"))


def _since(batch: Batch, stage: str, whom: windows.Whom, began: datetime | None = None) -> Any:
    """Since when it has its deadline: an extension has been told by a letter of its own."""
    granted = [row.at for row in batch.extensions.all() if row.stage == stage and row.reaches(whom)]
    return max([*granted, *([began] if began else [])], default=None)


def _unsubmitted(subject: str | None) -> Iterator[Matter]:
    batches = {batch.pk: batch for batch in _batches(Stage.APPLY)}
    drafts = Project.objects.filter(batch__in=batches, status=ProjectStatus.DRAFT)
    for project in only(drafts, subject).select_related("organisation").defer("content", "edits"):
        batch = batches[project.batch_id]
        if ends := windows.ends_at(batch, Stage.APPLY, project):
            since = _since(batch, Stage.APPLY, project, project.created_at)
            yield Matter(str(project.pk), ends, _steps(batch), (project, batch), since=since)


def _to_applicants(matters: list[Matter], step: Step, when: str) -> Drafts:
    def words(project: Project, batch: Batch, ends: str) -> tuple[str, str]:
        return (
            f"学校申报{when}：{batch}",
            f"贵单位在“{batch}”中的申报“{project}”还没有提交，截止时间 {ends}。"
            "已填写的内容都已保存，请核对后提交。",
        )

    return _to_school(matters, words)


def _to_school(matters: list[Matter], words: Any) -> Drafts:
    people = school_people({matter.row[0].organisation_id for matter in matters})
    for matter in matters:
        project, batch = matter.row
        subject, text = words(project, batch, windows.words(matter.deadline))
        link = reverse("brands:project", args=[project.pk])
        for user in people.get(project.organisation_id, ()):
            yield matter, Draft(user, subject, text, link)


def _returned(subject: str | None) -> Iterator[Matter]:
    """Sent back and not handed in again; told from the last return or extension on."""
    late = Q(status=ProjectStatus.RETURNED, return_due_at__gte=clock.now())
    rows = Project.objects.filter(late, batch__status=BatchStatus.OPEN)
    rows = only(rows, subject).select_related("batch", "organisation").defer("content", "edits")
    for project in rows.annotate(since=Max("events__at")):
        steps, row = _steps(project.batch), (project, project.batch)
        yield Matter(str(project.pk), project.return_due_at, steps, row, since=project.since)


def _to_correctors(matters: list[Matter], step: Step, when: str) -> Drafts:
    def words(project: Project, batch: Batch, ends: str) -> tuple[str, str]:
        return (
            f"退回修改{when}：{project}",
            f"“{project}”被退回后还没有重新提交，修改截止时间 {ends}。请按意见改好后重新提交。",
        )

    return _to_school(matters, words)


def _unused(subject: str | None) -> Iterator[Matter]:
    """Areas that have places left or applications waiting."""
    homes = {home.area_id: home for home in PartyOrganisation.objects.live().filter(tier=Tier.AREA)}
    for batch in _batches(Stage.DISTRICT):
        waiting = dict(
            batch.projects.filter(status=ProjectStatus.DISTRICT_REVIEW)
            .order_by()
            .values_list("area")
            .annotate(count=Count("pk"))
        )
        quotas = Quota.objects.filter(batch=batch).annotate(used=Count("place_rows__project"))
        for quota in quotas.order_by("pk"):
            name, home = f"{batch.pk}-{quota.area_id}", homes.get(quota.area_id)
            left, unread = quota.places - quota.used, waiting.get(quota.area_id, 0)
            if home is None or (subject not in (None, name)) or not (left or unread):
                continue
            if ends := windows.ends_at(batch, Stage.DISTRICT, home):
                row = (batch, quota.area_id, left, unread)
                since = _since(batch, Stage.DISTRICT, home)
                yield Matter(name, ends, _steps(batch), row, since=since)


def _prolonged(subject: str | None) -> Iterator[Matter]:
    """Applications that wait for a district which was given more time for them alone."""
    given = Extension.objects.filter(stage=Stage.DISTRICT, batch__status=BatchStatus.OPEN)
    if not given.filter(area=None).exists():
        return
    homes = {home.area_id: home for home in PartyOrganisation.objects.live().filter(tier=Tier.AREA)}
    for batch in _batches(Stage.DISTRICT):
        waiting = only(batch.projects.filter(status=ProjectStatus.DISTRICT_REVIEW), subject)
        for project in waiting.select_related("organisation").defer("content", "edits"):
            usual = windows.ends_at(batch, Stage.DISTRICT, homes.get(project.area_id))
            ends = windows.ends_at(batch, Stage.DISTRICT, project)
            if ends and usual and ends > usual:
                since = _since(batch, Stage.DISTRICT, project)
                yield Matter(str(project.pk), ends, _steps(batch), (project, batch), since=since)


def _to_its_district(matters: list[Matter], step: Step, when: str) -> Drafts:
    posts = district_desks()
    for matter in matters:
        project, batch = matter.row
        text = f"“{project}”待本区（市）审核，经批准延至 {windows.words(matter.deadline)}。"
        link = reverse("brands:project", args=[project.pk])
        for path, user in posts:
            if project.organisation.path.startswith(path):
                yield matter, Draft(user, f"区（市）推荐{when}：{batch}", text, link)


def _to_districts(matters: list[Matter], step: Step, when: str) -> Drafts:
    posts = Appointment.objects.holders(Role.DISTRICT).filter(organisation__tier=Tier.AREA)
    people = sorted(set(posts.values_list("organisation__area", "user_id")))
    for matter in matters:
        batch, area, left, unread = matter.row
        text = (
            f"“{batch}”还有 {left} 个推荐名额没有使用，{unread} 项申报待审核，"
            f"推荐截止时间 {windows.words(matter.deadline)}。"
        )
        link = f"{reverse('brands:desk')}?batch={batch.pk}&area={area}"
        for home, user in people:
            if home == area:
                yield matter, Draft(user, f"区（市）推荐{when}：{batch}", text, link)


def _unchecked(subject: str | None) -> Iterator[Matter]:
    """Batches with applications that wait for the formal check."""
    waiting = Count("projects", filter=Q(projects__status__in=STRETCHES["check"][1]))
    keys = [batch.pk for batch in _batches(Stage.CHECK)]
    rows = only(Batch.objects.filter(pk__in=keys), subject).annotate(waiting=waiting)
    for batch in rows.filter(waiting__gt=0).order_by("pk").prefetch_related("stages"):
        if ends := windows.ends_at(batch, Stage.CHECK):
            yield Matter(str(batch.pk), ends, _steps(batch), batch)


def _to_bureau(matters: list[Matter], step: Step, when: str) -> Drafts:
    people = sorted({user for _, user in bureau_desks()})
    for matter in matters:
        batch = matter.row
        text = (
            f"“{batch}”还有 {batch.waiting} 项没有审查，截止时间 {windows.words(matter.deadline)}。"
        )
        link = f"{reverse('brands:projects')}?batch={batch.pk}&stretch=check"
        for user in people:
            yield matter, Draft(user, f"审查{when}：{batch}", text, link)


def _unfinished(subject: str | None) -> Iterator[Matter]:
    """Milestones of projects under way."""
    rows = Milestone.objects.outstanding().filter(
        project__status__in=(ProjectStatus.IN_PROGRESS, ProjectStatus.NAMED),
        due_on__gte=clock.today() - FORGOTTEN_AFTER,
    )
    for row in only(rows, subject).select_related("project").defer("project__content"):
        yield Matter(str(row.pk), row.due_on, MILESTONE_STEPS, row)


def _to_owners(matters: list[Matter], step: Step, when: str) -> Drafts:
    people = school_people({matter.row.project.organisation_id for matter in matters})
    for matter in matters:
        row = matter.row
        day = f"{row.due_on.year}年{row.due_on.month}月{row.due_on.day}日"
        text = f"“{row.project}”的节点任务“{row}”完成时限 {day}，责任人{row.owner}。完成后请填写完成情况。"
        link = reverse("brands:milestones", args=[row.project_id])
        for user in people.get(row.project.organisation_id, ()):
            yield matter, Draft(user, f"节点任务{when}：{row}"[:120], text, link)


QUARTER_STEPS = (Step(-10), Step(-3))


def _silent(subject: str | None) -> Iterator[Matter]:
    """书记项目 under way without a note in this quarter (B2: progress by the quarter)."""
    rows: Any = Project.objects.filter(
        batch__track=Track.ESTABLISHING,
        batch__has_milestones=True,
        status=ProjectStatus.IN_PROGRESS,
    )
    _, last = pursuing.quarter_of(clock.today())
    began = Max("events__at", filter=Q(events__name="start"))
    rows = pursuing.silent(only(rows, subject), clock.today()).annotate(began=began)
    for row in rows.select_related("batch").defer("content", "edits").order_by("pk"):
        yield Matter(str(row.pk), last, QUARTER_STEPS, row, since=row.began)


def _to_silent(matters: list[Matter], step: Step, when: str) -> Drafts:
    people = school_people({matter.row.organisation_id for matter in matters})
    for matter in matters:
        row = matter.row
        text = (
            f"{row.batch.noun}《{row}》本季度还没有推进记录，"
            "请在本季度结束前写明做了什么、到了哪一步。"
        )
        link = reverse("brands:milestones", args=[row.pk])
        for user in people.get(row.organisation_id, ()):
            yield matter, Draft(user, f"季度推进记录{when}：{row}"[:120], text, link)


def fill() -> None:
    register(Kind("apply", _unsubmitted, _to_applicants))
    register(Kind("correction", _returned, _to_correctors))
    register(Kind("district", _unused, _to_districts))
    register(Kind("prolonged", _prolonged, _to_its_district))
    register(Kind("check", _unchecked, _to_bureau))
    register(Kind("closing", reminders_closing.unclosed, reminders_closing.to_leads))
    register(Kind("objection", reminders_closing.unsettled, reminders_closing.to_handlers))
    register(Kind("stamp", reminders_waiting.unstamped, reminders_waiting.to_stampers))
    register(Kind("change", reminders_waiting.unanswered, reminders_waiting.to_deciders))
    register(Kind("transfer", reminders_waiting.unapproved, reminders_waiting.to_seconds))
    register(Kind("recheck", reminders_keeping.unreported, reminders_keeping.to_reporters))
    register(Kind("milestone", _unfinished, _to_owners))
    register(Kind("progress", _silent, _to_silent))
