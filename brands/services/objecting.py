"""Objections: received from the public, handled by the bureau or supervision (domain.md B4)."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse

from brands.models import (
    Objection,
    ObjectionEvent,
    ObjectionStatus,
    Project,
    ProjectEvent,
    ProjectStatus,
)
from brands.services.letters import tell_bureau, tell_school
from brands.services.receiving import kept
from foundation import clock
from foundation.audit.middleware import current_address
from foundation.audit.models import AuditEvent
from foundation.audit.services import record
from foundation.uploads import Inspected
from foundation.verdict import Conflict
from foundation.workdays.services import add_workdays
from foundation.workflow.engine import perform

DAILY_LIMIT = 5  # From one address in 24 hours.
MAX_FILES = 5
FILE_MAX_BYTES = 10 * 1024 * 1024
RECEIVED = "objection.received"
# Held already, or its notice was taken down: no new notice goes out while a case is open.
WAITING = (ProjectStatus.ON_HOLD, ProjectStatus.APPROVED)


@transaction.atomic
def receive(objection: Objection, files: Iterable[Inspected] = ()) -> Objection:
    """An objection of the public: kept, counted against its address, told to the bureau."""
    since = clock.wall_now() - timedelta(days=1)
    sent = AuditEvent.objects.filter(action=RECEIVED, address=current_address(), at__gte=since)
    if sent.count() >= DAILY_LIMIT:
        raise Conflict(
            "同一网络地址一天内最多提交 5 份异议。请明天再试，或按公示上的联系方式反映。"
        )
    if objection.is_anonymous:
        objection.name = objection.contact = ""
    objection.save()
    _keep(objection, files)
    kind = "匿名线索" if objection.is_anonymous else "实名异议"
    tell_bureau(
        f"objection:{objection.pk}",
        f"收到一份{kind}",
        f"{objection}，请及时办理。",
        reverse("brands:objection", args=[objection.pk]),
    )
    record(RECEIVED, obj=objection, anonymous=objection.is_anonymous)
    return objection


def _keep(objection: Objection, files: Iterable[Inspected]) -> None:
    """All of the files or none, and then no objection either."""
    with kept(files, folder="objections") as rows:
        for columns in rows:
            objection.files.create(**columns)


def number_of(objection: Objection) -> str:
    return f"YY-{objection.received_at:%Y}-{objection.pk:05d}"


def taken_up(objection: Objection, *, by: Any, note: str) -> dict[str, Any]:
    days = objection.project.batch.objection_days
    return {"due_on": add_workdays(clock.today(), days).date, "handler": by}


def taken_over(objection: Objection, *, by: Any, note: str) -> dict[str, Any]:
    """The limit stays: the objector waits no longer for a change of hands."""
    return {"handler": by}


def _locked(objection: Objection) -> Project:
    """Its project, for this step alone: of two objections settled or taken up at once, each must
    see what became of the other, or the project stays held for ever, or is let go too early."""
    rows = Project.objects.select_for_update(of=("self",))
    return rows.select_related("batch", "organisation").get(pk=objection.project_id)


def hold_project(objection: Objection, event: ObjectionEvent) -> None:
    """The project alone is held; the others of the notice go on."""
    project = _locked(objection)
    if project.status == ProjectStatus.PUBLICITY:
        perform(project, "hold", by=event.by, note=_about(objection))
    elif project.status not in WAITING:
        raise Conflict(f"该项目当前状态为“{project.get_status_display()}”，不能再受理异议。")


def remove_project(objection: Objection, event: ObjectionEvent) -> None:
    project = _locked(objection)
    if project.status in {ProjectStatus.PUBLICITY, *WAITING}:
        perform(project, "uphold", by=event.by, note=_about(objection))


def removed(project: Project, *, by: Any, note: str) -> dict[str, Any]:
    """The school is told at once: its project stood in public."""
    return {"released_at": clock.now()}


def release_project(objection: Objection, event: ObjectionEvent) -> None:
    """Back to publicity, unless another objection still holds it."""
    project = _locked(objection)
    others = project.objections.filter(status=ObjectionStatus.INVESTIGATING)
    if project.status == ProjectStatus.ON_HOLD and not others.exists():
        perform(project, "release", by=event.by, note=_about(objection))


def tell_upheld(project: Project, event: ProjectEvent) -> None:
    noun = project.batch.noun
    text = f"贵单位的{noun}《{project}》在公示期间收到异议，经核实成立，不再列入本批次名单。"
    tell_school(project, f"project-event:{event.pk}", "公示异议处理结果", text)


def _about(objection: Objection) -> str:
    """For the project's own time line, which the school reads: no word of the objector's."""
    return f"异议编号 {number_of(objection)}"
