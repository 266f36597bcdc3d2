"""负面清单事件: recorded by the bureau, read by the city, withdrawn with a reason."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from brands import permissions_keeping as may
from brands.forms.negative import NegativeForm, WithdrawForm
from brands.models import NegativeEvent
from brands.services import negatives as service
from brands.timeline import of_event
from brands.tones import tone_of
from foundation import uploads
from foundation.audit.services import record
from foundation.verdict import Conflict
from foundation.workflow.engine import perform, workflow_of
from foundation.workflow.requests import version_seen
from schools.models import School


@require_GET
def negatives(request: HttpRequest) -> HttpResponse:
    if not may.sees_all(request.user):
        raise Http404
    rows = NegativeEvent.objects.visible_to(request.user).select_related("school__area", "kind")
    context = {
        "page": Paginator(rows, 20).get_page(request.GET.get("page")),
        "may_record": may.may_record_negative(request.user),
    }
    return render(request, "brands/negatives.html", context)


@require_http_methods(["GET", "POST"])
def negative_new(request: HttpRequest) -> HttpResponse:
    may.may_record_negative(request.user).require()
    code = request.GET.get("school", "")[:20]
    known = School.objects.filter(code=code).exists()
    initial = {"school_words": code} if known else {}
    form = NegativeForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        event = form.save(commit=False)
        event.school = form.cleaned_data["school_words"]
        file = next(iter(form.cleaned_data["paper"]), None)
        opened = service.record_event(event, file, by=request.user)
        messages.success(request, f"已登记，启动专项复核 {len(opened)} 项。")
        return redirect("brands:negative", event.pk)
    return render(request, "brands/negative_new.html", {"form": form})


@require_http_methods(["GET", "POST"])
def negative_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What is on record; a POST withdraws it."""
    rows = NegativeEvent.objects.visible_to(request.user)
    event = get_object_or_404(rows.select_related("school__area", "kind", "by"), pk=pk)
    withdraw = workflow_of(event)["withdraw"]
    form, status = WithdrawForm(request.POST or None), 200
    if request.method == "POST":
        may.may_record_negative(request.user, event).require()
        if form.is_valid():
            try:
                perform(
                    event,
                    "withdraw",
                    by=request.user,
                    version=version_seen(request),
                    **form.cleaned_data,
                )
            except Conflict as conflict:
                form.add_error(None, str(conflict))
                status = 409
            else:
                messages.success(request, "已撤回，由它启动的专项复核已终止。")
                return redirect("brands:negative", pk)
    checks: list[Any] = list(event.rechecks.select_related("honour"))
    for check in checks:
        check.tone = tone_of(check.status)
    context = {
        "event": event,
        "checks": checks,
        "form": form if status == 409 or withdraw.decide(event, request.user) else None,
        "events": [of_event(move) for move in event.events.select_related("by") if move.by],
    }
    return render(request, "brands/negative.html", context, status=status)


@require_GET
def negative_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    rows = NegativeEvent.objects.visible_to(request.user).exclude(stored="")
    event = get_object_or_404(rows, pk=pk)
    response = uploads.serve(
        event.stored, filename=event.file_name, content_type=event.content_type
    )
    record("download", by=request.user, obj=event)
    return response
