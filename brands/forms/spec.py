"""The application forms as data: sections of fields. What the registry knows is not asked."""

import re
from dataclasses import dataclass
from datetime import date

from brands.forms.fields import TITLE, Field, FormSpec, Section
from brands.models import Batch, Project, ProjectVersion
from foundation.phones import masked

__all__ = ["Answer", "Field", "FormSpec", "Section", "answers", "form_of", "gaps", "is_complete"]


def form_of(batch: Batch) -> FormSpec:
    """The version the batch opened with; before that the programme's newest."""
    return (batch.form or batch.programme.newest_form).spec


Value = str | list[dict[str, str]]
Source = Project | ProjectVersion  # Both hold a title and the content.


@dataclass(frozen=True, slots=True)
class Answer:
    """`shown` are the words a person reads; of a table `rows` are its cells, column by column.

    `is_masked`: the number is shown in part, `value` is whole.
    """

    field: Field
    value: Value
    shown: str
    rows: tuple[tuple[str, ...], ...] = ()
    is_masked: bool = False

    @property
    def is_missing(self) -> bool:
        return self.field.required and not self.value


def value_of(source: Source, name: str) -> Value:
    """The stored answer of one field, without space around it; the title is a column of its own."""
    value = source.title if name == TITLE else source.content.get(name, "")
    return value if isinstance(value, list) else str(value or "").strip()


def said_in(source: Source, form: FormSpec, role: str) -> str:
    """The answer that the form gives this role; empty without one."""
    item = form.in_role(role)
    value = value_of(source, item.key) if item and is_asked(source, item) else ""
    return value if isinstance(value, str) else ""


Files = dict[str, list[dict[str, str]]]


def files_of(source: Source) -> Files:
    """Field → its files in order, each by name and digest; under "" what belongs to no field."""
    found: Files = {}
    if isinstance(source, ProjectVersion):
        files = [(file.get("field", ""), file["name"], file["sha256"]) for file in source.files]
    else:
        files = [(file.field, file.name, file.sha256) for file in source.attachments.all()]
    for place, name, digest in files:
        found.setdefault(place, []).append({"name": name, "sha256": digest})
    return found


def given(source: Source, section: Section) -> list[tuple[Field, Value]]:
    """Every field that is asked with what answers it, words or files, in the form's order."""
    files = files_of(source) if section.files else {}
    return [
        (item, files.get(item.key, []) if item.is_file else value_of(source, item.key))
        for item in section.fields
        if is_asked(source, item)
    ]


def is_asked(source: Source, item: Field) -> bool:
    """Does the field's condition hold for these answers?"""
    return item.shown_if is None or value_of(source, item.shown_if[0]) == item.shown_if[1]


def answers(source: Source, section: Section, *, full_phone: bool = True) -> list[Answer]:
    """Of every field that is asked, in the form's order, whether or not there is an answer."""
    return [answer(item, value, full_phone=full_phone) for item, value in given(source, section)]


def answer(item: Field, value: Value, *, full_phone: bool = True) -> Answer:
    if item.kind == "phone" and not full_phone and isinstance(value, str):
        return Answer(item, value, masked(value), is_masked=bool(value))
    if item.is_file and isinstance(value, list):
        return Answer(item, value, "\n".join(file["name"] for file in value))
    if isinstance(value, list):
        keys = [key for key, _ in item.columns]
        rows = tuple(tuple(str(row.get(key, "")) for key in keys) for row in value)
        return Answer(item, value, "\n".join("；".join(row) for row in rows), rows)
    return Answer(item, value, shown(item, value))


def shown(item: Field, value: str) -> str:
    """The value as a person reads it: a choice by its label, a date in words."""
    if item.kind == "choice":
        return dict(item.choices).get(value, value)
    if item.kind == "date" and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        day = date.fromisoformat(value)
        return f"{day.year}年{day.month}月{day.day}日"
    return value


def gaps(project: Project, section: Section | None = None) -> list[Field]:
    """Required fields without an answer, in the form's order; what is not asked cannot be missing."""
    sections = [section] if section else form_of(project.batch).sections
    return [each.field for part in sections for each in answers(project, part) if each.is_missing]


def misplaced(project: Project) -> list[tuple[Field, str]]:
    """The names of files whose content their field does not take."""
    narrow = {f.key: f for f in form_of(project.batch).fields if f.takes and is_asked(project, f)}
    return [
        (narrow[file.field], file.name)
        for file in (project.attachments.all() if narrow else ())
        if file.field in narrow and not narrow[file.field].limits.admits(file.content_type)
    ]


def is_complete(project: Project, section: Section) -> bool:
    return not gaps(project, section)
