"""T1: every address × every person × every method, against a table in the repository.

`WRITE_MATRIX=1 pytest tests/matrix` writes the table anew; read the difference before you keep it.
"""

import os

import pytest
import yaml
from django.urls import get_resolver

from tests.matrix.addresses import ARGUMENTS
from tests.matrix.asking import (
    METHODS,
    TABLE,
    address,
    answer,
    ask,
    expected,
    faults,
    in_part,
    signed_in,
    when_absent,
)
from tests.matrix.world import ROLES


def names(patterns=None, space=""):
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        if hasattr(pattern, "url_patterns"):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from names(pattern.url_patterns, inner)
        else:
            yield f"{space}{pattern.name}"


def test_every_address_has_a_row():
    known = {line.split("#")[0] for line in ARGUMENTS}

    assert set(names()) - known == set()
    assert known - set(names()) == set()


@pytest.mark.parametrize("role", ROLES)
def test_what_each_person_may(world, role):
    """Whole, in part, and whether what is hidden looks like what is not there."""
    client = signed_in(world, role)

    if os.environ.get("WRITE_MATRIX"):
        _write(role, _measured(world, client))
        return
    table, wrong = expected(), []
    for line in ARGUMENTS:
        found = {method: answer(world, client, method, line) for method in METHODS}
        for method in METHODS:
            wrong += faults(world, table, role, line, method, found[method])
        wrong += in_part(world, client, line, found["GET"][0])
        wrong += when_absent(world, client, line, found["GET"])
    assert wrong == []


def test_other_methods_are_refused(world):
    """No address answers a method that nobody thought of."""
    client = signed_in(world, "bureau")

    answered = {
        f"{method} {line}": response.status_code
        for line in ARGUMENTS
        for method in ("PUT", "DELETE")
        if (response := ask(client, method, address(world, line))[0]).status_code != 405
    }
    assert answered == {}


def _measured(world, client):
    return {
        (line, method): answer(world, client, method, line)[0].status_code
        for line in ARGUMENTS
        for method in METHODS
    }


def _write(role, found):
    table = expected() if TABLE.exists() else {}
    for (line, method), status in found.items():
        groups = table.setdefault(line, {}).setdefault(method, {})
        for key in list(groups):
            groups[key] = " ".join(r for r in groups[key].split() if r != role)
            if not groups[key]:
                del groups[key]
        groups[status] = " ".join(r for r in ROLES if r in [*groups.get(status, "").split(), role])
        in_order = sorted(groups.items(), key=lambda group: ROLES.index(group[1].split()[0]))
        table[line][method] = dict(in_order)
    lines = {line: table[line] for line in ARGUMENTS if line in table}
    TABLE.write_text(yaml.safe_dump(lines, allow_unicode=True, sort_keys=False, width=200))
