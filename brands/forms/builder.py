"""What the bureau fills in while it builds an application form."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms

from brands.forms.building import free_key
from brands.forms.fields import (
    KINDS,
    MOST_FILES,
    ROLES,
    TITLE,
    TITLE_LENGTH,
    USUAL_FILES,
    Field,
    FormSpec,
    kinds_for,
)
from brands.forms.planned import says_who_and_when
from brands.forms.sensitive import refusal
from brands.forms.takes import GROUPS
from foundation.widgets import bare_helper

MOST_LONG = 5000
# What is asked only of some kinds of field.
OF_KIND: dict[str, tuple[str, ...]] = {
    "max_length": ("text", "long"),
    "choices": ("choice",),
    "columns": ("table",),
    "minimum": ("number",),
    "maximum": ("number",),
    "most_files": ("file",),
    "takes": ("file",),
    "role": ("text", "long", "phone", "table"),
}
Pairs = tuple[tuple[str, str], ...]


def refuse_sensitive(form: forms.Form, names: Iterable[str]) -> None:
    """Says at each of these inputs what a form may not ask for."""
    for name in names:
        said = form.cleaned_data.get(name) or ""
        if reason := refusal("\n".join(said) if isinstance(said, list) else said):
            form.add_error(name, reason)


class LinesField(forms.CharField):
    """A list as lines of text."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 5}), **kwargs)

    def clean(self, value: Any) -> list[str]:  # type: ignore[override]
        lines = [line.strip() for line in str(super().clean(value)).splitlines() if line.strip()]
        if len(set(lines)) != len(lines):
            raise forms.ValidationError("有重复的行，请删去一行。")
        if any(len(line) > 60 for line in lines) or len(lines) > 30:
            raise forms.ValidationError("每行不超过60字，最多30行。")
        return lines


class SectionWordsForm(forms.Form):
    title = forms.CharField(label="栏目名称", max_length=20)
    why = forms.CharField(
        label="一句话说明（选填）",
        max_length=40,
        required=False,
        help_text="显示在填报任务清单里。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper("title", "why")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        refuse_sensitive(self, ("title", "why"))
        return data


class FormNameForm(forms.Form):
    name = forms.CharField(
        label="申报表名称", max_length=40, help_text="印在导出的 Word 表上，如“申报书”“推荐表”。"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper("name")


class FieldForm(forms.Form):
    """One field of the form. What does not belong to its kind is left out of what is stored."""

    label = forms.CharField(label="字段名称", max_length=30)
    kind = forms.ChoiceField(label="类型", choices=list(KINDS.items()))
    required = forms.BooleanField(label="必填", required=False, initial=True)
    help = forms.CharField(label="填写说明（选填）", max_length=120, required=False)
    max_length = forms.IntegerField(
        label="字数上限", min_value=1, max_value=MOST_LONG, required=False, initial=100,
        help_text="用于文字，不计空格和换行。",
    )  # fmt: skip
    choices = LinesField(label="选项", required=False, help_text="用于单选，一行一个。")
    columns = LinesField(label="列名", required=False, help_text="用于表格，一行一列，最多6列。")
    minimum = forms.IntegerField(label="最小值（选填）", required=False, help_text="用于数字。")
    maximum = forms.IntegerField(label="最大值（选填）", required=False, help_text="用于数字。")
    most_files = forms.IntegerField(
        label="最多几个文件", min_value=1, max_value=MOST_FILES, required=False,
        initial=USUAL_FILES, help_text=f"用于文件。各文件字段合计不超过{MOST_FILES}个。",
    )  # fmt: skip
    takes = forms.MultipleChoiceField(
        label="可以传哪些文件", required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(key, words) for key, (words, _) in GROUPS.items()], initial=list(GROUPS),
        help_text="用于文件。一种也不选，就是都可以。上传和提交时都按文件内容检查。",
    )  # fmt: skip
    role = forms.ChoiceField(
        label="用途", required=False, choices=[("", "只用于申报表"), *ROLES.items()],
        help_text="各类输出从这里取内容。每种用途一份申报表只能有一个字段。",
    )  # fmt: skip
    shown_if = forms.ChoiceField(
        label="何时显示", required=False, help_text="只在本栏目的单选选中某项时才要求填写。"
    )

    def __init__(
        self, *args: Any, form: FormSpec, section: str, field: Field | None = None, **kwargs: Any
    ) -> None:
        if field is not None:
            kwargs["initial"] = _initial(field)
        super().__init__(*args, **kwargs)
        self.form, self.field = form, field
        conditions = _conditions(form, section, field)
        cast(forms.ChoiceField, self.fields["shown_if"]).choices = [("", "始终显示"), *conditions]
        if not conditions:
            del self.fields["shown_if"]
        if field is not None and field.key == TITLE:
            for name in set(self.fields) - {"label", "help", "max_length"}:
                del self.fields[name]
            cast(
                forms.IntegerField, self.fields["max_length"]
            ).help_text = f"项目名称不超过{TITLE_LENGTH}字。"
        for name, kinds in OF_KIND.items():
            if name in self.fields and "kind" in self.fields:
                self.fields[name].widget.attrs["data-shown-if"] = f"kind={'|'.join(kinds)}"
        self.helper = bare_helper(*self.fields)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        refuse_sensitive(self, ("label", "help", "choices", "columns"))
        if self.field is not None and self.field.key == TITLE:
            if (data.get("max_length") or 0) > TITLE_LENGTH:
                self.add_error("max_length", f"项目名称不超过{TITLE_LENGTH}字。")
            return data
        kind = data.get("kind")
        if kind == "choice" and len(data.get("choices") or []) < 2 and "choices" not in self.errors:
            self.add_error("choices", "请至少填写两个选项，一行一个。")
        columns = data.get("columns") or []
        if kind == "table" and not 1 <= len(columns) <= 6 and "columns" not in self.errors:
            self.add_error("columns", "请填写1至6个列名，一行一个。")
        self._check_role(data)
        low, high = data.get("minimum"), data.get("maximum")
        if low is not None and high is not None and low > high:
            self.add_error("maximum", "最大值不能小于最小值。")
        return data

    def _check_role(self, data: dict[str, Any]) -> None:
        role = data.get("role")
        if not role or data.get("kind") not in OF_KIND["role"]:
            return
        if not Field("", "", data["kind"]).fits(role):
            words = "或".join(f"“{KINDS[kind]}”" for kind in kinds_for(role))
            self.add_error("role", f"这种用途要用{words}类型的字段。")
        lines = data.get("columns") or []
        if role == "milestones" and not says_who_and_when(lines):
            self.add_error("columns", "用作节点任务的表格，列名里要有责任人和完成时限。")
        held = self.form.in_role(role)
        if held is not None and (self.field is None or held.key != self.field.key):
            self.add_error("role", f"“{held.label}”已用作{ROLES[role].partition('（')[0]}。")

    def result(self) -> Field:
        """The field as it will be stored, a new one without a key; an option keeps its key while
        its words stay."""
        data, old = self.cleaned_data, self.field
        if old is not None and old.key == TITLE:
            return Field(
                TITLE, data["label"], max_length=data["max_length"] or 30, help=data["help"]
            )
        kind = data["kind"]
        condition = data.get("shown_if", "")
        return Field(
            key=old.key if old else "",
            label=data["label"],
            kind=kind,
            max_length=(data["max_length"] or 100) if kind in OF_KIND["max_length"] else 100,
            required=data["required"],
            help=data["help"],
            choices=_keyed("c", data["choices"], old.choices if old else ())
            if kind == "choice"
            else (),
            columns=_keyed("k", data["columns"], old.columns if old else ())
            if kind == "table"
            else (),
            minimum=data["minimum"] if kind == "number" else None,
            maximum=_maximum(kind, data),
            takes=_takes(data["takes"]) if kind == "file" else (),
            role=data["role"] if kind in OF_KIND["role"] else "",
            shown_if=cast(Any, tuple(condition.split("=", 1))) if condition else None,
        )


def _maximum(kind: str, data: dict[str, Any]) -> int | None:
    if kind == "file":
        return data["most_files"] or USUAL_FILES
    return data["maximum"] if kind == "number" else None


def _takes(groups: list[str]) -> tuple[str, ...]:
    """All of them is no limit."""
    return () if len(groups) == len(GROUPS) else tuple(groups)


def _initial(field: Field) -> dict[str, Any]:
    return {
        **{name: getattr(field, name) for name in field.__slots__},
        "choices": "\n".join(words for _, words in field.choices),
        "columns": "\n".join(words for _, words in field.columns),
        "most_files": field.most_files if field.is_file else USUAL_FILES,
        "takes": list(field.takes or GROUPS),
        "role": field.role or (field.key if field.key in ROLES and field.fits(field.key) else ""),
        "shown_if": "=".join(field.shown_if) if field.shown_if else "",
    }


def _conditions(form: FormSpec, section: str, field: Field | None) -> list[tuple[str, str]]:
    """Every option of every choice of the same section, but the field's own."""
    home = form.section(section)
    return [
        (f"{each.key}={value}", f"“{each.label}”选“{words}”时")
        for each in (home.fields if home else ())
        if each.kind == "choice" and (field is None or each.key != field.key)
        for value, words in each.choices
    ]


def _keyed(prefix: str, lines: list[str], old: Pairs) -> Pairs:
    known = {words: key for key, words in old}
    taken = [key for key, _ in old]  # A key that once meant one thing never means another.
    pairs = []
    for line in lines:
        if line not in known:
            taken.append(known.setdefault(line, free_key(prefix, taken)))
        pairs.append((known[line], line))
    return tuple(pairs)
