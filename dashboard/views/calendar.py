"""The working calendar: what the State Council notice says, entered by staff."""

from datetime import datetime, timedelta

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from dashboard.permissions import can_keep_calendar
from foundation import clock
from foundation.audit.services import record
from foundation.widgets import DayInput, bare_helper
from foundation.workdays.models import CalendarDay, DayKind
from foundation.workdays.services import is_published


class CalendarDayForm(forms.Form):
    """One stretch of days of one kind."""

    first = forms.DateField(label="起始日期", widget=DayInput())
    last = forms.DateField(label="结束日期", widget=DayInput())
    kind = forms.ChoiceField(label="性质", choices=DayKind.choices)
    source = forms.CharField(
        label="依据", max_length=100, help_text="如：国务院办公厅通知的名称或文号"
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.helper = bare_helper()

    def clean(self) -> dict[str, object]:
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first and last and last < first:
            self.add_error("last", "结束日期不能早于起始日期。")
        elif first and last and (last - first).days > 31:
            self.add_error("last", "一次最多录入 31 天，请分段录入。")
        return self.cleaned_data

    def save(self) -> int:
        """Write the days, replacing what stood there; how many."""
        data = self.cleaned_data
        days = [
            data["first"] + timedelta(n) for n in range((data["last"] - data["first"]).days + 1)
        ]
        for day in days:
            CalendarDay.objects.update_or_create(
                date=day, defaults={"kind": data["kind"], "source": data["source"]}
            )
        return len(days)


def _clocks() -> tuple[datetime, float]:
    """The machine's time, and by how many seconds the database's runs ahead of it (F-G 56)."""
    asked = CalendarDay.objects.order_by("pk").annotate(now=Now()).values_list("now", flat=True)
    before = clock.wall_now()
    theirs = asked.first() or before
    after = clock.wall_now()
    return after, round((theirs - before - (after - before) / 2).total_seconds(), 1) + 0.0


@require_http_methods(["GET", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    can_keep_calendar(request.user).require()
    form = CalendarDayForm(request.POST or None)
    if form.is_valid():
        with transaction.atomic():
            count = form.save()
            record("calendar_changed", by=request.user, days=count, **form.cleaned_data)
        messages.success(request, f"已录入 {count} 天。")
        return redirect("dashboard:calendar")
    this_year = clock.today().year
    years = [(year, is_published(year)) for year in (this_year, this_year + 1)]
    now, skew = _clocks()
    context = {
        "form": form,
        "days": CalendarDay.objects.filter(date__year__gte=this_year),
        "years": years,
        "machine": now,
        "business": clock.now(),
        "skew": skew,
    }
    return render(request, "dashboard/calendar.html", context)


@require_POST
def calendar_day_delete(request: HttpRequest, pk: int) -> HttpResponse:
    can_keep_calendar(request.user).require()
    day = get_object_or_404(CalendarDay, pk=pk)
    with transaction.atomic():
        record("calendar_day_deleted", by=request.user, obj=day)
        day.delete()
    messages.success(request, f"已删除 {day}。")
    return redirect("dashboard:calendar")
