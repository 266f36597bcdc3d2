"""Moving free places of a quota from one area to another: asked by one, approved by another."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brands.forms.transfer import TransferForm
from brands.models import Batch, QuotaTransfer
from brands.permissions import may_ask_transfer
from brands.services import quotas
from brands.timeline import of_event
from brands.tones import tone_of
from foundation.verdict import Conflict
from foundation.workflow.engine import workflow_of
from foundation.workflow.requests import perform_posted


@require_http_methods(["GET", "POST"])
def quota_transfer(request: HttpRequest, pk: int) -> HttpResponse:
    batch = get_object_or_404(Batch.objects.visible_to(request.user), pk=pk)
    may_ask_transfer(request.user, batch).require()
    form = TransferForm(request.POST or None, batch=batch, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            row = quotas.ask(batch, **form.cleaned_data, by=request.user)
        except Conflict as refused:
            form.add_error("places", str(refused))
        else:
            messages.success(request, f"已提出：{row}。由局里另一位同志审批后生效。")
            return redirect("brands:transfer", row.pk)
    return render(request, "brands/transfer_form.html", {"batch": batch, "form": form})


def _transfers(request: HttpRequest) -> Any:
    rows = QuotaTransfer.objects.visible_to(request.user)
    return rows.select_related("batch", "source", "target", "by")


@require_GET
def transfer_detail(request: HttpRequest, pk: int) -> HttpResponse:
    transfer = get_object_or_404(_transfers(request), pk=pk)
    context = {
        "transfer": transfer,
        "batch": transfer.batch,
        "tone": tone_of(transfer.status),
        "facts": [
            ("调出", transfer.source),
            ("调入", transfer.target),
            ("名额", f"{transfer.places} 个"),
            ("提出", transfer.by.name),
        ],
        "moves": workflow_of(transfer).open_to(transfer, request.user),
        "events": [
            of_event(event, note="" if event.name == "ask" else event.note)
            for event in transfer.events.select_related("by")
        ],
    }
    return render(request, "brands/transfer.html", context)


@require_POST
def transfer_move(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    transfer = get_object_or_404(_transfers(request), pk=pk)
    perform_posted(request, transfer, name)
    messages.success(request, f"名额调剂{transfer.get_status_display()}。")
    return redirect("brands:transfer", transfer.pk)
