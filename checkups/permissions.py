"""Who may do what with a check and with a rectification."""

from typing import Any

from checkups.models import Checkup, Rectification, RectificationStatus
from foundation.verdict import Verdict, allowed, denied, not_now
from schools.models import PartyOrganisation, Role
from schools.rights import SCHOOL_ROLES, rights_of


def is_school(user: Any, obj: Checkup | Rectification) -> Verdict:
    """Secretary or staff of the organisation itself."""
    via = rights_of(user).via(obj.organisation, *SCHOOL_ROLES)
    return allowed(via) if via else denied("只有本单位书记或党务工作者可以办理。")


def is_secretary(user: Any, obj: Checkup | Rectification) -> Verdict:
    via = rights_of(user).via(obj.organisation, Role.SECRETARY)
    return allowed(via) if via else denied("只有本单位党组织书记可以办理。")


def is_above(user: Any, organisation: PartyOrganisation) -> Verdict:
    """The level that checks: the district for its schools, the bureau for any (C3, B6)."""
    rights = rights_of(user)
    via = rights.via(organisation, Role.BUREAU)
    if via is None and not organisation.is_direct:
        via = rights.via(organisation, Role.DISTRICT)
    who = "局工作人员" if organisation.is_direct else "区（市）教育工委或局工作人员"
    return allowed(via) if via else denied(f"只有{who}可以审核。")


def can_set_source(user: Any) -> Verdict:
    """Write which document asks for the check."""
    mine = rights_of(user).having(Role.BUREAU)
    return allowed(mine[0]) if mine else denied("只有局工作人员可以填写依据文件。")


def can_review(user: Any, checkup: Checkup) -> Verdict:
    if checkup.submitted_by_id == user.pk:
        return denied("提交人不能审核自己提交的体检。")
    return is_above(user, checkup.organisation)


def can_fill(user: Any, checkup: Checkup) -> Verdict:
    person = is_school(user, checkup)
    if not person:
        return person
    if not checkup.is_fillable:
        return not_now(f"当前状态为“{checkup.get_status_display()}”，不能再修改。")
    return person


def can_read_answers(user: Any, checkup: Checkup) -> bool:
    """What is not submitted is still the school's own."""
    return not checkup.is_fillable or bool(is_school(user, checkup))


def can_verify(user: Any, rectification: Rectification) -> Verdict:
    """Closed by the level above, and never by whoever asked for it or answers for it (C6)."""
    if rectification.requested_by_id == user.pk:
        return denied("申请销号的人不能自己验收。")
    if user.name in (rectification.leader_name, rectification.responsible_name):
        return denied("责任人不能验收自己负责的整改事项。")
    return is_above(user, rectification.organisation)


def can_note(user: Any, rectification: Rectification) -> Verdict:
    person = is_school(user, rectification)
    if not person:
        return person
    if rectification.status not in {
        RectificationStatus.PLANNED,
        RectificationStatus.IN_PROGRESS,
        RectificationStatus.RETURNED,
    }:
        return not_now("制定措施之后、申请销号之前才能填写进展。")
    return person
