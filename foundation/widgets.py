"""What the forms of every app need the same."""

from functools import lru_cache
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.forms.utils import flatatt
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe


def bare_helper(*parts: Any) -> FormHelper:
    """For a form whose template owns <form>, its buttons and its token; without parts every field."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    if parts:
        helper.layout = Layout(*parts)
    return helper


class SheetForm(forms.Form):
    """Choosing the workbook of an import: a subclass gives its name and what happens then."""

    label = ""
    promise = ""

    sheet = forms.FileField(
        allow_empty_file=True,  # The reader has its own sentence for it.
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx", "data-max-mb": "10"}),
        error_messages={"required": "请先选择要导入的 Excel 文件。"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sheet"].label = self.label
        self.fields["sheet"].help_text = self.promise
        self.helper = bare_helper()


class DayInput(forms.DateInput):
    """The browser's own date field. It reads ISO dates only: a localised one would show empty."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class PlainTextarea(forms.Textarea):
    """Drawn in one go: Django's takes a template of its own."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        own = {"name": name} | self.build_attrs(self.attrs, attrs)
        return format_html(
            "<textarea{}>\n{}</textarea>", flatatt(own), self.format_value(value) or ""
        )


class FilterSelect(forms.Select):
    """A select of the filter line, drawn in one go and remembered by all that it shows.

    Django's takes a context and two templates for each option; on every list that is dearer than
    the list (docs/performance.md).
    """

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        shown = flatatt(self.build_attrs({"name": name, **self.attrs}, attrs))
        options = tuple((str(key), str(label)) for key, label in self.choices)
        return _select(shown, options, frozenset(self.format_value(value)))


@lru_cache(maxsize=512)
def _select(
    shown: SafeString, options: tuple[tuple[str, str], ...], chosen: frozenset[str]
) -> SafeString:
    """Escapes every word, safe or not: the two are equal, so one may answer for the other."""
    selected = {True: mark_safe(" selected"), False: ""}
    lines = format_html_join(
        "\n",
        '<option value="{}"{}>{}</option>',
        ((escape(key), selected[key in chosen], escape(label)) for key, label in options),
    )
    return format_html("<select{}>{}</select>", shown, lines)
