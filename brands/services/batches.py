"""Set up and open a batch."""

from typing import Any

from brands import opening
from brands.models import ApplicationForm, Batch, QuotaPlace
from foundation.verdict import ALLOWED, Verdict, not_now


def may_be_opened(user: Any, batch: Batch) -> Verdict:
    found = opening.reasons(batch)
    return not_now("批次还不能开启：" + " ".join(found)) if found else ALLOWED


def opened(batch: Batch, *, by: Any, note: str) -> dict[str, Any]:
    """The form is fixed; the places of each quota become rows, each held by one project only."""
    QuotaPlace.objects.bulk_create(
        QuotaPlace(quota=quota, number=number)
        for quota in batch.quotas.all()
        for number in range(1, quota.places + 1)
    )
    form = batch.programme.newest_form
    ApplicationForm.objects.filter(pk=form.pk).update(frozen=True)
    return {"form": form}
