"""A rectification's plan and its progress notes."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError

from checkups.models import Rectification
from foundation import clock
from foundation.widgets import DayInput


def _helper() -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    return helper


class PlanForm(forms.ModelForm):
    """Cause, measures, owner and deadline: the deadline may be earlier than given, not later."""

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
        self.latest = self.instance.due_on
        for field in self.fields.values():
            field.required = True
        day = self.latest
        self.fields["due_on"].help_text = f"不晚于{day.year}年{day.month}月{day.day}日。"
        self.helper = _helper()

    def clean_due_on(self) -> Any:
        due_on = self.cleaned_data["due_on"]
        if due_on > self.latest:
            raise ValidationError("整改期限不能晚于审核时确定的期限。")
        if due_on < min(clock.today(), self.latest):
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
        self.helper = _helper()
