"""A field answered by files: they arrive one by one beside the form, never with its words."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from brands.forms.fields import Field


def form_id(key: str) -> str:
    """Of the form that sends the files of a field; it cannot stand inside the section's own."""
    return f"upload-{key}" if key else "upload"


class FilesInput(forms.Widget):
    """A preview, until `show` says what is there and that some may be added."""

    def __init__(self, item: Field, attrs: Any = None) -> None:
        super().__init__(attrs)
        self.item, self.is_open = item, True
        self.place: dict[str, Any] = {"form_id": "", "files": [], "may_change": True, "room": ""}

    def show(self, files: Sequence[dict[str, Any]], *, may_change: bool, room: str) -> None:
        """`files` are rows of `brands.filing.file_rows`."""
        self.is_open = may_change
        self.place = {
            "form_id": form_id(self.item.key),
            "files": files,
            "may_change": may_change,
            "room": room,
        }

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        own = self.build_attrs(self.attrs, attrs)
        context = {
            **self.place,
            "label": "",
            "input_id": own.get("id", ""),
            "shown_if": own.get("data-shown-if", ""),
            "described_by": own.get("aria-describedby", ""),
            "limits": self.item.limits,
        }
        return render_to_string("brands/_upload_place.html", context)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def id_for_label(self, id_: str) -> str:
        return id_ if self.is_open else ""


class FilesField(forms.Field):
    def __init__(self, item: Field, **kwargs: Any) -> None:
        super().__init__(widget=FilesInput(item), **kwargs)
