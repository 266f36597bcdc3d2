"""意见建议: read and answered by the bureau."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from dashboard.permissions import can_answer_suggestions
from foundation.feedback import services
from foundation.feedback.models import Suggestion
from foundation.widgets import bare_helper


class ReplyForm(forms.Form):
    reply = forms.CharField(
        label="办理情况",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="登录后提出的，本人会收到通知；留了联系方式的，请另行答复。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()


@require_GET
def suggestions(request: HttpRequest) -> HttpResponse:
    """Those without an answer first."""
    can_answer_suggestions(request.user).require()
    rows = Suggestion.objects.select_related("by").order_by(
        F("answered_at").asc(nulls_first=True), "-pk"
    )
    page = Paginator(rows, 20).get_page(request.GET.get("page"))
    return render(request, "dashboard/suggestions.html", {"page": page})


@require_http_methods(["GET", "POST"])
def suggestion(request: HttpRequest, pk: int) -> HttpResponse:
    verdict = can_answer_suggestions(request.user)
    verdict.require()
    found = get_object_or_404(Suggestion.objects.select_related("by", "answered_by"), pk=pk)
    form = ReplyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reply = form.cleaned_data["reply"]
        services.answer(found, reply=reply, by=request.user, via=verdict.via)
        messages.success(request, f"{found.number} 已办理。")
        return redirect("dashboard:suggestions")
    return render(request, "dashboard/suggestion.html", {"suggestion": found, "form": form})
