"""Who may do what with rounds and reviews (domain.md B6). One answer for button, refusal, move."""

from typing import Any

from foundation import clock
from foundation.verdict import ALLOWED, Verdict, allowed, denied, not_now
from reviews.conflicts import has_conflict
from reviews.models import Assignment, Pledge, Round, RoundStatus
from schools.models import Role
from schools.rights import rights_of


def can_manage(user: Any, obj: Any = None) -> Verdict:
    """Open rounds, assign, draw, freeze, reopen: bureau staff."""
    for appointment in rights_of(user).having(Role.BUREAU):
        return allowed(appointment)
    return denied("只有局工作人员可以组织评审。")


def can_assign(user: Any, round: Round) -> Verdict:
    manages = can_manage(user, round)
    if not manages:
        return manages
    if round.status != RoundStatus.OPEN:
        return not_now(f"评审轮次“{round.get_status_display()}”，不能调整专家。")
    return manages


def can_mask(user: Any, round: Round) -> Verdict:
    """Say what a blind round hides, until it is locked."""
    manages = can_manage(user, round)
    if not manages:
        return manages
    if not round.is_blind:
        return not_now("本轮不是盲评，没有要隐去的内容。")
    if round.is_frozen:
        return not_now("本轮评审已经锁定，不能再更改隐名。")
    return manages


def can_unmask(user: Any, round: Round) -> Verdict:
    """Take away what is hidden: only before anybody reads it."""
    masks = can_mask(user, round)
    if masks and round.status != RoundStatus.DRAFT:
        return not_now("评审已经开始，隐名词只能增加，不能删去。")
    return masks


def can_see_scores(user: Any, round: Round) -> Verdict:
    """Leader and supervision at any time, bureau staff after the lock."""
    rights = rights_of(user)
    for appointment in rights.having(Role.LEADER, Role.SUPERVISION):
        return allowed(appointment)
    staff = rights.having(Role.BUREAU)
    if not staff:
        return denied("您没有查看评分的权限。")
    if not round.is_frozen:
        return not_now("评分锁定之后才能查看分数和名次。")
    return allowed(staff[0])


def can_see_names(user: Any, round: Round) -> Verdict:
    """Whose pseudonym is whose: supervision, and bureau staff after the lock. Who decides need not."""
    sees = can_see_scores(user, round)
    if not sees:
        return sees
    for appointment in rights_of(user).having(Role.SUPERVISION, Role.BUREAU):
        return allowed(appointment)
    return denied("评审结果中的专家只显示代号。")


def is_its_reviewer(user: Any, assignment: Assignment) -> Verdict:
    """The person it was given to, still in the pool and not near the applicant."""
    if assignment.reviewer_id != getattr(user, "pk", None):
        return denied("这项评审任务不属于您。")
    rights = rights_of(user)
    entry = assignment.entry
    if has_conflict(rights.appointments, entry.project, area=entry.round.avoid_area):
        return denied("您与该申报单位存在利益关系，不能评审该项目。")
    for appointment in rights.having(Role.REVIEWER):
        return allowed(appointment)
    return denied("您目前不在评审专家名单中。")


def can_ask(user: Any, round: Round) -> Verdict:
    """Ask a reviewer for the reason of a review that is far from the others."""
    manages = can_manage(user, round)
    if not manages:
        return manages
    if round.status != RoundStatus.OPEN:
        return not_now("本轮评审已经锁定，不能再询问专家。")
    return manages


def can_explain(user: Any, assignment: Assignment) -> Verdict:
    """The reviewer of a review that was handed in, until the lock."""
    person = is_its_reviewer(user, assignment)
    if not person:
        return person
    if assignment.entry.round.status != RoundStatus.OPEN:
        return not_now("本轮评审已经锁定，不能再说明。")
    if not assignment.explanations.filter(answered_at=None).exists():
        return not_now("没有等待您说明的评分。")
    return person


def has_pledged(user: Any, round: Round) -> Verdict:
    if round.pledged_by == user.pk or Pledge.objects.filter(reviewer=user, round=round).exists():
        return ALLOWED
    return denied("请先签署廉洁保密承诺，再查看申报材料。")


def may_open(user: Any, assignment: Assignment) -> Verdict:
    """Material and score sheet: pledged, and declared for this very entry."""
    pledged = has_pledged(user, assignment.entry.round)
    if not pledged:
        return pledged
    if assignment.declared_at is None:
        return denied("这项任务是您承诺之后分来的。请先申报与申报单位有无利害关系，再查看材料。")
    return ALLOWED


def is_in_time(user: Any, assignment: Assignment) -> Verdict:
    """The round is open and the clock within its window; the last second still counts."""
    round = assignment.entry.round
    if round.status != RoundStatus.OPEN:
        return not_now("本轮评审已经锁定，不能再评分。")
    if clock.now() < round.opens_at:
        return not_now("评分尚未开始。")
    if clock.now() > round.closes_at:
        return not_now("评分已截止。如需补评，请与局工作人员联系。")
    return ALLOWED


def can_score(user: Any, assignment: Assignment) -> Verdict:
    """Write scores now. Person first, then pledge, then time and state."""
    person = is_its_reviewer(user, assignment)
    if not person:
        return person
    opened = may_open(user, assignment)
    if not opened:
        return opened
    if not assignment.is_unfinished:
        return not_now(f"这项评审“{assignment.get_status_display()}”，不能再修改。")
    in_time = is_in_time(user, assignment)
    return person if in_time else in_time
