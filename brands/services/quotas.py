"""Quotas: as numbers, as a per cent of the schools, and moved between areas while a batch runs."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Q

from brands.models import Batch, BatchStatus, Quota, QuotaPlace, QuotaTransfer
from foundation import clock
from foundation.audit.services import record
from foundation.verdict import Conflict
from schools.models import Area, Tier


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


def transfer(
    batch: Batch, source: Area, target: Area, places: int, *, why: str, by: Any, via: Any
) -> QuotaTransfer:
    """Free places of one area become places of another. Raises Conflict when they are not free."""
    if places < 1 or source == target:
        raise Conflict("请选择两个不同的板块，名额至少为 1。")
    with transaction.atomic():
        quotas = {
            quota.area_id: quota
            for quota in Quota.objects.select_for_update()
            .filter(batch=batch, area__in=[source, target])
            .order_by("pk")
        }
        if batch.status != BatchStatus.OPEN or len(quotas) != 2:
            raise Conflict("批次进行中，且两个板块都有名额时，才能调剂。")
        giver, taker = quotas[source.pk], quotas[target.pk]
        _take(giver, places)
        _give(taker, places)
        row = QuotaTransfer.objects.create(
            batch=batch, source=source, target=target, places=places, why=why, by=by, at=clock.now()
        )
        record("quota.transfer", by=by, via=via, obj=batch, transfer=str(row), why=why)
    return row


def _take(quota: Quota, places: int) -> None:
    free = list(quota.place_rows.filter(project=None).order_by("-number")[:places])
    least = max(quota.private, quota.kindergartens)
    if len(free) < places:
        raise Conflict(f"{quota.area}只有 {len(free)} 个名额没有使用，不能调出 {places} 个。")
    if quota.places - places < least:
        raise Conflict(f"{quota.area}至少要保留 {least} 个名额（民办或幼儿园）。")
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
