"""Form widgets that every app needs the same."""

from typing import Any

from django import forms


class DayInput(forms.DateInput):
    """The browser's own date field. It reads ISO dates only: a localised one would show empty."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")
