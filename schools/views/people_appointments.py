"""Appointments begin and end; accounts for all secretaries at once."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from foundation import clock
from schools import appointing
from schools.forms.people import AppointmentForm, EndForm
from schools.models import Appointment, PartyOrganisation
from schools.services import issuing, people
from schools.views.people import visible_person

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "POST"])
def appointment_new(request: HttpRequest, pk: int) -> HttpResponse:
    person = visible_person(request, pk)
    appointing.can_appoint_now(request.user, person).require()
    form = AppointmentForm(
        request.POST or None,
        by=request.user,
        person=person,
        initial={"organisation": request.GET.get("organisation", "")},
    )
    if form.is_valid():
        made = people.appoint(person, by=request.user, **form.cleaned_data)
        messages.success(request, f"已任职：{made}。")
        return redirect("schools:person", pk)
    organisations = PartyOrganisation.objects.live().select_related("school")
    context = {"form": form, "person": person, "organisations": organisations}
    return render(request, "schools/people_appointment.html", context)


@require_http_methods(["GET", "POST"])
def appointment_end(request: HttpRequest, pk: int) -> HttpResponse:
    visible = Appointment.objects.visible_to(request.user)
    appointment = get_object_or_404(visible.select_related("user", "organisation__school"), pk=pk)
    appointing.can_end(request.user, appointment).require()
    form = EndForm(request.POST if request.method == "POST" else None, appointment=appointment)
    if form.is_valid():
        until = form.cleaned_data.get("until")
        people.end_appointment(appointment, by=request.user, until=until)
        messages.success(request, f"已结束任职：{appointment}。")
        return redirect("schools:person", appointment.user_id)
    context = {"form": form, "appointment": appointment}
    return render(request, "schools/people_end.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def issue(request: HttpRequest) -> HttpResponse:
    """The workbook is the answer to the POST: made once, kept nowhere."""
    issuing.can_issue(request.user).require()
    waiting, unused = issuing.waiting(), issuing.never_signed_in().count()
    if request.method == "POST":
        again = request.POST.get("again") == "1"
        if (again and unused) or (not again and waiting.ready):
            return _download(issuing.issue(by=request.user, again=again))
        messages.warning(request, "没有需要签发的书记账号。")
        return redirect("schools:people-issue")
    context = {
        "ready": waiting.ready,
        "sample": waiting.ready[:20],
        "blocked": waiting.blocked[:50],
        "blocked_count": len(waiting.blocked),
        "unused": unused,
        "batch": issuing.BATCH,
    }
    return render(request, "schools/people_issue.html", context)


def _download(content: bytes) -> HttpResponse:
    name = f"one-time-passwords-{clock.today():%Y%m%d}.xlsx"
    return HttpResponse(
        content,
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
