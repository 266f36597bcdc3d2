"""Who may act on a named brand: one condition per line, each no with its reason."""

from typing import Any

from brands.models import Honour, NegativeEvent, Promotion, Recheck, RecheckStatus
from brands.permissions_after import acts_in_city
from foundation.verdict import Verdict, allowed, denied
from schools.models import Role
from schools.rights import rights_of


def _acts_for(user: Any, recheck: Recheck, roles: tuple[str, ...], reason: str) -> Verdict:
    via = rights_of(user).via(recheck.organisation, *roles)
    return allowed(via) if via else denied(reason)


def may_report(user: Any, recheck: Recheck) -> Verdict:
    return _acts_for(user, recheck, (Role.SECRETARY,), "只有本单位党组织书记可以提交报告。")


def may_judge(user: Any, recheck: Recheck) -> Verdict:
    return _acts_for(user, recheck, (Role.BUREAU,), "只有局工作人员可以评定。")


def may_look_again(user: Any, recheck: Recheck) -> Verdict:
    """The second person: whoever demanded the correction may not find it done."""
    if user is not None and user.pk == recheck.judged_by_id:
        return denied("复查须由另一人办理，提出整改的人不能复查。")
    return may_judge(user, recheck)


def may_grade(user: Any, recheck: Recheck) -> Verdict:
    """The second person: whoever gave the score may not confirm it."""
    if user is not None and user.pk == recheck.judged_by_id:
        return denied("验收结果须由另一人审定，评分的人不能审定。")
    roles = (Role.BUREAU, Role.LEADER)
    return _acts_for(user, recheck, roles, "只有局工作人员或工委领导可以审定验收。")


def may_decide(user: Any, recheck: Recheck) -> Verdict:
    return _acts_for(user, recheck, (Role.LEADER,), "是否撤销命名由工委领导决定。")


def may_renew(user: Any, honour: Honour) -> Verdict:
    return acts_in_city(user, (Role.BUREAU, Role.LEADER), "只有局工作人员或工委领导可以续期。")


def may_arrange(user: Any, honour: Honour) -> Verdict:
    return acts_in_city(user, (Role.BUREAU,), "只有局工作人员可以安排复评。")


def sees_all(user: Any) -> bool:
    return rights_of(user).is_city


def shows_score(user: Any, recheck: Recheck) -> bool:
    """The city sees the score as it comes; the school and its district when it is confirmed."""
    if recheck.score is None:
        return False
    return recheck.status != RecheckStatus.SCORED or sees_all(user)


def may_record_negative(user: Any, event: NegativeEvent | None = None) -> Verdict:
    return acts_in_city(user, (Role.BUREAU,), "只有局工作人员可以登记负面清单事件。")


def may_promote(user: Any, honour: Honour) -> Verdict:
    """The school that holds the brand, or the bureau."""
    roles = (Role.SECRETARY, Role.STAFF, Role.BUREAU)
    via = rights_of(user).via(honour.organisation, *roles) if honour.organisation else None
    return allowed(via) if via else denied("只有本单位书记、党务工作者或局工作人员可以登记推广。")


def may_confirm_promotion(user: Any, promotion: Promotion) -> Verdict:
    return acts_in_city(user, (Role.BUREAU,), "只有局工作人员可以确认或作废推广记录。")
