"""The plan that an applicant typed into the form, row by row, as milestones to be confirmed."""

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms

from brands.forms import spec
from brands.forms.fields import Field
from brands.models import Milestone, Project
from foundation.widgets import DayInput

OWNER = re.compile("责任人|负责|承办|牵头")
DUE = re.compile("时限|时间|日期|期限|截止")
# 2026年6月30日, 2026-06-30, 2026.6.30; 6月30日 of the batch's year; the end of 6月 or 年底.
WHEN = re.compile(
    r"(?:(?P<year>20\d\d)\s*[年./-]\s*)?(?P<month>\d{1,2})\s*(?:月|[./-](?=\s*\d)|$)份?\s*"
    r"(?:(?P<day>\d{1,2})\s*[日号]?|(?P<part>上旬|中旬|下旬|底|末))?(?:前|之前|以前)?(?:完成)?"
)
YEAR_END = re.compile(r"(?:(?P<year>20\d\d)\s*)?年(?:底|末)(?:前|之前|以前)?")
PARTS = {"上旬": 10, "中旬": 20}


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """`number` is its place in the table; `words` is all that was typed, for the eye."""

    number: int
    title: str
    owner: str
    due: str
    due_on: date | None
    words: str


def says_who_and_when(headings: Iterable[str]) -> bool:
    words = list(headings)
    return any(map(OWNER.search, words)) and any(map(DUE.search, words))


def columns_of(item: Field) -> dict[str, str]:
    """Which column says what (title, owner, due), as far as their headings tell."""
    owner = next((key for key, words in item.columns if OWNER.search(words)), "")
    due = next((key for key, words in item.columns if DUE.search(words)), "")
    title = next((key for key, _ in item.columns if key not in (owner, due)), "")
    return {"title": title, "owner": owner, "due": due}


def planned_rows(project: Project) -> list[PlannedRow]:
    """Empty where the form has no table for it."""
    item = spec.form_of(project.batch).in_role("milestones")
    typed = spec.value_of(project, item.key) if item and spec.is_asked(project, item) else ""
    if item is None or not isinstance(typed, list):
        return []
    columns = columns_of(item)
    rows = []
    for number, row in enumerate(typed, start=1):
        said = {part: str(row.get(key, "")).strip() for part, key in columns.items()}
        words = "；".join(text for key, _ in item.columns if (text := str(row.get(key, ""))))
        rows.append(
            PlannedRow(number, **said, due_on=day_of(said["due"], project.batch.year), words=words)
        )
    return rows


def day_of(words: str, year: int) -> date | None:
    """The last day that these words allow; None for what only a person can read."""
    words = words.strip("。， ")
    if end := YEAR_END.fullmatch(words):
        return date(int(end["year"] or year), 12, 31)
    found = WHEN.fullmatch(words)
    if found is None:
        return None
    is_bare = not found["year"] and "月" not in words  # 1.5 may be many things.
    year, month = int(found["year"] or year), int(found["month"])
    if is_bare or not 1 <= month <= 12:
        return None
    last = calendar.monthrange(year, month)[1]
    day = int(found["day"]) if found["day"] else PARTS.get(found["part"], last)
    return date(year, month, day) if 1 <= day <= last else None


class PlannedForm(forms.Form):
    """One such row as a milestone. Until the person sends it, it holds what was typed, so that what
    cannot be read is marked at once."""

    take = forms.BooleanField(label="带入", required=False)
    title = forms.CharField(label="节点任务", max_length=Milestone.title.field.max_length)
    owner = forms.CharField(label="责任人", max_length=Milestone.owner.field.max_length)
    due_on = forms.DateField(label="完成时限", widget=DayInput())

    def __init__(self, data: Any, *, row: PlannedRow) -> None:
        self.row = row
        prefix = f"row{row.number}"
        super().__init__(data or _typed(prefix, row), prefix=prefix)
        for name, field in self.fields.items():
            field.widget.attrs["aria-label"] = f"第{row.number}行：{field.label}"
            if name != "take":
                field.widget.attrs["class"] = "form-control"
                field.error_messages["required"] = f"请填写{field.label}。"
        self.fields["due_on"].error_messages["invalid"] = "日期格式应如2026-03-02。"

    @property
    def note(self) -> str:
        return f"申报表：{self.row.words}"

    @property
    def is_taken(self) -> bool:
        return bool(self["take"].value())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.is_taken:
            self.errors.clear()
        return data


def _typed(prefix: str, row: PlannedRow) -> dict[str, str]:
    day = row.due_on.isoformat() if row.due_on else ""
    values = {"take": "on", "title": row.title, "owner": row.owner, "due_on": day}
    return {f"{prefix}-{name}": value for name, value in values.items()}


def planned_forms(rows: Iterable[PlannedRow], data: Any = None) -> list[PlannedForm]:
    return [PlannedForm(data, row=row) for row in rows]
