"""The application forms as data: sections of fields. What the registry knows is not asked."""

import re
from dataclasses import dataclass
from datetime import date

from brands.forms.brand_form import BRAND
from brands.forms.fields import Field, FormSpec, Section
from brands.forms.secretary_form import SECRETARY
from brands.models import Batch, Programme, Project

__all__ = ["Answer", "Field", "FormSpec", "Section", "answers", "form_of", "gaps", "is_complete"]

FORMS: dict[str, FormSpec] = {
    Programme.SCHOOL_BRAND: BRAND,
    Programme.SECRETARY_PROJECT: SECRETARY,
}


def form_of(batch: Batch) -> FormSpec:
    return FORMS[batch.programme]


@dataclass(frozen=True, slots=True)
class Answer:
    field: Field
    value: str
    shown: str

    @property
    def is_missing(self) -> bool:
        return self.field.required and not self.value.strip()


def value_of(project: Project, name: str) -> str:
    """The stored words of one field; the title is a column of its own."""
    return project.title if name == "title" else str(project.content.get(name, "") or "")


def answers(project: Project, section: Section) -> list[Answer]:
    found = []
    for item in section.fields:
        value = value_of(project, item.key)
        found.append(Answer(item, value, shown(item, value)))
    return found


def shown(item: Field, value: str) -> str:
    """The value as a person reads it: a choice by its label, a date in words."""
    if item.kind == "choice":
        return dict(item.choices).get(value, value)
    if item.kind == "date" and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        day = date.fromisoformat(value)
        return f"{day.year}年{day.month}月{day.day}日"
    return value


def gaps(project: Project, section: Section | None = None) -> list[Field]:
    """Required fields without an answer, in the form's order."""
    sections = [section] if section else form_of(project.batch).sections
    return [
        item
        for each in sections
        for item in each.fields
        if item.required and not value_of(project, item.key).strip()
    ]


def is_complete(project: Project, section: Section) -> bool:
    return not gaps(project, section)
