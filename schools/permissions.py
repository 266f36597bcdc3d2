"""Who may change the two trees."""

from typing import Any

from foundation.verdict import Verdict, allowed, denied, not_now
from schools.models import OrganisationKind, PartyOrganisation, Role, Tier
from schools.rights import rights_of

SCHOOL_ROLES = (Role.SECRETARY, Role.STAFF)
EDITORS = (*SCHOOL_ROLES, Role.DISTRICT, Role.BUREAU)
BRANCH_PARENTS = (
    OrganisationKind.COMMITTEE,
    OrganisationKind.GENERAL_BRANCH,
    OrganisationKind.ORGAN_COMMITTEE,
)


def can_import(user: Any) -> Verdict:
    mine = rights_of(user).having(Role.BUREAU)
    return allowed(mine[0]) if mine else denied("只有局工作人员可以导入学校。")


def can_export(user: Any) -> Verdict:
    """Whoever sees schools may take along what is seen; reviewers and administrators see none."""
    mine = rights_of(user).having(*EDITORS, Role.LEADER, Role.SUPERVISION)
    return allowed(mine[0]) if mine else denied("您的身份没有可以导出的学校。")


def can_show_phone(user: Any, organisation: PartyOrganisation | None) -> Verdict:
    """Read a school's whole number: its own people and the desks above (F-C 31)."""
    rights = rights_of(user)
    if organisation is None:  # No organisation is registered yet.
        via = next(iter(rights.having(Role.BUREAU)), None)
    else:
        via = rights.via(organisation, *EDITORS)
    return allowed(via) if via else denied("完整号码只对本校、区（市）和局工作人员显示。")


def can_edit(user: Any, organisation: PartyOrganisation) -> Verdict:
    if organisation.closed_on:
        return not_now("该党组织已撤销，不能再修改。")
    if organisation.tier == Tier.CITY:
        via = rights_of(user).via(organisation, Role.BUREAU)
        return allowed(via) if via else denied("只有局工作人员可以修改市级党组织。")
    via = rights_of(user).via(organisation, *EDITORS)
    if via is None:
        return denied("您只能查看，不能修改该党组织。")
    return allowed(via)


def can_add_branch(user: Any, organisation: PartyOrganisation) -> Verdict:
    verdict = can_edit(user, organisation)
    if not verdict:
        return verdict
    if organisation.tier != Tier.UNIT or organisation.kind not in BRANCH_PARENTS:
        return not_now("只有党委、党总支或机关党委之下可以新建党支部。")
    return verdict


def can_close(user: Any, organisation: PartyOrganisation) -> Verdict:
    """Merging and closing are for branches: a unit ends with its school, by the bureau's import."""
    verdict = can_edit(user, organisation)
    if verdict and organisation.tier != Tier.BRANCH:
        return not_now("只有党支部可以合并或撤销。")
    return verdict
