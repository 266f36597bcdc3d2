"""What a form is made of."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "long", "date", "number", "choice", "phone"]


@dataclass(frozen=True, slots=True)
class Field:
    """`key` names the answer in `Project.content`; `title` alone is a column."""

    key: str
    label: str
    kind: Kind = "text"
    max_length: int = 100
    required: bool = True
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    title: str
    fields: tuple[Field, ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class FormSpec:
    name: str
    sections: tuple[Section, ...]

    def section(self, key: str) -> Section | None:
        return next((section for section in self.sections if section.key == key), None)

    @property
    def fields(self) -> Iterator[Field]:
        for section in self.sections:
            yield from section.fields
