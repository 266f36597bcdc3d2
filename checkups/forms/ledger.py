"""A rectification's plan and its progress notes."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from checkups.models import Rectification
from checkups.services import limit_from_today
from foundation import clock
from foundation.documents import chinese_date
from foundation.widgets import DayInput, bare_helper


class PlanForm(forms.ModelForm):
    """Cause, measures, owner and deadline: the deadline may be earlier than given, not later.

    Where the given one has passed without a plan, the plan takes the usual span anew.
    """

    class Meta:
        model = Rectification
        fields = ("cause", "measures", "leader_name", "responsible_name", "due_on")
        widgets = {
            "cause": forms.Textarea(attrs={"rows": 3, "data-max": 500}),
            "measures": forms.Textarea(attrs={"rows": 5, "data-max": 1000}),
            "due_on": DayInput(),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = self.latest = self.instance.due_on
        self.note = ""
        if given < clock.today():
            self.latest = limit_from_today(red_line=self.instance.red_line)
            self.initial["due_on"] = self.latest
            self.note = f"原定期限{chinese_date(given)}已过，重新确定整改期限。"
        for field in self.fields.values():
            field.required = True
        self.fields["due_on"].help_text = f"{self.note}不晚于{chinese_date(self.latest)}。"
        self.helper = bare_helper()

    def clean_due_on(self) -> Any:
        due_on = self.cleaned_data["due_on"]
        if due_on > self.latest:
            raise ValidationError(f"整改期限不能晚于{chinese_date(self.latest)}。")
        if due_on < clock.today():
            raise ValidationError("整改期限不能早于今天。")
        return due_on


class NoteForm(forms.Form):
    text = forms.CharField(
        label="整改进展",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "data-max": 500}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()
