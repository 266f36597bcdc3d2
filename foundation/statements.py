"""Statements of one shape: the ORM composes each once, a request only fills in its values.

Composing takes the ORM ten times as long as the database takes to answer a small statement, and
the small ones stand on every page (docs/performance.md). Who may see what is decided by the same
querysets as elsewhere; only a value may differ between two runs, never the statement.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import BigAutoField, Expression, Field, QuerySet

Row = tuple[Any, ...]


class Slot(Expression):
    """A value still to come, in place of one in a filter; `field` says how it is written down."""

    def __init__(self, name: str, field: Field) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", (self,)

    def filled(self, values: dict[str, Any]) -> Any:
        return self.output_field.get_db_prep_value(values[self.name], connection)


def composed_once(compose: Callable[[], QuerySet[Any, Row]]) -> Callable[..., list[Row]]:
    """Makes of a function that returns `….values_list(…)` one that asks: `rows(slot=value, …)`."""

    @cache
    def composed(vendor: str) -> tuple[Any, str, tuple[Any, ...], list[Any]]:
        query = compose().query
        compiler = query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        return query, sql, params, [column[0] for column in compiler.select]

    def rows(**values: Any) -> list[Row]:
        query, sql, params, columns = composed(connection.vendor)
        filled = [p.filled(values) if isinstance(p, Slot) else p for p in params]
        with connection.cursor() as cursor:
            cursor.execute(sql, filled)
            found: Any = cursor.fetchall()
        compiler = query.get_compiler(connection=connection)
        if converters := compiler.get_converters(columns):
            found = compiler.apply_converters(found, converters)
        return [tuple(row) for row in found]

    return rows


def by_keys(
    compose: Callable[[Any], QuerySet[Any, Row]],
) -> Callable[[Sequence[int]], list[Row]]:
    """Makes of `compose(keys)`, whose first column is the key, one that asks for a page of keys.

    The rows come in the order of the keys. Each number of keys is a statement of its own, so it
    is for a page at most.
    """

    @cache
    def asking(count: int) -> Callable[..., list[Row]]:
        slots = [Slot(f"key{n}", BigAutoField()) for n in range(count)]
        return composed_once(lambda: compose(slots))

    def rows(keys: Sequence[int]) -> list[Row]:
        if not keys:
            return []
        found = asking(len(keys))(**{f"key{n}": key for n, key in enumerate(keys)})
        kept = {row[0]: row for row in found}
        return [kept[key] for key in keys if key in kept]

    return rows
