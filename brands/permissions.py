"""Who may act before the scores: one condition per line, each no with its reason."""

from typing import Any

from brands.models import Batch, BatchStatus, Project, ProjectStatus, Stage
from brands.models.project import UNRELEASED
from brands.services import windows
from foundation.verdict import Verdict, allowed, denied, not_now
from schools.models import PartyOrganisation, Role, Tier
from schools.rights import SCHOOL_ROLES, rights_of


def is_secretary_of(user: Any, project: Project) -> Verdict:
    via = rights_of(user).via(project.organisation, Role.SECRETARY)
    return allowed(via) if via else denied("只有本单位党组织书记可以操作。")


def is_member_of(user: Any, project: Project) -> Verdict:
    via = rights_of(user).via(project.organisation, *SCHOOL_ROLES)
    return allowed(via) if via else denied("只有本单位书记或党务工作者可以操作。")


def is_district_of(user: Any, project: Project) -> Verdict:
    via = rights_of(user).via(project.organisation, Role.DISTRICT)
    return allowed(via) if via else denied("只有本区（市）教育工委可以操作。")


def is_bureau_of(user: Any, project: Project) -> Verdict:
    via = rights_of(user).via(project.organisation, Role.BUREAU)
    return allowed(via) if via else denied("只有局工作人员可以操作。")


def may_manage_batches(user: Any, batch: Batch | None = None) -> Verdict:
    having = rights_of(user).having(Role.BUREAU)
    return allowed(having[0]) if having else denied("只有局工作人员可以管理批次。")


def may_edit_batch(user: Any, batch: Batch) -> Verdict:
    person = may_manage_batches(user)
    if not person:
        return person
    if batch.status != BatchStatus.DRAFT:
        return not_now("批次已开启，设置不能再修改。")
    return person


def may_edit(user: Any, project: Project) -> Verdict:
    """Change answers or attachments: the unit's own people, while the project is with them."""
    person = is_member_of(user, project)
    if not person:
        return person
    if not project.is_editable:
        return not_now("项目已提交，不能再修改。如需修改，请先撤回或联系上级退回。")
    return person


def unit_of(user: Any) -> PartyOrganisation | None:
    """The unit for which this person applies: the first of their live appointments."""
    for appointment in rights_of(user).having(*SCHOOL_ROLES):
        if (
            appointment.organisation.tier == Tier.UNIT
            and appointment.organisation.closed_on is None
        ):
            return appointment.organisation
    return None


def may_start(user: Any, batch: Batch) -> Verdict:
    """Begin an application in this batch."""
    unit = unit_of(user)
    if unit is None:
        return denied("只有学校（单位）的书记或党务工作者可以申报。")
    if batch.status != BatchStatus.OPEN:
        return not_now("该批次未开启，不能申报。")
    window = windows.within(batch, Stage.APPLY)
    return allowed(rights_of(user).via(unit, *SCHOOL_ROLES)) if window else window


def may_rank(user: Any, batch: Batch) -> Verdict:
    """Change the order of an area's recommendation."""
    having = rights_of(user).having(Role.DISTRICT)
    if not having:
        return denied("只有区（市）教育工委可以调整推荐顺序。")
    window = windows.within(batch, Stage.DISTRICT)
    return allowed(having[0]) if window else window


def sees_results(user: Any) -> bool:
    """Score, rank and an unreleased outcome: the city only, never a school or a district."""
    return rights_of(user).is_city


def shown_status(project: Project, user: Any) -> tuple[str, str]:
    """(value, words) of the status as this person may see it: no outcome leaks before publicity."""
    if project.status in UNRELEASED and not sees_results(user) and not _outcome_is_out(project):
        return ProjectStatus.IN_REVIEW.value, ProjectStatus.IN_REVIEW.label
    return project.status, project.get_status_display()


def _outcome_is_out(project: Project) -> bool:
    """A declined project is told once its batch has had its publicity."""
    if project.status != ProjectStatus.DECLINED:
        return False
    known = getattr(project, "batch_is_public", None)  # A list has asked once for all its rows.
    return windows.is_public(project.batch) if known is None else bool(known)
