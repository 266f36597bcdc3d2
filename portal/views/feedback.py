"""意见建议: what anybody thinks of the system becomes a matter that staff answer."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from brands.services.letters import tell_bureau
from foundation.audit.middleware import client_address
from foundation.feedback import services
from foundation.feedback.models import Suggestion
from foundation.verdict import Conflict
from foundation.widgets import bare_helper


class SuggestionForm(forms.ModelForm):
    class Meta:
        model = Suggestion
        fields = ("text", "contact", "page")
        widgets = {
            "text": forms.Textarea(attrs={"rows": 5, "data-max": 1000}),
            "page": forms.HiddenInput(),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].help_text = "请不要填写身份证号等个人敏感信息，不要填写涉密内容。"
        self.fields["contact"].help_text = "可不填。只用于答复您。"
        self.helper = bare_helper()


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: HttpRequest) -> HttpResponse:
    user = request.user if request.user.is_authenticated else None
    suggestion = Suggestion(by=user, address=client_address(request))  # type: ignore[misc]
    form = SuggestionForm(
        request.POST or None, instance=suggestion, initial={"page": _came_from(request)}
    )
    status = 200
    if form.is_valid():
        try:
            _receive(form.save(commit=False))
        except Conflict as conflict:
            form.add_error(None, str(conflict))
            status = 429
        else:
            messages.success(request, f"已收到，编号 {suggestion.number}。感谢您的意见。")
            return redirect("portal:feedback")
    return render(request, "portal/feedback.html", {"form": form}, status=status)


@transaction.atomic
def _receive(suggestion: Suggestion) -> None:
    services.receive(suggestion)
    tell_bureau(
        f"suggestion:{suggestion.pk}",
        "收到一条意见建议",
        f"{suggestion.number}：{suggestion.text[:100]}",
        reverse("dashboard:suggestion", args=[suggestion.pk]),
    )


def _came_from(request: HttpRequest) -> str:
    """The page of ours that was left for this one."""
    address = urlsplit(request.headers.get("Referer", ""))
    ours = address.netloc == request.get_host()
    return address.path[:200] if ours and address.path != request.path else ""
