"""One section of an application as a crispy form, built from its spec."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from crispy_forms import layout as crispy
from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString

from brands.forms.drawn import DrawnField, drawn_with, mark_of
from brands.forms.fields import TITLE, Field, Section
from brands.forms.files import FilesField, FilesInput
from brands.forms.spec import Value, form_of, value_of
from brands.forms.table import TableField
from brands.models import Project, Remark
from foundation.verdict import Forged
from foundation.widgets import DayInput, bare_helper

# What the page sends besides its answers.
PAGE = ("csrfmiddlewaretoken", "drawn", "save", "user", "field")
PHONE = re.compile(r"^(1[3-9]\d{9}|0\d{2,3}-?\d{7,8}(-\d{1,6})?)$")


class PhoneField(forms.CharField):
    def clean(self, value: Any) -> str:
        phone = str(super().clean(value)).replace(" ", "")
        if phone and not PHONE.match(phone):
            raise forms.ValidationError("请填写11位手机号，或带区号的座机号，如0512-65220000。")
        return phone


class SectionForm(forms.Form):
    """Saves drafts, so nothing is required here; `spec.gaps` tells what is missing to submit."""

    drawn = DrawnField()

    def __init__(
        self,
        *args: Any,
        section: Section,
        project: Project | None = None,
        remarks: Mapping[str, Remark] | None = None,
        **kwargs: Any,
    ) -> None:
        """Without a project it is a preview. With `remarks` only the fields they name may change."""
        kwargs["initial"] = _initial(section, project) if project else {}
        super().__init__(*args, **kwargs)
        self.section, self.project = section, project
        for item in section.fields:
            self.fields[item.key] = _form_field(item)
            self.fields[item.key].disabled = bool(remarks) and item.key not in (remarks or {})
        if project is not None and project.person and TITLE in self.fields:
            self.fields[TITLE].disabled = True
        parts = [_placed(item.key, (remarks or {}).get(item.key)) for item in section.fields]
        self.helper = bare_helper(*(["drawn"] if project else []), *parts)

    @property
    def open_fields(self) -> list[Field]:
        """What one may write in now; files go another way (`services.attachments`)."""
        return [item for item in self.section.written if not self.fields[item.key].disabled]

    def show_files(
        self, key: str, rows: list[dict[str, Any]], *, may_change: bool, room: str
    ) -> None:
        widget = self.fields[key].widget
        assert isinstance(widget, FilesInput), "a file field"
        widget.show(rows, may_change=may_change, room=room)

    def versions(self) -> dict[str, int]:
        return {key: version for key, (version, _) in self.cleaned_data["drawn"].items()}

    def changed(self) -> dict[str, Value]:
        """What is to be stored of the fields that were touched: text, dates as ISO, rows."""
        drawn, sent = self.cleaned_data["drawn"], self.sent()
        keys = [item.key for item in self.open_fields if item.key in sent]
        values = {key: _stored(self.cleaned_data[key]) for key in keys if key in self.cleaned_data}
        marks = {key: mark for key, (_, mark) in drawn.items()}
        return {key: value for key, value in values.items() if mark_of(value) != marks.get(key)}

    def unsaved(self) -> list[str]:
        """The fields that show something else than what is stored."""
        keys = [item.key for item in self.open_fields]
        if self.is_bound or self.project is None:
            return keys
        return [key for key in keys if self.initial[key] != value_of(self.project, key)]

    def sent(self) -> list[str]:
        """The fields for which the browser sent something: a locked one is never among them."""
        return [
            item.key
            for item in self.section.written
            if any(name == item.key or name.startswith(f"{item.key}-") for name in self.data)
        ]

    def refuse_unknown(self) -> None:
        """Raises Forged for a field that no page of this section has."""
        own = {*self.fields, *PAGE} - {item.key for item in self.section.files}
        tables = {item.key for item in self.section.fields if item.kind == "table"}
        unknown = sorted(
            name for name in self.data if name not in own and name.partition("-")[0] not in tables
        )
        named: list[str] = getattr(self.data, "getlist", lambda name: [])("field")
        unknown += sorted({*named} - {item.key for item in self.section.written})
        if unknown:
            names = "、".join(unknown)[:60]
            raise Forged(f"这一部分没有“{names}”这一栏，没有保存。请刷新页面后再填写。")

    def clean_title(self) -> str:
        return str(self.cleaned_data["title"]).strip("《》 “”")


class Remarked(crispy.Field):
    """A field under what the checker wrote about it."""

    def __init__(self, key: str, remark: Remark) -> None:
        super().__init__(key)
        self.remark = remark

    def render(self, *args: Any, **kwargs: Any) -> SafeString:
        words = '<p class="remark"><b>修改意见：</b>{}</p>{}'
        return format_html(words, self.remark.text, super().render(*args, **kwargs))


def _placed(key: str, remark: Remark | None) -> Any:
    return Remarked(key, remark) if remark else key


def _initial(section: Section, project: Project) -> dict[str, Any]:
    initial: dict[str, Any] = {item.key: value_of(project, item.key) for item in section.written}
    principal = form_of(project.batch).in_role("principal")
    if principal and not initial.get(principal.key, "-"):
        initial[principal.key] = project.organisation.secretary_name
    return {**initial, "drawn": drawn_with(project, [item.key for item in section.written])}


def _stored(value: Any) -> Value:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return value
    return str("" if value is None else value).replace("\r\n", "\n")


def _form_field(item: Field) -> forms.Field:
    field = _plain_field(item)
    if item.shown_if:
        field.widget.attrs["data-shown-if"] = "=".join(item.shown_if)
    return field


def _plain_field(item: Field) -> forms.Field:
    label = item.label if item.required else f"{item.label}（选填）"
    common: dict[str, Any] = {"label": label, "required": False, "help_text": item.help}
    if item.is_file:
        return FilesField(item, **common)
    if item.kind == "table":
        return TableField(columns=item.columns, **common)
    if item.kind == "number":
        common |= {"min_value": item.minimum, "max_value": item.maximum}
        return forms.IntegerField(error_messages={"invalid": "请填写整数。"}, **common)
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
    if item.kind == "phone":
        return PhoneField(validators=[_at_most(item)], **common)
    line = forms.TextInput(attrs={"data-max": item.max_length})
    return forms.CharField(widget=line, validators=[_at_most(item)], **common)


def _at_most(item: Field) -> Any:
    """The limit counts characters as the page does: spaces and line ends are free."""

    def check(value: str) -> None:
        length = len(re.sub(r"\s", "", value))
        if length > item.max_length:
            raise forms.ValidationError(f"现有{length}字，超过{item.max_length}字的限制，请精简。")

    return check
