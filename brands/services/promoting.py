"""Promotion of a named brand (M22): recorded by school or bureau, public once the bureau confirms."""

from typing import Any

from django.db import transaction
from django.urls import reverse

from brands.models import Honour, HonourStatus, Promotion, PromotionEvent
from brands.permissions_keeping import may_promote
from brands.services.letters import tell_bureau
from brands.services.negatives import is_held
from foundation.audit.services import record
from foundation.notifications.services import tell_each
from foundation.verdict import ALLOWED, Verdict, not_now
from schools.recipients import people_at
from schools.rights import SCHOOL_ROLES


def may_promote_now(user: Any, honour: Honour) -> Verdict:
    if honour.status != HonourStatus.VALID:
        return not_now("命名已撤销，不再登记推广。")
    if is_held(honour):
        return not_now("专项复核期间暂停推广，办结之后再登记。")
    return ALLOWED


@transaction.atomic
def record_promotion(promotion: Promotion, *, by: Any) -> Promotion:
    """Under the honour's lock, so that no review opens beside it."""
    honour = Honour.objects.select_for_update(of=("self",)).get(pk=promotion.honour_id)
    verdict = may_promote(by, honour)
    verdict.require()
    may_promote_now(by, honour).require()
    promotion.by = by
    promotion.save(force_insert=True)
    record("promotion.record", by=by, via=verdict.via, obj=promotion)
    link = reverse("brands:promotions", args=[honour.pk])
    tell_bureau(f"promotion:{promotion.pk}", "有推广记录待确认", f"{promotion}，请确认。", link)
    return promotion


def may_confirm_now(user: Any, promotion: Promotion) -> Verdict:
    return may_promote_now(user, promotion.honour)


def tell_school(promotion: Promotion, event: PromotionEvent) -> None:
    organisation = promotion.honour.organisation
    users = people_at(organisation, *SCHOOL_ROLES) if organisation else []
    note = f"\n理由：{event.note}" if event.note else ""
    text = f"{promotion}（{promotion.day:%Y-%m-%d}）：{promotion.get_status_display()}。{note}"
    link = reverse("brands:promotions", args=[promotion.honour_id])
    tell_each(users, f"promotion-event:{event.pk}", "推广记录", text, link)
