"""Set up and open a batch."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from brands import opening
from brands.models import ApplicationForm, Batch, QuotaPlace
from foundation.audit.differences import Facts, facts_of
from foundation.verdict import ALLOWED, Conflict, Verdict, not_now


def may_be_opened(user: Any, batch: Batch) -> Verdict:
    found = opening.reasons(batch)
    return not_now("批次还不能开启：" + " ".join(found)) if found else ALLOWED


def opened(batch: Batch, *, by: Any, note: str) -> dict[str, Any]:
    """Form and checklist are fixed; the places of each quota become rows, each held by one project only."""
    QuotaPlace.objects.bulk_create(
        QuotaPlace(quota=quota, number=number)
        for quota in batch.quotas.all()
        for number in range(1, quota.places + 1)
    )
    form = _fixed_form(batch)
    return {"form": form, "checklist": batch.programme.checklist}


def _fixed_form(batch: Batch) -> ApplicationForm:
    """Under its lock nobody changes it any more: what was read when the batch was checked may be old.
    Raises Conflict when it cannot be filled in."""
    newest = batch.programme.newest_form.pk
    form = ApplicationForm.objects.select_for_update(of=("self",)).get(pk=newest)
    if faults := form.spec.faults():
        raise Conflict(f"申报表不能使用：{''.join(faults)}")
    form.frozen = True
    form.save(update_fields=["frozen"])
    return form


def facts(batch: Batch, names: Iterable[str]) -> Facts:
    """A batch's settings as a person reads them: these fields, each window, each quota."""
    found = facts_of(batch, names)
    for row in batch.stages.all():
        opens, closes = timezone.localdate(row.opens_at), timezone.localdate(row.closes_at)
        found[f"{row.label}时间"] = f"{opens}至{closes}"
    for quota in batch.quotas.select_related("area"):
        least = f"（其中民办{quota.private}，幼儿园{quota.kindergartens}）"
        has_least = quota.private or quota.kindergartens
        found[f"名额：{quota.area}"] = f"{quota.places}{least if has_least else ''}"
    return found
