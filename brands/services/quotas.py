"""Quotas: as numbers, as a per cent of the schools, and moved between areas while a batch runs."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Q
from django.urls import reverse

from brands.models import (
    Batch,
    BatchStatus,
    Quota,
    QuotaPlace,
    QuotaTransfer,
    QuotaTransferEvent,
)
from brands.permissions import gives_or_takes, may_ask_transfer
from brands.services.tally import tally_for
from foundation import clock
from foundation.audit.services import record
from foundation.notifications.services import tell_each
from foundation.verdict import Conflict
from schools.models import Appointment, Area, Role, Tier
from schools.recipients import bureau_desks


def share(percent: Decimal) -> dict[int, int]:
    """Area → places: so many per cent of its schools' Party organisations, half rounded up.

    An area with any gets at least one place.
    """
    units = Count(
        "organisations", filter=Q(organisations__tier=Tier.UNIT, organisations__closed_on=None)
    )
    areas = Area.objects.filter(is_direct=False).annotate(units=units)
    return {area.pk: _part(area.units, percent) for area in areas}


def _part(units: int, percent: Decimal) -> int:
    if not units:
        return 0
    exact = Decimal(units) * percent / 100
    return max(1, int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)))


def ask(
    batch: Batch, source: Area, target: Area, places: int, *, why: str, by: Any
) -> QuotaTransfer:
    """Places wait for the approval of another person. Raises PermissionDenied or Conflict."""
    verdict = may_ask_transfer(by, batch)
    verdict.require()
    verdict = gives_or_takes(by, source, target)
    verdict.require()
    if places < 1 or source == target:
        raise Conflict("请选择两个不同的板块，名额至少为 1。")
    with transaction.atomic():
        giver, _ = _locked(batch, source, target)
        _must_spare(giver, places)
        row = QuotaTransfer.objects.create(
            batch=batch, source=source, target=target, places=places, why=why, by=by, at=clock.now()
        )
        event = row.events.create(
            name="ask",
            label="提出调剂",
            source="",
            target=row.status,
            by=by,
            appointment=str(verdict.via or ""),
            note=why,
        )
        tell_asked(row, event)
        record("quota.ask", by=by, via=verdict.via, obj=row, batch=batch.pk, why=why)
    return row


def moved(transfer: QuotaTransfer, *, by: Any, note: str) -> dict[str, Any]:
    """Inside the approval: the places move, or nothing does."""
    giver, taker = _locked(transfer.batch, transfer.source, transfer.target)
    _take(giver, transfer.places)
    _give(taker, transfer.places)
    return {}


def _locked(batch: Batch, source: Area, target: Area) -> tuple[Quota, Quota]:
    rows = Quota.objects.select_for_update(of=("self",)).filter(
        batch=batch, area__in=[source, target]
    )
    quotas = {quota.area_id: quota for quota in rows.order_by("pk").select_related("area")}
    batch.refresh_from_db(fields=["status"])
    if batch.status != BatchStatus.OPEN or len(quotas) != 2:
        raise Conflict("批次进行中，且两个板块都有名额时，才能调剂。")
    return quotas[source.pk], quotas[target.pk]


def _must_spare(quota: Quota, places: int) -> None:
    """Free places only, and never those that its least numbers still need."""
    tally = tally_for(quota)
    if tally.free < places:
        raise Conflict(f"{quota.area}只有 {tally.free} 个名额没有使用，不能调出 {places} 个。")
    for share in tally.shares:
        if share.missing > tally.free - places:
            raise Conflict(
                f"{quota.area}的名额中至少 {share.least} 个用于{share.words}，"
                f"已推荐 {share.held} 个，没有使用的名额要留 {share.missing} 个给{share.words}。"
            )


def _take(quota: Quota, places: int) -> None:
    _must_spare(quota, places)
    if quota.places - places < max(quota.private, quota.kindergartens):
        raise Conflict(f"{quota.area}调出后的名额少于其中民办或幼儿园的最低数。")
    free = quota.place_rows.filter(project=None).order_by("-number")[:places]
    QuotaPlace.objects.filter(pk__in=[place.pk for place in free]).delete()
    quota.places -= places
    quota.save(update_fields=["places"])


def _give(quota: Quota, places: int) -> None:
    last = quota.place_rows.aggregate(last=Max("number"))["last"] or 0
    QuotaPlace.objects.bulk_create(
        QuotaPlace(quota=quota, number=last + n) for n in range(1, places + 1)
    )
    quota.places += places
    quota.save(update_fields=["places"])


def tell_asked(transfer: QuotaTransfer, event: QuotaTransferEvent) -> None:
    desks = [user for _, user in bureau_desks()]
    _tell(transfer, event, desks, f"待审批：{transfer.batch}名额调剂", "待局里另一位同志审批。")
    _tell(transfer, event, _districts(transfer), f"名额调剂申请：{transfer.batch}", "待局里审批。")


def tell_answer(transfer: QuotaTransfer, event: QuotaTransferEvent) -> None:
    words = f"{transfer.get_status_display()}。{event.note}"
    people = {*_districts(transfer), transfer.by_id}
    subject = f"名额调剂{transfer.get_status_display()}：{transfer.batch}"
    _tell(transfer, event, people, subject, words)


def _districts(transfer: QuotaTransfer) -> set[int]:
    areas = [transfer.source_id, transfer.target_id]
    posts = Appointment.objects.holders(Role.DISTRICT).filter(
        organisation__tier=Tier.AREA, organisation__area__in=areas
    )
    return set(posts.values_list("user_id", flat=True))


def _tell(
    transfer: QuotaTransfer, event: QuotaTransferEvent, users: Iterable[int], subject: str, end: str
) -> None:
    text = f"“{transfer.batch}”推荐名额由{transfer}，理由：{transfer.why}。{end}"
    link = reverse("brands:transfer", args=[transfer.pk])
    tell_each({*users} - {event.by_id}, f"transfer-event:{event.pk}", subject, text, link)
