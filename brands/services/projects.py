"""Begin, fill in and submit an application."""

from typing import Any

from django.db import IntegrityError, transaction

from brands.forms import spec
from brands.models import (
    Batch,
    BatchStatus,
    Project,
    ProjectStatus,
    Stage,
)
from brands.services import editions, eligibility, remarks, windows
from foundation import clock
from foundation.audit.services import record
from foundation.verdict import ALLOWED, Conflict, Verdict, not_now
from schools.models import PartyOrganisation

PERSON_LENGTH = 20


def start_project(
    batch: Batch, *, organisation: PartyOrganisation, by: Any, via: Any, person: str = ""
) -> Project:
    """The unit's draft in this batch; the one already begun, if there is one.

    Where persons are put forward, `person` is the name of one: each has a draft of their own.
    Raises Conflict when there is no name, or whoever it is has been named already.
    """
    person = " ".join(person.split()) if batch.is_of_persons else ""
    if batch.is_of_persons and not 0 < len(person) <= PERSON_LENGTH:
        raise Conflict(f"请填写申报对象的姓名，不超过{PERSON_LENGTH}字。")
    if person and (reason := eligibility.bar(organisation, batch, person)):
        raise Conflict(reason)
    place = {"batch": batch, "organisation": organisation, "person": person}
    try:
        with transaction.atomic():
            project = Project.objects.create(
                **place, title=person, area=organisation.area, created_by=by
            )
            record("project.start", by=by, via=via, obj=project)
    except IntegrityError:
        return Project.objects.get(**place)
    return project


def entry_of(project: Project) -> str:
    """Where a submitted project goes: back to where it was returned from, else by the ladder."""
    if project.returned_from:
        return project.returned_from
    if project.batch.has_district and not project.organisation.is_direct:
        return ProjectStatus.DISTRICT_REVIEW
    is_brand = project.batch.is_brand
    return ProjectStatus.FORMAL_CHECK if is_brand else ProjectStatus.PRECHECK


def is_in_apply_window(user: Any, project: Project) -> Verdict:
    return windows.within(project.batch, Stage.APPLY, project)


def is_in_time(project: Project) -> Verdict:
    """The apply window; for a returned project its own deadline instead."""
    if project.status != ProjectStatus.RETURNED:
        return windows.within(project.batch, Stage.APPLY, project)
    if project.batch.status != BatchStatus.OPEN:
        return not_now("该批次未开启或已结束。")
    due = project.return_due_at
    if due is not None and clock.now() > due:
        return not_now(f"修改期限已于 {windows.words(due)} 届满，不能再提交。请与退回单位联系。")
    return ALLOWED


def may_be_submitted(user: Any, project: Project) -> Verdict:
    timely = is_in_time(project)
    if not timely:
        return timely
    if reason := eligibility.bar(project.organisation, project.batch, project.person):
        return not_now(reason)
    if reason := eligibility.bar_of_lead(user, project):
        return not_now(reason)
    gaps = spec.gaps(project)
    if gaps:
        names = "、".join(gap.label for gap in gaps[:5])
        return not_now(
            f"还有 {len(gaps)} 项必填内容未完成：{names}{'等' if len(gaps) > 5 else ''}。"
        )
    for field, name in spec.misplaced(project):
        return not_now(
            f"“{field.label}”里的“{name}”不是{field.takes_words}文件，请删除后重新上传。"
        )
    if words := taken_title(project):
        return not_now(words)
    return ALLOWED


def taken_title(project: Project) -> str:
    """That somebody else's is called so already; empty when nobody's is. Nothing of whom or what."""
    if not project.title or not _title_is_taken(project):
        return ""
    return f"本批次已有名为“{project.title}”的申报，请更换名称。"


def _title_is_taken(project: Project) -> bool:
    if project.person:  # Two persons may share a name: which one it is, the unit says.
        return False
    others = Project.objects.filter(batch=project.batch, title=project.title).exclude(pk=project.pk)
    private = [ProjectStatus.DRAFT, ProjectStatus.WITHDRAWN]
    return others.exclude(status__in=private).exists()


def submitted(project: Project, *, by: Any, note: str) -> dict[str, Any]:
    """Number it, keep the version, name its lead, and forget the return it answers.

    The lead is asked for once more under the lock of the year: of two at once one passes.
    """
    claim_title(project)
    claim_lead(project, by)
    remarks.clear(project)
    number = project.number or _next_number(project.batch)
    editions.keep(project, by=by)
    return {
        "number": number,
        "lead": by,
        "lead_for": eligibility.lead_for(project.batch),
        "is_late": project.is_late or _is_late(project),
        "submitted_at": clock.now(),
        "returned_from": "",
        "return_due_at": None,
    }


def _is_late(project: Project) -> bool:
    """Handed in after everybody's deadline, thanks to an extension: said on the project for good."""
    window = windows.stage_of(project.batch, Stage.APPLY)
    first = project.submitted_at is None
    return first and window is not None and clock.now() > window.closes_at


def claim_title(project: Project) -> None:
    """Titles are unique among what was submitted; under the lock two cannot pass at once."""
    _lock_year(project.batch)
    if words := taken_title(project):
        raise Conflict(words)


def claim_lead(project: Project, person: Any) -> None:
    """One who may lead one a year leads no other; under the lock two cannot pass at once."""
    _lock_year(project.batch)
    if reason := eligibility.bar_of_lead(person, project):
        raise Conflict(reason)


def _lock_year(batch: Batch) -> None:
    """The year's batches of the programme, always in one order: they share one run of numbers."""
    rows = Batch.objects.select_for_update().filter(programme=batch.programme_id, year=batch.year)
    list(rows.order_by("pk"))


def _next_number(batch: Batch) -> str:
    """2026-YP-0001. Call it under `_lock_year`: nobody takes the same one."""
    prefix = f"{batch.year}-{batch.programme.number_code}-"
    numbers = Project.objects.filter(number__startswith=prefix)
    last = numbers.order_by("-number").values_list("number", flat=True).first()
    return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:04d}"
