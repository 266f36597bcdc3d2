"""Before and after, in the words a person reads (domain.md F-B 20)."""

from collections.abc import Iterable

from django.db import models

Facts = dict[str, str]


def facts_of(obj: models.Model, names: Iterable[str]) -> Facts:
    """These fields by their labels; a choice by its words, what is empty as nothing."""
    found = {}
    for name in names:
        field = obj._meta.get_field(name)
        value = getattr(obj, name)
        if getattr(field, "choices", None):
            value = getattr(obj, f"get_{name}_display")()
        label = str(getattr(field, "verbose_name", name))
        found[label] = _words(value)
    return found


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "；".join(str(one) for one in value)
    return "" if value is None else str(value)


def difference(before: Facts, after: Facts) -> dict[str, list[str]]:
    """Each label whose words changed, with both."""
    names = {**before, **after}
    pairs = {name: [before.get(name, ""), after.get(name, "")] for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
