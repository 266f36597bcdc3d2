"""What a form is made of, and how it is written down as JSON."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args

from brands.forms.sensitive import refusal
from brands.forms.takes import GROUPS, Limits, group_words, kinds_of

Kind = Literal["text", "long", "number", "date", "choice", "phone", "table", "file"]
KINDS: dict[Kind, str] = {
    "text": "一行文字",
    "long": "多行文字",
    "number": "数字",
    "date": "日期",
    "choice": "单选",
    "phone": "电话",
    "table": "表格",
    "file": "文件",
}
KEY = re.compile(r"^[a-z][a-z0-9_]{0,29}$")
TITLE = "title"  # The one answer every form asks for; a column of its own.
TITLE_LENGTH = 60
# What an answer is for besides the form itself, whatever its key: where the outputs look it up.
ROLES: dict[str, str] = {
    "summary": "一句话介绍（命名后公开展示）",
    "slogan": "品牌口号（用于成果汇编）",
    "contact": "联系人（列入汇总表）",
    "phone": "联系电话（列入汇总表，隐去中间四位）",
    "principal": "书记姓名（自动带出登记的姓名）",
    "milestones": "节点任务（立项或命名后核对带入）",
}
OF_ROLE: dict[str, tuple[Kind, ...]] = {
    "summary": ("text", "long"),
    "phone": ("phone",),
    "milestones": ("table",),
}
MOST_FILES = 20  # Of one application, whatever field they belong to.
USUAL_FILES = 5


def kinds_for(role: str) -> tuple[Kind, ...]:
    return OF_ROLE.get(role, ("text",))


@dataclass(frozen=True, slots=True)
class Field:
    """`key` names the answer in `Project.content`; `title` alone is a column.

    `choices` and `columns` are (key, words); `shown_if` is (key, value) of a choice: the field is
    asked only when that choice was made. `maximum` of a file field is how many files it takes,
    `takes` of which GROUPS of kinds; of all without one.
    `role` is one of ROLES; in forms of before there were roles the key says it.
    """

    key: str
    label: str
    kind: Kind = "text"
    max_length: int = 100
    required: bool = True
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    shown_if: tuple[str, str] | None = None
    role: str = ""
    takes: tuple[str, ...] = ()

    @property
    def is_file(self) -> bool:
        """Answered by attachments, which `Project.content` knows nothing of."""
        return self.kind == "file"

    def fits(self, role: str) -> bool:
        return self.kind in kinds_for(role)

    @property
    def role_words(self) -> str:
        return ROLES.get(self.role, "")

    @property
    def words(self) -> str:
        """All that an applicant reads of it, a line each."""
        pairs = (*self.choices, *self.columns)
        return "\n".join([self.label, self.help, *(words for _, words in pairs)])

    @property
    def most_files(self) -> int:
        return self.maximum or USUAL_FILES

    @property
    def limits(self) -> Limits:
        return Limits(kinds_of(self.takes), self.most_files)

    @property
    def takes_words(self) -> str:
        return group_words(self.takes)

    @classmethod
    def read(cls, data: dict[str, Any]) -> "Field":
        pairs = {name: tuple(map(tuple, data.get(name, ()))) for name in ("choices", "columns")}
        condition = data.get("shown_if")
        pairs |= {"takes": tuple(data.get("takes", ()))}
        return cls(**{**data, **pairs, "shown_if": tuple(condition) if condition else None})

    def write(self) -> dict[str, Any]:
        """Without what is as usual, so that a form reads well as text."""
        usual = Field(self.key, self.label)
        names = [name for name in self.__slots__ if name not in ("key", "label")]
        told = {n: getattr(self, n) for n in names if getattr(self, n) != getattr(usual, n)}
        return {"key": self.key, "label": self.label, **told}


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    title: str
    fields: tuple[Field, ...]
    why: str = ""

    @property
    def written(self) -> tuple[Field, ...]:
        """What is answered in words, and saved as such."""
        return tuple(field for field in self.fields if not field.is_file)

    @property
    def files(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if field.is_file)

    @classmethod
    def read(cls, data: dict[str, Any]) -> "Section":
        return cls(**{**data, "fields": tuple(Field.read(each) for each in data["fields"])})

    def write(self) -> dict[str, Any]:
        fields = [field.write() for field in self.fields]
        return {"key": self.key, "title": self.title, "why": self.why, "fields": fields}


@dataclass(frozen=True, slots=True)
class FormSpec:
    name: str
    sections: tuple[Section, ...]

    @classmethod
    def read(cls, data: dict[str, Any]) -> "FormSpec":
        """From the JSON of an `ApplicationForm`; `faults` says what is wrong with it."""
        return cls(data["name"], tuple(Section.read(each) for each in data["sections"]))

    def write(self) -> dict[str, Any]:
        return {"name": self.name, "sections": [section.write() for section in self.sections]}

    def section(self, key: str) -> Section | None:
        return next((section for section in self.sections if section.key == key), None)

    def section_of(self, field: str) -> Section | None:
        """The section that asks for the field of this key."""
        return next((s for s in self.sections if any(f.key == field for f in s.fields)), None)

    @property
    def fields(self) -> Iterator[Field]:
        for section in self.sections:
            yield from section.fields

    @property
    def loose_files(self) -> str:
        """What the files are called that belong to none of its fields."""
        return "其他附件" if any(field.is_file for field in self.fields) else "附件"

    def in_role(self, role: str) -> Field | None:
        """The field whose answer is used as this; there is one at most."""
        named = (f for f in self.fields if f.role == role)
        return next(named, None) or next(
            (f for f in self.fields if f.key == role and not f.role and f.fits(role)), None
        )

    def file_field(self, key: str) -> Field | None:
        return next((f for f in self.fields if f.is_file and f.key == key), None)

    def faults(self) -> list[str]:
        """Why nobody could fill this form in, in words; empty when all is well."""
        return list(self._faults())

    def _faults(self) -> Iterator[str]:
        for section in self.sections:
            if reason := refusal(f"{section.title}\n{section.why}"):
                yield f"栏目“{section.title}”：{reason}"
            if not section.fields:
                yield f"栏目“{section.title}”还没有字段。"
        keys = [field.key for field in self.fields]
        if keys.count(TITLE) != 1:
            yield "表单须有且只有一个“项目名称”字段。"
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            yield f"字段代码“{key}”重复。"
        roles = [field.role for field in self.fields if field.role]
        for role in sorted({role for role in roles if roles.count(role) > 1}):
            yield f"“{ROLES.get(role, role)}”只能有一个字段。"
        most = sum(field.most_files for field in self.fields if field.is_file)
        if most > MOST_FILES:
            yield f"各文件字段合计可传{most}个，一份申报表最多{MOST_FILES}个附件，请减少。"
        for field in self.fields:
            yield from self._field_faults(field)

    def _field_faults(self, field: Field) -> Iterator[str]:
        if field.key == TITLE and (field.kind != "text" or field.max_length > TITLE_LENGTH):
            yield f"“{field.label}”是项目名称，应为一行文字，不超过{TITLE_LENGTH}字。"
        if field.kind not in get_args(Kind):
            yield f"“{field.label}”的类型不认识：{field.kind}。"
        if field.kind == "choice" and len(field.choices) < 2:
            yield f"“{field.label}”至少要有两个选项。"
        if field.kind == "table" and not field.columns:
            yield f"“{field.label}”至少要有一列。"
        if field.role and (field.role not in ROLES or not field.fits(field.role)):
            yield f"“{field.label}”的类型不能用作“{ROLES.get(field.role, field.role)}”。"
        if set(field.takes) - set(GROUPS):
            yield f"“{field.label}”的文件种类不认识，请重新选择。"
        if reason := refusal(field.words):
            yield f"“{field.label}”：{reason}"
        if field.shown_if:
            yield from self._condition_faults(field, *field.shown_if)

    def _condition_faults(self, field: Field, key: str, value: str) -> Iterator[str]:
        asked = next((each for each in self.fields if each.key == key), None)
        if asked is None or asked.kind != "choice" or value not in dict(asked.choices):
            yield f"“{field.label}”的显示条件所指的选项已不存在，请重新设置。"
