"""Next year's holidays pasted from the State Council's notice: looked at first, then kept."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from dashboard.permissions import can_keep_calendar
from foundation import clock
from foundation.audit.services import record
from foundation.widgets import bare_helper
from foundation.workdays.models import CalendarDay, DayKind
from foundation.workdays.notice import Notice, NoticeDay, read

SAME, NEW, CHANGED = ("无变化", "plain"), ("新增", "good"), ("改动", "warn")


class NoticeForm(forms.Form):
    year = forms.IntegerField(label="年度", min_value=2017, max_value=2099)
    source = forms.CharField(
        label="依据", max_length=100, help_text="通知的名称或文号，如：国办发明电〔2026〕7号。"
    )
    text = forms.CharField(
        label="放假安排",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="从通知中复制各节假日的安排，每个节日一行，如：“一、元旦：1月1日（周五）至3日（周日）放假，共3天。”"
        "也可以一行写一天或一段：日期、名称、放假或上班。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()
        self.notice: Notice | None = None

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("text") and data.get("year"):
            self.notice = read(data["text"], data["year"])
            for refusal in self.notice.refusals:
                self.add_error("text", refusal)
        return data


@require_http_methods(["GET", "POST"])
def calendar_notice(request: HttpRequest) -> HttpResponse:
    can_keep_calendar(request.user).require()
    data = request.POST if request.method == "POST" else None
    form = NoticeForm(data, initial={"year": clock.today().year + 1})
    if not form.is_valid() or form.notice is None or "again" in request.POST:
        return render(request, "dashboard/calendar_notice.html", {"form": form})
    notice = form.notice
    if "confirm" not in request.POST:
        context = {
            "form": form,
            "rows": _compared(notice.days),
            "skipped": notice.skipped,
            "lacking": notice.lacking(),
        }
        return render(request, "dashboard/calendar_notice_preview.html", context)
    with transaction.atomic():
        _keep(notice.days, form.cleaned_data["source"])
        facts = {"source": form.cleaned_data["source"], "year": form.cleaned_data["year"]}
        record("calendar_changed", by=request.user, days=len(notice.days), **facts)
    messages.success(request, f"已录入 {len(notice.days)} 天。标“暂定”的期限随即重新计算。")
    return redirect("dashboard:calendar")


def _compared(days: list[NoticeDay]) -> list[dict[str, Any]]:
    there = dict(
        CalendarDay.objects.filter(date__in=[one.day for one in days]).values_list("date", "kind")
    )
    rows = []
    for one in days:
        before = there.get(one.day)
        label, tone = NEW if before is None else SAME if before == one.kind else CHANGED
        odd = one.kind == DayKind.WORK and one.day.weekday() < 5
        rows.append({"day": one, "label": label, "tone": tone, "is_odd": odd})
    return rows


def _keep(days: list[NoticeDay], source: str) -> None:
    for one in days:
        CalendarDay.objects.update_or_create(
            date=one.day, defaults={"kind": one.kind, "source": source, "note": one.name}
        )
