"""Who is reminded before a closing or the handling of an objection ends (domain.md B2, B4)."""

from collections.abc import Iterable, Iterator

from django.urls import reverse

from brands.models import BatchStatus, Objection, ObjectionStatus, Project, ProjectStatus, Stage
from brands.services import windows
from foundation.notifications.reminding import Draft, Matter, Step, only
from schools.recipients import school_people

Drafts = Iterable[tuple[Matter, Draft]]
HANDLING_STEPS = tuple(Step(days) for days in (-3, -1, 0, 1))


def unclosed(subject: str | None) -> Iterator[Matter]:
    """书记项目 under way whose closing has not been asked for."""
    rows = Project.objects.filter(
        status=ProjectStatus.IN_PROGRESS,
        batch__status=BatchStatus.OPEN,
        batch__stages__stage=Stage.CLOSING,
    )
    rows = only(rows, subject).select_related("batch", "organisation").defer("content", "edits")
    for project in rows.prefetch_related("batch__stages", "batch__extensions").order_by("pk"):
        batch = project.batch
        given = [
            row.at
            for row in batch.extensions.all()
            if row.stage == Stage.CLOSING and row.reaches(project)
        ]
        if ends := windows.ends_at(batch, Stage.CLOSING, project):
            steps = tuple(Step(-days) for days in batch.reminder_days)
            yield Matter(str(project.pk), ends, steps, project, since=max(given, default=None))


def to_leads(matters: list[Matter], step: Step, when: str) -> Drafts:
    people = school_people({matter.row.organisation_id for matter in matters})
    for matter in matters:
        project = matter.row
        text = (
            f"{project.batch.noun}《{project}》还没有申请结项，截止时间 {windows.words(matter.deadline)}。"
            "确有困难的，请由书记在截止之前申请延期结项。"
        )
        link = reverse("brands:project-closing", args=[project.pk])
        for user in people.get(project.organisation_id, ()):
            yield matter, Draft(user, f"结项{when}：{project}"[:120], text, link)


def unsettled(subject: str | None) -> Iterator[Matter]:
    """Objections that somebody handles and has not concluded."""
    rows = Objection.objects.filter(status=ObjectionStatus.INVESTIGATING, handler__isnull=False)
    rows = only(rows.exclude(due_on=None), subject)
    for objection in rows.select_related("project").defer("project__content").order_by("pk"):
        yield Matter(str(objection.pk), objection.due_on, HANDLING_STEPS, objection)


def to_handlers(matters: list[Matter], step: Step, when: str) -> Drafts:
    for matter in matters:
        objection = matter.row
        day = objection.due_on
        text = f"您承办的{objection}，办理时限 {day.year}年{day.month}月{day.day}日，请核实后作出结论。"
        link = reverse("brands:objection", args=[objection.pk])
        yield matter, Draft(objection.handler_id, f"异议办理{when}：{objection}"[:120], text, link)
