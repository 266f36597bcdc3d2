"""A world in which every text that a person could have written is an attack (T8, T9)."""

from collections.abc import Iterator
from itertools import count
from typing import Any

from django.apps import apps

from brands.models import Bulk
from foundation.workflow.models import Event
from reviews.models import Combined, Result
from tests.conftest import append_only_lifted

# Each names its row, so that a column that must be unique stays so; `{port}` is the listener.
LONG = [
    '<img src=x data-evil="{n}" onerror="alert({n})">',
    '<svg data-evil="{n}" onload="alert({n})"></svg>',
    '"><script data-evil="{n}">alert({n})</script>',
    "'><iframe data-evil='{n}' srcdoc='<script>alert({n})</script>'></iframe>",
    '</textarea></title></script><b data-evil="{n}">x',
    '" autofocus onfocus="alert({n})" data-evil="{n}',
    '<a data-evil="{n}" href="javascript:alert({n})">x</a>',
    '{{{{ 7|add:"{n}" }}}}{{% debug %}}<b data-evil="{n}">',
    '=cmd|"/c calc"!A{n}',
    '=HYPERLINK("http://127.0.0.1:{port}/{n}","x")',
    '#read("/etc/passwd") #image("http://127.0.0.1:{port}/{n}.png") ${{7*{n}}}',
    '<img src="http://127.0.0.1:{port}/{n}.png" data-evil="{n}">',
    "{{% include '/etc/passwd' %}} {{{{ self.__class__ }}}} {n}",
    '<w:r><w:t data-evil="{n}">]]></w:t></w:r>&xxe;{n}',
]
SHORT = ["<b data-evil={n}>", "=1+{n}", "+1-{n}", "-1+{n}", "@SUM(A{n})", "\t=1+{n}", "\r={n}",
         "＝1+{n}", "＋{n}", "－{n}", "＠{n}", '"\'><i>{n}']  # fmt: skip
# What no person writes: keys, places of files, digests, what code compares.
NOT_WRITTEN = {
    "action", "address", "appointment", "code", "content_type", "digest", "edits", "field", "key",
    "kind", "number", "object_type", "password", "path", "pinyin", "prefix", "previous", "sha256",
    "sign_in_mark", "source", "status", "stored", "target", "username", "number_code", "calendar_key",
    "initials", "remind_days", "session_key", "object_id", "mark", "snapshot",
    "standing",
}  # fmt: skip
# Keys inside JSON that code compares.
STRUCTURE = {
    "key",
    "kind",
    "shown_if",
    "milestone",
    "due_on",
    "drop",
    "outcome",
    "sheet",
    "line",
    "takes",
}


def poison(port: int) -> int:
    """Write over every text of every row; how many."""
    numbers, written = count(1), 0
    with append_only_lifted():
        for model in apps.get_models():
            if model.__module__.startswith(("django.", "axes.")) or "audit" in model._meta.db_table:
                continue
            fields = [field for field in model._meta.concrete_fields if _is_written(field)]
            for row in model._base_manager.all() if fields else ():
                values = {field.attname: _evil(field, row, numbers, port) for field in fields}
                model._base_manager.filter(pk=row.pk).update(**values)
                written += len(values)
    return written


def _is_written(field: Any) -> bool:
    return (
        field.get_internal_type() in ("CharField", "TextField", "JSONField")
        and not field.choices
        and not field.primary_key
        and field.name not in NOT_WRITTEN
        and not (
            field.model in (Combined, Result) and field.name == "content"
        )  # What its digest is of.
        and not (field.name == "name" and issubclass(field.model, Event | Bulk))  # Of the move.
    )


def _evil(field: Any, row: Any, numbers: Iterator[int], port: int) -> Any:
    value = getattr(row, field.attname)
    if field.get_internal_type() == "JSONField":
        return _leaves(value, numbers, port)
    if not value:
        return value
    return payload(next(numbers), field.max_length, port)


def _leaves(value: Any, numbers: Iterator[int], port: int, key: str = "") -> Any:
    if isinstance(value, dict):
        return {k: _leaves(v, numbers, port, k) for k, v in value.items()}
    if isinstance(value, list):
        if len(value) == 2 and all(isinstance(each, str) for each in value):  # (key, words)
            return [value[0], _leaves(value[1], numbers, port)]
        return [_leaves(each, numbers, port, key) for each in value]
    if isinstance(value, str) and value and not value.isdecimal() and key not in STRUCTURE:
        return payload(next(numbers), 200, port)
    return value


def payload(n: int, longest: int | None, port: int) -> str:
    """The n-th attack, one that fits."""
    choices = LONG if n % 3 else SHORT
    for text in (*choices[n % len(choices) :], *SHORT):
        made = text.format(n=n, port=port)
        if longest is None or len(made) <= longest:
            return made
    return f"={n}"[: longest or 10]
