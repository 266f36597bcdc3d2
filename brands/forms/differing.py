"""What one change of an application form changed, for the record (domain.md F-B 20)."""

from brands.forms.fields import KINDS, Field, FormSpec
from foundation.audit.differences import Facts, difference


def changes(before: FormSpec, after: FormSpec) -> dict[str, list[str]]:
    """Name of a part → its words before and after. A part keeps the name it had before."""
    names: dict[str, str] = {}
    found = difference(_facts(before, names), _facts(after, names))
    old, new = _order(before), _order(after)
    stayed = [key for key in old if key in new]
    if stayed != [key for key in new if key in old]:
        found["顺序"] = ["、".join(old.values()), "、".join(new.values())]
    return found


def _facts(form: FormSpec, names: dict[str, str]) -> Facts:
    facts = {"申报表名称": form.name}
    for section in form.sections:
        why = f"（{section.why}）" if section.why else ""
        facts[_name(names, f"section {section.key}", f"栏目“{section.title}”")] = (
            section.title + why
        )
        for field in section.fields:
            facts[_name(names, field.key, f"字段“{field.label}”")] = told(field)
    return facts


def _name(names: dict[str, str], key: str, words: str) -> str:
    if key not in names:
        taken = words in names.values()
        names[key] = f"{words}（{key.removeprefix('section ')}）" if taken else words
    return names[key]


def _order(form: FormSpec) -> dict[str, str]:
    found = {}
    for section in form.sections:
        found[f"section {section.key}"] = section.title
        found |= {field.key: field.label for field in section.fields}
    return found


def told(field: Field) -> str:
    """One field in words."""
    words = [
        field.label,
        KINDS[field.kind],
        "必填" if field.required else "选填",
        f"最多{field.max_length}字" if field.kind in ("text", "long") else "",
        f"最小{field.minimum}" if field.minimum is not None else "",
        f"最大{field.maximum}" if field.maximum is not None else "",
        f"只收：{field.takes_words}" if field.takes else "",
        f"选项：{'、'.join(text for _, text in field.choices)}" if field.choices else "",
        f"列：{'、'.join(text for _, text in field.columns)}" if field.columns else "",
        f"显示条件：{'='.join(field.shown_if)}" if field.shown_if else "",
        f"用途：{field.role_words}" if field.role else "",
        f"说明：{field.help}" if field.help else "",
    ]
    return "，".join(word for word in words if word)
