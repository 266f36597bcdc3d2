"""The secretary's first page: what I must do, by deadline; my project; this quarter's check."""

from typing import Any

from django.db.models import Q
from django.urls import reverse

from brands.models import Applicant, Batch, BatchStatus, Milestone, Project, ProjectStatus, Stage
from brands.permissions import shown_status
from brands.presenting import stage_rail
from brands.services import pursuing, stamping, windows
from brands.tones import tone_of
from checkups.models import FILLABLE, Checkup, Rectification
from checkups.services import progress
from dashboard.home import keeping
from dashboard.home.task import Deadlines, Task
from foundation import clock
from schools.models import PartyOrganisation, Role
from schools.rights import SCHOOL_ROLES, rights_of

S = ProjectStatus


def _applying(user: Any, days: Deadlines) -> list[Task]:
    """Open batches my unit has nothing in yet, and what I have begun or got back."""
    homes = [a.organisation for a in rights_of(user).having(*SCHOOL_ROLES)]
    units = [unit for unit in homes if unit.closed_on is None]
    unit_ids = [unit.pk for unit in units]
    begun = list(
        Project.objects.visible_to(user)
        .filter(status__in=[S.DRAFT, S.RETURNED], organisation__in=unit_ids)
        .select_related("batch")
        .prefetch_related("batch__stages", "batch__extensions")
    )
    tasks = []
    for project in begun:
        url = reverse("brands:project", args=[project.pk])
        if project.status == S.RETURNED:
            why = "已退回，请按意见修改后重新提交。"
            tasks.append(days.task(f"修改《{project}》", why, url, project.return_due_at))
        else:
            ends = windows.ends_at(project.batch, Stage.APPLY, project)
            why = f"{project.batch}：草稿已保存，尚未提交。"
            tasks.append(days.task(f"完成并提交《{project}》", why, url, ends))
    return [*tasks, *_open_batches(user, units, days)] if units else tasks


def _stamping(user: Any, days: Deadlines) -> list[Task]:
    """Submitted, and the stamped paper has not come."""
    mine = Project.objects.filter(rights_of(user).reach("organisation__", SCHOOL_ROLES))
    return [
        days.task(
            f"上传《{project}》的盖章件",
            "申报已提交：打印 Word 表，盖章，扫描上传后才能审查通过。",
            f"{reverse('brands:project', args=[project.pk])}#stamped",
            stamping.ends_at(project),
        )
        for project in stamping.outstanding(mine)[:10]
    ]


def _open_batches(user: Any, units: list[PartyOrganisation], days: Deadlines) -> list[Task]:
    """In which my unit may still begin, in everybody's time or in its own."""
    begun = Q(stages__stage=Stage.APPLY, stages__opens_at__lte=clock.now())
    batches = Batch.objects.visible_to(user).filter(begun, status=BatchStatus.OPEN)
    fitting = batches.filter(applicant__in=Applicant.at(unit.tier for unit in units))
    tasks = []
    fitting = fitting.exclude(projects__organisation__in=units).select_related("under")
    for batch in fitting.prefetch_related("stages", "extensions"):
        unit = next((one for one in units if batch.is_for(one)), None)
        if unit is not None and windows.within(batch, Stage.APPLY, unit):
            url = reverse("brands:batch", args=[batch.pk])
            why = f"依据 {batch.source_document}，正在接受申报。"
            ends = windows.ends_at(batch, Stage.APPLY, unit)
            tasks.append(days.task(f"申报{batch.title}", why, url, ends))
    return tasks


def _tracking(user: Any, days: Deadlines) -> list[Task]:
    """Milestones of projects under way; projects that wait for their list or for their closing."""
    mine = Project.objects.visible_to(user)
    tasks = [
        days.task(
            f"列出《{project}》的节点任务",
            "已立项：至少列两个节点，写明责任人和时限后启动。",
            reverse("brands:milestones", args=[project.pk]),
        )
        for project in mine.filter(status=S.ESTABLISHED, batch__has_milestones=True)
    ]
    under_way = mine.filter(status=S.IN_PROGRESS, batch__has_closing=True)
    going = mine.filter(status__in=(S.IN_PROGRESS, S.NAMED))
    milestones = Milestone.objects.filter(project__in=going.order_by()).outstanding()
    tasks += [
        days.task(
            f"节点：{milestone.title}",
            f"《{milestone.project}》，责任人 {milestone.owner}",
            reverse("brands:milestones", args=[milestone.project_id]),
            milestone.due_on,
        )
        for milestone in milestones.select_related("project")[:10]
    ]
    led = rights_of(user).reach("organisation__", (Role.SECRETARY,))
    tasks += [
        days.task(
            f"申请《{project}》结项",
            "节点任务已全部完成，写好结项报告后提交。",
            reverse("brands:project-closing", args=[project.pk]),
        )
        for project in under_way.filter(led).exclude(pk__in=milestones.order_by().values("project"))
    ]
    tasks += [
        days.task(
            f"说明《{project}》没有结项的原因",
            "结项时间已过。继续做的申请延期，不做的申请终止。",
            reverse("brands:closing-explain", args=[project.pk]),
        )
        for project in pursuing.unexplained(mine.filter(led))
    ]
    return tasks


def _checking(user: Any, days: Deadlines) -> list[Task]:
    outstanding = (
        Checkup.objects.visible_to(user)
        .filter(status__in=FILLABLE)
        .select_related("cycle__template")
    )
    tasks = [
        days.task(
            f"填报{checkup.cycle}",
            "已退回，请按意见修改。" if checkup.status == "returned" else _how_far(checkup),
            reverse("checkups:checkup", args=[checkup.pk]),
            checkup.awaited_by,
        )
        for checkup in outstanding[:10]
    ]
    open_rows = Rectification.objects.visible_to(user).unsolved()
    tasks += [
        days.task(
            f"整改：{row.problem}",
            row.number,
            reverse("checkups:rectification", args=[row.pk]),
            row.due_on,
        )
        for row in open_rows[:10]
    ]
    return tasks


def _how_far(checkup: Checkup) -> str:
    done, asked = progress(checkup)
    return f"共 {asked} 项，已填 {done} 项；能自动带出的打开就有，请核对。"


def tasks(user: Any, days: Deadlines) -> list[Task]:
    return [
        *_applying(user, days),
        *_stamping(user, days),
        *_tracking(user, days),
        *keeping.of_school(user, days),
        *_checking(user, days),
    ]


def standing(user: Any) -> list[dict[str, Any]]:
    """My unit's newest projects on their stage rails."""
    projects = (
        Project.objects.visible_to(user)
        .select_related("batch", "organisation__school", "organisation__area")
        .prefetch_related("batch__stages")
        .order_by("-batch__year", "-pk")[:3]
    )
    found = []
    for project in projects:
        status = shown_status(project, user)
        found.append(
            {
                "title": str(project),
                "url": reverse("brands:project", args=[project.pk]),
                "label": status.label,
                "tone": tone_of(status),
                "stages": stage_rail(project, user),
            }
        )
    return found
