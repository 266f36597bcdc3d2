"""Changing a form's plan: each function takes a `FormSpec` and gives the changed one."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from brands.forms.fields import TITLE, Field, FormSpec, Section
from foundation.verdict import Conflict

Change = Callable[[FormSpec], FormSpec]
T = TypeVar("T", Section, Field)


def free_key(prefix: str, taken: Iterable[str]) -> str:
    """The next of prefix1, prefix2, … that nothing has yet; people never see it."""
    used = set(taken)
    return next(key for n in range(1, len(used) + 2) if (key := f"{prefix}{n}") not in used)


def renamed(form: FormSpec, name: str) -> FormSpec:
    return replace(form, name=name)


def with_section(form: FormSpec, key: str, title: str, why: str) -> FormSpec:
    """The section of this key with new words; without such a key a new one at the end."""
    if form.section(key) is None:
        new = Section(free_key("s", (each.key for each in form.sections)), title, (), why)
        return replace(form, sections=(*form.sections, new))
    return _each(form, key, lambda section: replace(section, title=title, why=why))


def with_field(form: FormSpec, section: str, field: Field) -> FormSpec:
    """The field of this key replaced where it stands, else added at the end of the section; one
    without a key is new and gets its own here, under the lock of the form."""
    if not field.key:
        field = replace(field, key=free_key("f", (each.key for each in form.fields)))
    home = form.section_of(field.key)
    if home is None:
        return _each(form, section, lambda each: replace(each, fields=(*each.fields, field)))
    fields = tuple(field if each.key == field.key else each for each in home.fields)
    return _each(form, home.key, lambda each: replace(each, fields=fields))


def without(form: FormSpec, key: str) -> FormSpec:
    """Drop a field, or a section with all its fields. Raises Conflict for the project's name."""
    section = form.section(key)
    dropped = section.fields if section else [f for f in form.fields if f.key == key]
    if any(field.key == TITLE for field in dropped):
        raise Conflict("“项目名称”是每份申报表都要有的字段，不能删除。")
    if section:
        return replace(form, sections=tuple(s for s in form.sections if s.key != key))
    return _all(form, lambda each: replace(each, fields=_other(each.fields, key)))


def moved(form: FormSpec, key: str, step: int) -> FormSpec:
    """A field within its section, or a section, one place up (-1) or down (1)."""
    if form.section(key):
        return replace(form, sections=_swapped(form.sections, key, step))
    return _all(form, lambda each: replace(each, fields=_swapped(each.fields, key, step)))


def _each(form: FormSpec, key: str, change: Callable[[Section], Section]) -> FormSpec:
    return _all(form, lambda each: change(each) if each.key == key else each)


def _all(form: FormSpec, change: Callable[[Section], Section]) -> FormSpec:
    return replace(form, sections=tuple(change(each) for each in form.sections))


def _other(fields: tuple[Field, ...], key: str) -> tuple[Field, ...]:
    return tuple(each for each in fields if each.key != key)


def _swapped(items: tuple[T, ...], key: str, step: int) -> tuple[T, ...]:
    keys = [each.key for each in items]
    if key not in keys:
        return items
    order = list(items)
    at = keys.index(key)
    to = min(max(at + step, 0), len(order) - 1)
    order.insert(to, order.pop(at))
    return tuple(order)
