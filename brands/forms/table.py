"""A table of short answers as one field: rows of 里程碑 or 佐证材料."""

from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

MOST_ROWS = 50
MOST_CHARACTERS = 200
BLANK_ROWS = 2  # To write in where no script adds one.

Rows = list[dict[str, str]]


class TableInput(forms.Widget):
    """One text input for each cell, named key-row-column; the script adds rows."""

    def __init__(self, columns: tuple[tuple[str, str], ...], attrs: Any = None) -> None:
        super().__init__(attrs)
        self.columns = columns

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        rows = [*(value or []), *[{} for _ in range(BLANK_ROWS)]][:MOST_ROWS]
        context = {
            "columns": [words for _, words in self.columns],
            "rows": [
                [
                    (f"{name}-{number}-{key}", row.get(key, ""), f"第{number + 1}行{words}", words)
                    for key, words in self.columns
                ]
                for number, row in enumerate(rows)
            ],
            "attrs": self.build_attrs(self.attrs, attrs),
            "most_rows": MOST_ROWS,
            "most_characters": MOST_CHARACTERS,
        }
        return render_to_string("brands/_table_input.html", context)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Rows:
        """The rows in which something is written, in their order."""
        rows = [
            {key: str(data.get(f"{name}-{number}-{key}", "")).strip() for key, _ in self.columns}
            for number in range(MOST_ROWS)
        ]
        return [row for row in rows if any(row.values())]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def id_for_label(self, id_: str) -> str:
        return ""  # Each cell has a label of its own.


class TableField(forms.Field):
    def __init__(self, *, columns: tuple[tuple[str, str], ...], **kwargs: Any) -> None:
        super().__init__(widget=TableInput(columns), **kwargs)

    def clean(self, value: Rows) -> Rows:
        for number, row in enumerate(value, start=1):
            if any(len(cell) > MOST_CHARACTERS for cell in row.values()):
                raise forms.ValidationError(f"第{number}行有一格超过{MOST_CHARACTERS}字，请精简。")
        return value
