"""Who may act before the scores: one condition per line, each no with its reason."""

from typing import Any

from brands.models import (
    Batch,
    BatchStatus,
    Project,
    ProjectEvent,
    ProjectStatus,
    QuotaTransfer,
    Remark,
    Stage,
)
from brands.models.project import UNRELEASED
from brands.services import eligibility, remarks, windows
from foundation.verdict import Verdict, allowed, denied, not_now
from foundation.workflow.engine import is_internal
from schools.models import Area, PartyOrganisation, Role
from schools.rights import SCHOOL_ROLES, TREE_ROLES, rights_of


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


def may_show_phone(user: Any, project: Project) -> Verdict:
    """Read the contact's whole number: who may have to call (F-C 31)."""
    via = rights_of(user).via(project.organisation, *SCHOOL_ROLES, Role.DISTRICT, Role.BUREAU)
    return allowed(via) if via else denied("完整号码只对本单位、区（市）和局工作人员显示。")


def is_returner_of(user: Any, project: Project) -> Verdict:
    """Who decides about a project sent back: the district about its own returns, the bureau about all."""
    bureau = is_bureau_of(user, project)
    if bureau or project.returned_from != ProjectStatus.DISTRICT_REVIEW:
        return bureau
    return is_district_of(user, project)


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


def may_change_files(user: Any, project: Project, field: str = "") -> Verdict:
    """Add or delete attachments, of a field or besides the form: as answers are, and when returned
    only if a remark asks for it."""
    edits = may_edit(user, project)
    if edits and not remarks.is_unlocked(project, field or Remark.FILES):
        return not_now("本次退回没有要求修改附件。确需补充材料的，请联系退回的单位。")
    return edits


def may_mark_minors(user: Any, project: Project, field: str = "") -> Verdict:
    """Say whether a file shows minors: who may change the files, and the bureau at any time."""
    bureau = is_bureau_of(user, project)
    return bureau if bureau else may_change_files(user, project, field)


def applicant_of(user: Any, batch: Batch) -> PartyOrganisation | None:
    """For whom this person applies in the batch: the first of their live appointments that fits."""
    for appointment in rights_of(user).having(*SCHOOL_ROLES):
        organisation = appointment.organisation
        if organisation.closed_on is None and batch.is_for(organisation):
            return organisation
    return None


def may_start(user: Any, batch: Batch) -> Verdict:
    """Begin an application in this batch."""
    unit = applicant_of(user, batch)
    if unit is None:
        scope = f"{batch.under}所属" if batch.under else ""
        who = f"{scope}{batch.applicant_tier.label}党组织"
        return denied(f"只有{who}的书记或党务工作者可以申报。")
    if batch.status != BatchStatus.OPEN:
        return not_now("该批次未开启，不能申报。")
    if reason := eligibility.bar(unit, batch) or eligibility.bar_of_leads(unit, batch):
        return not_now(reason)
    window = windows.within(batch, Stage.APPLY, unit)
    return allowed(rights_of(user).via(unit, *SCHOOL_ROLES)) if window else window


def may_rank(user: Any, batch: Batch) -> Verdict:
    """Change the order of an area's recommendation."""
    having = rights_of(user).having(Role.DISTRICT)
    if not having:
        return denied("只有区（市）教育工委可以调整推荐顺序。")
    window = windows.within(batch, Stage.DISTRICT, having[0].organisation)
    return allowed(having[0]) if window else window


def may_ask_transfer(user: Any, batch: Batch) -> Verdict:
    """Ask that places go from one area to another: the bureau, or a district that has a part in it."""
    having = rights_of(user).having(Role.BUREAU, Role.DISTRICT)
    if not having:
        return denied("只有局工作人员或区（市）教育工委可以提出名额调剂。")
    if batch.status != BatchStatus.OPEN:
        return not_now("批次进行中才能调剂名额。")
    return allowed(having[0])


def gives_or_takes(user: Any, source: Area, target: Area) -> Verdict:
    """A district speaks for its own area only."""
    rights = rights_of(user)
    for post in rights.having(Role.BUREAU, Role.DISTRICT):
        if post.role == Role.BUREAU or post.organisation.area_id in (source.pk, target.pk):
            return allowed(post)
    return denied("只能提出与本区（市）有关的名额调剂。")


def may_decide_transfer(user: Any, transfer: QuotaTransfer) -> Verdict:
    """The second person: whoever asked may not approve."""
    having = rights_of(user).having(Role.BUREAU)
    if not having:
        return denied("名额调剂由局工作人员审批。")
    if transfer.by_id == user.pk:
        return denied("调剂由您提出，须由另一位局工作人员审批。")
    return allowed(having[0])


def may_take_transfer_back(user: Any, transfer: QuotaTransfer) -> Verdict:
    having = rights_of(user).having(Role.BUREAU, Role.DISTRICT)
    if not having or transfer.by_id != user.pk:
        return denied("只有提出的人可以撤回。")
    return allowed(having[0])


def may_export(user: Any) -> Verdict:
    """The summary sheet holds what this person may see; who sees no projects has none."""
    having = rights_of(user).having(*TREE_ROLES)
    return allowed(having[0]) if having else denied("只有承担申报、推荐或管理工作的人员可以导出。")


def sees_results(user: Any) -> bool:
    """Score, rank and an unreleased outcome: the city only, never a school or a district."""
    return rights_of(user).is_city


def note_as_seen(project: Project, event: ProjectEvent, *, sees: bool) -> str:
    """Why a project was chosen or passed over is for the file: the table says of which moves."""
    return event.note if sees or not is_internal(project, event) else ""


def status_as_seen(
    status: str, *, sees: bool, outcome_is_out: bool, has_review: bool = True
) -> ProjectStatus:
    """No outcome leaks before its release: until then whoever does not see results sees "评审中",
    or where there are no experts "审查通过"."""
    waits = status in UNRELEASED and not sees and not outcome_is_out
    if not has_review and (waits or status == ProjectStatus.SCORED):
        return ProjectStatus.ELIGIBLE
    return ProjectStatus.IN_REVIEW if waits else ProjectStatus(status)


def shown_status(project: Project, user: Any) -> ProjectStatus:
    """The status as this person may see it."""
    sees = sees_results(user)
    out = not sees and _outcome_is_out(project)
    return status_as_seen(
        project.status, sees=sees, outcome_is_out=out, has_review=project.batch.has_review
    )


def _outcome_is_out(project: Project) -> bool:
    """A declined project is told with the other decisions of its batch (`services.releasing`)."""
    return project.status == ProjectStatus.DECLINED and project.released_at is not None
