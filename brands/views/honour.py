"""One honour at the register's desk: its history, its plaque, its revocation."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from brands import permissions_after as may
from brands.forms.after import HonourForm, RevokeForm
from brands.models import Honour
from brands.outputs import certificates
from brands.permissions_keeping import may_arrange, may_record_negative
from brands.services import keeping
from brands.timeline import of_event
from brands.tones import tone_of
from foundation.verdict import Conflict
from foundation.workflow.engine import perform, workflow_of
from foundation.workflow.requests import version_seen


@require_GET
def honour_detail(request: HttpRequest, pk: int) -> HttpResponse:
    honour = _visible(request, pk)
    context = {
        "honour": honour,
        "may_certify": may.may_certify(request.user, honour),
        "renewals": keeping.renewals_of(honour),
        "promotion_count": honour.promotions.confirmed().count(),
        "may_record": honour.school and may_record_negative(request.user),
        "rechecks": _rechecks(honour),
        "may_arrange": may_arrange(request.user, honour)
        and keeping.may_arrange_now(request.user, honour),
        "obstacle": certificates.obstacle(honour),
        "moves": [move.name for move in workflow_of(honour).open_to(honour, request.user)],
        "events": [of_event(event) for event in honour.events.select_related("by")],
    }
    return render(request, "brands/honour.html", context)


@require_http_methods(["GET", "POST"])
def honour_edit(request: HttpRequest, pk: int) -> HttpResponse:
    honour = _visible(request, pk)
    workflow_of(honour)["amend"].decide(honour, request.user).require()
    form = HonourForm(request.POST or None, instance=honour)
    if request.method == "POST" and form.is_valid():
        perform(
            honour,
            "amend",
            by=request.user,
            note=_told(form),
            version=version_seen(request),
            **form.cleaned_data,
        )
        messages.success(request, "已保存。")
        return redirect("brands:honour", honour.pk)
    return render(request, "brands/honour_edit.html", {"honour": honour, "form": form})


@require_http_methods(["GET", "POST"])
def honour_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    honour = _visible(request, pk)
    workflow_of(honour)["revoke"].decide(honour, request.user).require()
    form = RevokeForm(request.POST or None)
    status = 200
    if form.is_valid():
        try:
            perform(
                honour,
                "revoke",
                by=request.user,
                version=version_seen(request),
                **form.cleaned_data,
            )
        except Conflict as conflict:
            form.add_error(None, str(conflict))
            status = 409
        else:
            messages.success(request, "已撤销，公开页面即时显示。")
            return redirect("brands:honour", honour.pk)
    context = {"honour": honour, "form": form}
    return render(request, "brands/honour_revoke.html", context, status=status)


def _rechecks(honour: Honour) -> list[Any]:
    rows: list[Any] = list(honour.rechecks.order_by("due_on", "pk"))
    for row in rows:
        row.tone = tone_of(row.status)
    return rows


def _visible(request: HttpRequest, pk: int) -> Honour:
    rows = Honour.objects.visible_to(request.user)
    return get_object_or_404(
        rows.select_related("school__area", "project__batch__programme"), pk=pk
    )


def _told(form: HonourForm) -> str:
    """What the history says: old and new words of what changed."""
    words = [
        f"{form.fields[name].label}：{form.initial[name] or '空'} → {form.cleaned_data[name] or '空'}"
        for name in form.changed_data
    ]
    return "；".join(words)
