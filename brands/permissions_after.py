"""Who may act once the scores are in: one condition per line, each no with its reason."""

from typing import Any

from brands.models import (
    Batch,
    BatchStatus,
    ChangeRequest,
    Honour,
    Milestone,
    Objection,
    Project,
    ProjectStatus,
    Publicity,
)
from brands.models.publicity import CHECKED
from brands.services import cultivating, proposing
from foundation.verdict import Verdict, allowed, denied, not_now
from schools.models import Role
from schools.rights import rights_of

S = ProjectStatus


def _acts_for(user: Any, project: Project, roles: tuple[str, ...], reason: str) -> Verdict:
    via = rights_of(user).via(project.organisation, *roles)
    return allowed(via) if via else denied(reason)


def acts_in_city(user: Any, roles: tuple[str, ...], reason: str) -> Verdict:
    having = rights_of(user).having(*roles)
    return allowed(having[0]) if having else denied(reason)


def is_bureau_for(user: Any, project: Project) -> Verdict:
    return _acts_for(user, project, (Role.BUREAU,), "只有局工作人员可以操作。")


def is_leader_for(user: Any, project: Project) -> Verdict:
    return _acts_for(user, project, (Role.LEADER,), "只有工委领导可以操作。")


def decides_for(user: Any, project: Project) -> Verdict:
    return _acts_for(
        user, project, (Role.BUREAU, Role.LEADER), "只有局工作人员或工委领导可以操作。"
    )


def oversees(user: Any, project: Project) -> Verdict:
    """Objections are handled by the bureau or by supervision (domain.md B6)."""
    return _acts_for(
        user, project, (Role.BUREAU, Role.SUPERVISION), "只有局工作人员或纪检监督可以操作。"
    )


def leads(user: Any, project: Project) -> Verdict:
    return _acts_for(user, project, (Role.SECRETARY,), "只有本单位党组织书记可以操作。")


def tends(user: Any, project: Project) -> Verdict:
    return _acts_for(
        user, project, (Role.SECRETARY, Role.STAFF), "只有本单位书记或党务工作者可以操作。"
    )


def may_see_decision(user: Any, batch: Batch | None = None) -> Verdict:
    roles = (Role.BUREAU, Role.LEADER, Role.SUPERVISION)
    return acts_in_city(user, roles, "评审结果在公示前只对局工作人员、工委领导和纪检监督开放。")


def may_propose(user: Any, batch: Batch | None = None) -> Verdict:
    return acts_in_city(user, (Role.BUREAU,), "只有局工作人员可以提出拟定名单。")


def may_approve(user: Any, batch: Batch | None = None) -> Verdict:
    return acts_in_city(user, (Role.LEADER,), "只有工委领导可以审定。")


def may_release(user: Any, batch: Batch | None = None) -> Verdict:
    """Tell schools and districts what was decided."""
    roles = (Role.BUREAU, Role.LEADER)
    return acts_in_city(user, roles, "只有局工作人员或工委领导可以公布审定结果。")


def may_allot(user: Any, batch: Batch) -> Verdict:
    """How many may be proposed is settled before anybody knows the scores."""
    person = acts_in_city(user, (Role.BUREAU,), "只有局工作人员可以设定拟定名额。")
    if person and batch.status == BatchStatus.CLOSED:
        return not_now("批次已结束，拟定名额不能再改。")
    if person and proposing.has_scores(batch):
        return not_now("评审得分已经移交，拟定名额不能再改。")
    return person


def may_draft_publicity(user: Any, publicity: Publicity | None = None) -> Verdict:
    return acts_in_city(user, (Role.BUREAU,), "只有局工作人员可以起草公示。")


def may_confirm_publicity(user: Any, publicity: Publicity) -> Verdict:
    """The second person: whoever drafted it may not publish it."""
    if user is not None and user.pk == publicity.drafted_by_id:
        return denied("公示须由另一人复核，起草人不能复核自己起草的公示。")
    roles = (Role.BUREAU, Role.LEADER)
    return acts_in_city(user, roles, "只有局工作人员或工委领导可以复核公示。")


def may_ask_take_down(user: Any, publicity: Publicity) -> Verdict:
    roles = (Role.BUREAU, Role.LEADER)
    return acts_in_city(user, roles, "只有局工作人员或工委领导可以提前撤下公示。")


def may_take_down(user: Any, publicity: Publicity) -> Verdict:
    """The second person, as for publishing."""
    if user is not None and user.pk == publicity.take_down_asked_by_id:
        return denied("提前撤下须由另一人确认，提出人不能确认自己提出的撤下。")
    return may_ask_take_down(user, publicity)


def may_handle_objection(user: Any, objection: Objection) -> Verdict:
    """Not whoever recommended, checked or returned the project: nobody examines their own work."""
    person = oversees(user, objection.project)
    if not person:
        return person
    if objection.project.events.filter(name__in=CHECKED, by=user).exists():
        return denied("这个项目的推荐或审查由您办理过，异议须由另一位同志办理。")
    return person


def may_conclude_objection(user: Any, objection: Objection) -> Verdict:
    """The handler by name; another person takes the case over first."""
    person = may_handle_objection(user, objection)
    if person and objection.handler_id not in (None, user.pk):
        return denied("这份异议已有承办人。需要由您办结的，请先接办。")
    return person


def may_take_objection(user: Any, objection: Objection) -> Verdict:
    person = may_handle_objection(user, objection)
    if person and objection.handler_id == user.pk:
        return not_now("您已是这份异议的承办人。")
    return person


def sees_objector(user: Any) -> bool:
    """Name and contact of an objector: the bureau and supervision, nobody else."""
    return rights_of(user).has(Role.BUREAU, Role.SUPERVISION)


def may_name(user: Any, batch: Batch | None = None) -> Verdict:
    roles = (Role.BUREAU, Role.LEADER)
    return acts_in_city(user, roles, "只有局工作人员或工委领导可以命名。")


def may_import_honours(user: Any) -> Verdict:
    return acts_in_city(user, (Role.BUREAU,), "只有局工作人员可以补录荣誉。")


def may_amend_honour(user: Any, honour: Honour) -> Verdict:
    return acts_in_city(user, (Role.BUREAU,), "只有局工作人员可以登记牌匾和有效期。")


def may_revoke_honour(user: Any, honour: Honour) -> Verdict:
    return acts_in_city(user, (Role.LEADER,), "撤销命名由工委领导决定。")


def may_certify(user: Any, honour: Honour | None = None) -> Verdict:
    """Print what the work committee signs: certificates, plaques, the announcement, the volume."""
    roles = (Role.BUREAU, Role.LEADER)
    return acts_in_city(user, roles, "只有局工作人员或工委领导可以制发证书、牌匾和文件。")


def may_plan(user: Any, project: Project) -> Verdict:
    """Plan milestones: the school, between establishment and the start, or of a named brand until
    progress was written down. Afterwards by request."""
    person = tends(user, project)
    if not person:
        return person
    if not project.batch.has_milestones:
        return not_now("本批次不设节点任务。")
    if project.status == ProjectStatus.NAMED:
        if cultivating.has_begun(project):
            return not_now("已经开始推进，节点任务不能直接修改。确需调整的，请由书记申请变更。")
        return person
    if project.status == ProjectStatus.IN_PROGRESS:
        return not_now("项目已启动推进，节点任务不能直接修改。确需调整的，请由书记申请变更。")
    if project.status != ProjectStatus.ESTABLISHED:
        return not_now("立项之后、启动推进之前才能安排节点任务。")
    return person


def may_report(user: Any, project: Project) -> Verdict:
    """Fill in what came of a milestone: the school, until the closing application."""
    person = tends(user, project)
    if not person:
        return person
    if project.status not in Milestone.GOING:
        return not_now("立项之后、申请结项之前才能填写完成情况。")
    return person


def may_ask_change(user: Any, project: Project) -> Verdict:
    """Ask for a change, an extension or the end: the secretary, who leads it."""
    person = leads(user, project)
    if not person:
        return person
    if project.status not in {S.ESTABLISHED, S.IN_PROGRESS, S.NAMED}:
        return not_now("立项之后、申请结项之前才能提出申请。")
    return person


def may_decide_change(user: Any, change: ChangeRequest) -> Verdict:
    person = is_bureau_for(user, change.project)
    if person and change.asked_by_id == user.pk:
        return denied("申请由您提出，须由另一位局工作人员审批。")
    return person


def may_take_change_back(user: Any, change: ChangeRequest) -> Verdict:
    return leads(user, change.project)


def may_note(user: Any, project: Project) -> Verdict:
    """Write down progress: the school, from the start to the closing application, and while it
    mends what did not pass."""
    person = tends(user, project)
    if not person:
        return person
    if project.status not in {S.IN_PROGRESS, S.CLOSED_FAIL, S.NAMED}:
        return not_now("启动推进之后、申请结项之前才能写推进记录。")
    return person
