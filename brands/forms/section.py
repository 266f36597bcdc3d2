"""One section of an application as a crispy form, built from its spec."""

import re
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

from brands.forms.fields import Field, Section
from brands.forms.spec import value_of
from brands.models import Project
from foundation.widgets import DayInput

PHONE = re.compile(r"^(1[3-9]\d{9}|0\d{2,3}-?\d{7,8}(-\d{1,6})?)$")


class SectionForm(forms.Form):
    """Saves drafts, so nothing is required here; `spec.gaps` tells what is missing to submit."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, section: Section, project: Project, **kwargs: Any) -> None:
        initial = {item.key: value_of(project, item.key) for item in section.fields}
        if not initial.get("principal"):
            initial["principal"] = project.organisation.secretary_name
        kwargs["initial"] = {**initial, "version": project.version}
        super().__init__(*args, **kwargs)
        self.section = section
        for item in section.fields:
            self.fields[item.key] = _form_field(item)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout("version", *(item.key for item in section.fields))

    def answers(self) -> dict[str, str]:
        """What is stored: text only, dates as ISO."""
        found = {}
        for item in self.section.fields:
            value = self.cleaned_data[item.key]
            found[item.key] = value.isoformat() if isinstance(value, date) else str(value or "")
        return found

    def clean_title(self) -> str:
        return str(self.cleaned_data["title"]).strip("《》 “”")

    def clean_phone(self) -> str:
        phone = str(self.cleaned_data["phone"]).replace(" ", "")
        if phone and not PHONE.match(phone):
            raise forms.ValidationError("请填写11位手机号，或带区号的座机号，如0512-65220000。")
        return phone


def _form_field(item: Field) -> forms.Field:
    label = item.label if item.required else f"{item.label}（选填）"
    common: dict[str, Any] = {"label": label, "required": False, "help_text": item.help}
    if item.kind == "date":
        widget = DayInput()
        return forms.DateField(
            widget=widget, error_messages={"invalid": "日期格式应如2026-03-02。"}, **common
        )
    if item.kind == "choice":
        return forms.ChoiceField(choices=[("", "请选择"), *item.choices], **common)
    if item.kind == "long":
        rows = 4 if item.max_length <= 400 else 8
        area = forms.Textarea(attrs={"rows": rows, "data-max": item.max_length})
        common["help_text"] = f"{item.help}限{item.max_length}字。"
        return forms.CharField(widget=area, validators=[_at_most(item)], **common)
    return forms.CharField(validators=[_at_most(item)], **common)


def _at_most(item: Field) -> Any:
    """The limit counts characters as the page does: spaces and line ends are free."""

    def check(value: str) -> None:
        length = len(re.sub(r"\s", "", value))
        if length > item.max_length:
            raise forms.ValidationError(f"现有{length}字，超过{item.max_length}字的限制，请精简。")

    return check
