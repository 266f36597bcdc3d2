"""Who hears of a check: the school that reports, the bureau that judges, the leader who decides."""

from collections.abc import Iterable

from django.urls import reverse

from brands.models import Recheck, RecheckEvent, RecheckKind, RecheckStatus
from foundation.documents import chinese_date
from foundation.notifications.services import tell_each
from schools.models import Role
from schools.recipients import everybody, people_at
from schools.rights import SCHOOL_ROLES

WHAT = {
    RecheckKind.PROGRESS: "请报送培育进展",
    RecheckKind.MIDTERM: "请报送中期检查报告",
    RecheckKind.ACCEPTANCE: "请报送验收报告",
    RecheckKind.RENEWAL: "请申请复评，报告命名以来的坚持和发展情况",
    RecheckKind.REVIEW: "因负面清单事件启动专项复核，请书面说明",
}


def tell_opened(recheck: Recheck, event: RecheckEvent) -> None:
    """To the secretary; also when more time is given."""
    what = WHAT[RecheckKind(recheck.kind)]
    note = f"\n说明：{event.note}" if event.note else ""
    text = f"《{recheck.title}》{what}，期限 {chinese_date(recheck.due_on)}。{note}"
    _tell(recheck, event, people_at(recheck.organisation, *SCHOOL_ROLES), text)


def tell_bureau(recheck: Recheck, event: RecheckEvent) -> None:
    _tell(recheck, event, everybody(Role.BUREAU), f"{recheck}：{event.label}，请办理。")


def tell_missed(recheck: Recheck, event: RecheckEvent) -> None:
    tell_bureau(recheck, event)
    text = (
        f"{recheck} 已过期限 {chinese_date(recheck.due_on)}，没有收到报告。请尽快联系局工作人员。"
    )
    _tell(recheck, event, people_at(recheck.organisation, *SCHOOL_ROLES), text)


def tell_school(recheck: Recheck, event: RecheckEvent) -> None:
    note = f"\n说明：{event.note}" if event.note else ""
    fix_due = recheck.fix_due_on if recheck.status == RecheckStatus.FIXING else None
    due = f"，期限 {chinese_date(fix_due)}" if fix_due else ""
    text = f"{recheck}：{recheck.get_status_display()}{due}。{note}"
    _tell(recheck, event, people_at(recheck.organisation, *SCHOOL_ROLES), text)


def tell_leader(recheck: Recheck, event: RecheckEvent) -> None:
    text = f"{recheck}：建议撤销命名，请决定。\n理由：{event.note or '验收得分低于 60 分。'}"
    _tell(recheck, event, everybody(Role.LEADER), text)


def tell_advised(recheck: Recheck, event: RecheckEvent) -> None:
    tell_leader(recheck, event)
    tell_school(recheck, event)


def _tell(recheck: Recheck, event: RecheckEvent, users: Iterable[int], text: str) -> None:
    link = reverse("brands:recheck", args=[recheck.pk])
    subject = f"{recheck.get_kind_display()}：《{recheck.title}》"
    tell_each(users, f"recheck-event:{event.pk}", subject, text, link)
