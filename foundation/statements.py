"""Statements of one shape: the ORM composes each once, a request only fills in its values.

Composing takes the ORM ten times as long as the database takes to answer a small statement, and
planning takes PostgreSQL as long again; the small ones stand on every page (docs/performance.md).
So PostgreSQL keeps the plan with the connection, which must be the process's own: no pooler that
deals one out by the transaction may stand between. Who may see what is decided by the same
querysets as elsewhere; only a value may differ between two runs, never the statement.
"""

from collections.abc import Callable, Container, Hashable
from functools import cached_property, lru_cache
from itertools import count
from typing import Any, cast
from weakref import WeakKeyDictionary

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import (
    BigAutoField,
    Expression,
    Field,
    IntegerField,
    Model,
    OuterRef,
    QuerySet,
    Subquery,
)
from django.db.models.sql import Query
from psycopg2.extensions import AsIs

Row = tuple[Any, ...]
SHAPES = 256  # kept of each statement
SEARCH, LOCK = "search", "lock"

_numbers = count()
# Connection → names of the statements it has run, True once it keeps the plan.
_known: WeakKeyDictionary[Any, dict[str, bool]] = WeakKeyDictionary()


class Slot(Expression):
    """A value still to come, in place of one in a filter; `field` says how it is written down."""

    def __init__(self, name: str, field: "Field[Any, Any]") -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", (self,)

    def is_beyond(self, values: dict[str, Any]) -> bool:
        """No column can hold it: an address may name any number."""
        if not isinstance(self.output_field, IntegerField):
            return False
        _, highest = connection.ops.integer_field_range(self.output_field.get_internal_type())
        return highest is not None and values[self.name] > highest

    def filled(self, values: dict[str, Any]) -> Any:
        return self.output_field.get_db_prep_value(values[self.name], connection)


class Later(Subquery):
    """The rows of a subquery that stand after the first `start` ones, a slot."""

    def as_sql(self, *args: Any, **kwargs: Any) -> tuple[str, tuple[Any, ...]]:
        sql, params = super().as_sql(*args, **kwargs)
        return f"{sql[:-1]} OFFSET %s)", (*params, Slot("start", BigAutoField()))


class CountOf(Subquery):
    """How many rows a queryset has, as one column."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def of_the_one(rows: QuerySet[Any], key: str, column: Any) -> Subquery:
    """A column of the row that `key` points at, for a page of rows.

    To plan the joins takes PostgreSQL longer than to look up the names of a page (docs/performance.md).
    """
    return Subquery(rows.order_by().filter(pk=OuterRef(key)).values_list(column))


class Whole:
    """Objects out of rows, each with the objects at `links`, as select_related gives them.

    A link through another comes after it: "organisation", "organisation__area". Columns named in
    `without` ("project__content") are left to be read when somebody asks for them.
    """

    def __init__(self, model: type[Model], *links: str, without: Container[str] = ()) -> None:
        self.model, self.links, self.without = model, links, without

    @cached_property
    def parts(self) -> list[tuple[str, type[Model], list[str]]]:
        return [
            self._part(self.model, ""),
            *(self._part(_at(self.model, x), x) for x in self.links),
        ]

    def _part(self, model: type[Model], at: str) -> tuple[str, type[Model], list[str]]:
        names = [field.attname for field in model._meta.concrete_fields]
        return at, model, [name for name in names if f"{at}__{name}" not in self.without]

    @cached_property
    def columns(self) -> list[str]:
        return [f"{at}__{name}" if at else name for at, _, names in self.parts for name in names]

    def of(self, row: Row) -> Any:
        """Columns of the statement that come after these are left alone."""
        left, made = row, dict[str, Any]()
        for at, model, names in self.parts:
            values, left = left[: len(names)], left[len(names) :]
            one = model.from_db(DEFAULT_DB_ALIAS, names, values) if values[0] else None
            made[at] = one
            holder = made[at.rpartition("__")[0]] if at else None
            if holder is not None:
                setattr(holder, at.rpartition("__")[2], one)
        return made[""]


def _at(model: type[Model], link: str) -> type[Model]:
    for name in link.split("__"):
        model = cast(type[Model], model._meta.get_field(name).related_model)
    return model


class _Composed:
    """What is kept of a statement: its words, and what the database's values still want."""

    def __init__(self, query: Query, ending: str) -> None:
        compiler = query.get_compiler(connection=connection)
        try:
            self.sql, self.params = compiler.as_sql()
        except EmptyResultSet:  # Nothing can be found, whatever the values.
            self.sql, self.params = "", ()
        self._end(query, ending)
        columns = [column[0] for column in compiler.select or ()]
        self.converters = [(at, *how) for at, how in compiler.get_converters(columns).items()]
        self.slots = [param for param in self.params if isinstance(param, Slot)]
        self.name = f"composed_{next(_numbers)}"
        self.keeps_plan = ending != SEARCH

    def _end(self, query: Query, ending: str) -> None:
        if ending == SEARCH and self.sql:
            self.sql += " OFFSET %s"
            self.params = (*self.params, Slot("start", BigAutoField()))
        elif ending == LOCK and self.sql and connection.features.has_select_for_update:
            own = connection.ops.quote_name(cast(str, query.get_initial_alias()))
            self.sql += f" {connection.ops.for_update_sql(of=(own,))}"

    def rows(self, values: dict[str, Any]) -> list[Row]:
        if not self.sql or any(slot.is_beyond(values) for slot in self.slots):
            return []
        with connection.cursor() as cursor:
            if self.keeps_plan and connection.vendor == "postgresql" and self._is_planned():
                places = ", ".join(["%s"] * len(self.slots))
                given = f"({places})" if places else ""
                filled = [slot.filled(values) for slot in self.slots]
                cursor.execute(f"EXECUTE {self.name}{given}", filled)
            else:
                filled = [p.filled(values) if isinstance(p, Slot) else p for p in self.params]
                cursor.execute(self.sql, filled)
            found: Any = cursor.fetchall()
        return list(map(self._converted, found)) if self.converters else found

    def _converted(self, row: Row) -> Row:
        values = list(row)
        for at, convert, column in self.converters:
            for each in convert:
                values[at] = each(values[at], column, connection)
        return tuple(values)

    def _is_planned(self) -> bool:
        """From its second run on, this connection keeps the plan under the statement's name."""
        raw: Any = connection.connection
        known = _known.setdefault(raw, {})
        if known.get(self.name) is None:
            known[self.name] = False
        elif not known[self.name]:
            self._plan(raw, known)
        return known[self.name]

    def _plan(self, raw: Any, known: dict[str, bool]) -> None:
        places = (AsIs(f"${n}") for n in range(1, len(self.slots) + 1))
        params = [next(places) if isinstance(p, Slot) else p for p in self.params]
        with raw.cursor() as cursor:
            if sum(known.values()) >= SHAPES:
                cursor.execute("DEALLOCATE ALL")
                known.clear()
            cursor.execute(f"PREPARE {self.name} AS {self.sql}", params)
        known[self.name] = True


def composed_once(compose: Callable[..., QuerySet[Any, Row]]) -> Callable[..., list[Row]]:
    """Makes of a function that returns `….values_list(…)` one that asks: `rows(slot=value, …)`.

    One that takes words, `compose(*shape)`, is composed once for each shape. It may look at
    nothing but its shape and constants: that is what the statement is found by.
    """
    return _asking(compose, "")


def composed_search(compose: Callable[..., QuerySet[Any, Row]]) -> Callable[..., list[Row]]:
    """As `composed_once`, of some rows, `….values_list(…)[:most]`: those after the first `start`.

    It is planned each time: a rare word wants another plan than one that is found everywhere.
    """
    return _asking(compose, SEARCH)


def composed_lock(compose: Callable[..., QuerySet[Any, Row]]) -> Callable[..., list[Row]]:
    """As `composed_once`, and the rows of the first table stay locked: never of what is joined to it.

    Who had to wait gets the locked row as it is now, and the joined ones as they were before.
    """
    return _asking(compose, LOCK)


def _asking(compose: Callable[..., QuerySet[Any, Row]], ending: str) -> Callable[..., list[Row]]:
    @lru_cache(maxsize=SHAPES, typed=True)
    def composed(vendor: str, *shape: Hashable) -> _Composed:
        return _Composed(compose(*shape).query, ending)

    def rows(*shape: Hashable, **values: Any) -> list[Row]:
        return composed(connection.vendor, *shape).rows(values)

    return rows
