"""Moving free places of a quota from one area to another."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from brands.forms.transfer import TransferForm
from brands.models import Batch
from brands.permissions import may_manage_batches
from brands.services import quotas
from foundation.verdict import Conflict


@require_http_methods(["GET", "POST"])
def quota_transfer(request: HttpRequest, pk: int) -> HttpResponse:
    batch = get_object_or_404(Batch.objects.visible_to(request.user), pk=pk)
    verdict = may_manage_batches(request.user)
    verdict.require()
    form = TransferForm(request.POST or None, batch=batch)
    if request.method == "POST" and form.is_valid():
        try:
            row = quotas.transfer(batch, **form.cleaned_data, by=request.user, via=verdict.via)
        except Conflict as refused:
            form.add_error("places", str(refused))
        else:
            messages.success(request, f"{row}，已生效。")
            return redirect("brands:batch", batch.pk)
    return render(request, "brands/transfer_form.html", {"batch": batch, "form": form})
