"""What a page was drawn with: of each field its version and a mark of its text, in a hidden input."""

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from django import forms

from brands.forms.spec import Value, value_of
from brands.models import Project

INCOMPLETE = "页面不完整，请刷新后再保存。"
Drawn = dict[str, tuple[int, str]]


def mark_of(value: Value) -> str:
    """Tells whether a text was touched, so that what nobody touched is not saved over another's."""
    return sha256(json.dumps(value).encode()).hexdigest()[:16]


def drawn_with(project: Project, keys: Iterable[str]) -> Drawn:
    return {
        key: (project.edits.get(key, (0, None))[0], mark_of(value_of(project, key))) for key in keys
    }


class DrawnField(forms.JSONField):
    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except ValueError as error:  # A number of thousands of digits.
            raise forms.ValidationError(INCOMPLETE) from error

    def clean(self, value: Any) -> Drawn:
        drawn = super().clean(value)
        if not isinstance(drawn, dict) or not all(map(_is_entry, drawn.values())):
            raise forms.ValidationError(INCOMPLETE)
        return {key: (version, mark) for key, (version, mark) in drawn.items()}


def _is_entry(entry: Any) -> bool:
    return isinstance(entry, list) and [type(part) for part in entry] == [int, str]
