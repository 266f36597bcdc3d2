"""The audit record and the outbox on screen."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from dashboard.audit_changes import changes_of
from dashboard.audit_words import actions_called, words_of
from dashboard.permissions import can_read_audit, can_see_outbox
from foundation.accounts.models import User
from foundation.audit.models import AuditEvent
from foundation.audit.services import faults, record
from foundation.notifications.models import Delivery
from foundation.outbox import services
from foundation.outbox.models import Heartbeat, Message, MessageState
from foundation.widgets import DayInput


class AuditFilterForm(forms.Form):
    action = forms.CharField(label="动作", required=False, max_length=40)
    actor = forms.CharField(label="人员", required=False, max_length=40)
    day = forms.DateField(label="日期", required=False, widget=DayInput())


@require_GET
def audit(request: HttpRequest) -> HttpResponse:
    can_read_audit(request.user).require()
    form = AuditFilterForm(request.GET)
    events = AuditEvent.objects.all()
    if form.is_valid():
        chosen = form.cleaned_data
        if chosen["action"]:
            events = events.filter(action__in=actions_called(chosen["action"]))
        if chosen["actor"]:
            events = events.filter(actor_name__icontains=chosen["actor"])
        if chosen["day"]:
            events = events.filter(at__date=chosen["day"])
    page = Paginator(events, 50).get_page(request.GET.get("page"))
    rows = [(event, words_of(event.action), changes_of(event)) for event in page]
    return render(request, "dashboard/audit.html", {"page": page, "rows": rows, "form": form})


@require_POST
def audit_verify(request: HttpRequest) -> HttpResponse:
    """Walk the whole chain and say what was found."""
    can_read_audit(request.user).require()
    found = list(faults())
    record("audit_verified", by=request.user, success=not found, faults=len(found))
    if found:
        messages.error(request, f"审计链有 {len(found)} 处异常：{'；'.join(found[:5])}")
    else:
        messages.success(request, "审计链完整，没有发现改动。")
    return redirect("dashboard:audit")


@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """Whom the post has not reached, and why. Never what a letter says, not even its title: who
    keeps the machine running reads no business (domain.md F-B 18)."""
    can_see_outbox(request.user).require()
    waiting = [MessageState.NEW, MessageState.LEASED, MessageState.DEAD]
    messages_ = Message.objects.filter(state__in=waiting).order_by("-created_at")
    page = Paginator(messages_, 20).get_page(request.GET.get("page"))
    recipients = User.objects.in_bulk({message.payload.get("user") for message in page})
    context = {
        "page": page,
        "rows": [
            (message, _name_of(recipients.get(message.payload.get("user")))) for message in page
        ],
        "deliveries": Delivery.objects.select_related("user")[:20],
        "heartbeat": Heartbeat.objects.first(),
    }
    return render(request, "dashboard/outbox.html", context)


def _name_of(recipient: User | None) -> str:
    return recipient.name if recipient else "已删除的账号"


@require_POST
def outbox_resend(request: HttpRequest, pk: int) -> HttpResponse:
    can_see_outbox(request.user).require()
    message = get_object_or_404(Message, pk=pk, state=MessageState.DEAD)
    services.resend(message)
    record("outbox_resend", by=request.user, obj=message)
    messages.success(request, "已重新放入发件箱。")
    return redirect("dashboard:outbox")
