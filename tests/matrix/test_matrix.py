"""T1: every address × every person × every method, against a table in the repository.

`WRITE_MATRIX=1 pytest tests/matrix` writes the table anew; read the difference before you keep it.
"""

import os

import pytest
import yaml
from django.urls import get_resolver, reverse

from tests.matrix.addresses import ARGUMENTS
from tests.matrix.asking import (
    METHODS,
    TABLE,
    address,
    answer,
    ask,
    deviations,
    expected,
    signed_in,
    unmarked,
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
    client = signed_in(world, role)

    if os.environ.get("WRITE_MATRIX"):
        _write(role, _measured(world, client))
        return
    table = expected()
    wrong = [
        sentence for line in ARGUMENTS for sentence in deviations(world, table, client, role, line)
    ]
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


@pytest.mark.parametrize("role", ROLES)
def test_fragments_ask_the_same(world, role):
    """A request for a part of a page is answered as the page is; a lapsed session leaves it whole."""
    client, wrong = signed_in(world, role), []
    for line in ARGUMENTS:
        url = address(world, line)
        whole, _, _ = ask(client, "GET", url)
        part, _, _ = ask(client, "GET", url, htmx=True)
        to_login = whole.status_code == 302 and whole["Location"].startswith("/account/login/")
        if to_login:
            right = part.status_code == 204 and part.headers["HX-Redirect"].startswith(
                "/account/login/"
            )
        else:
            right = part.status_code == whole.status_code
        if not right:
            wrong.append(f"{line}: {whole.status_code} whole, {part.status_code} in part")
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_what_is_hidden_looks_like_what_is_not_there(world, role):
    client, wrong = signed_in(world, role), []
    for line, kinds in ARGUMENTS.items():
        keys = [world.keys.get(kind, kind) for kind in kinds]
        if not keys or not isinstance(keys[0], int):
            continue
        name = line.split("#")[0]
        hidden, body, _ = ask(client, "GET", reverse(name, args=keys))
        absent, nothing, _ = ask(client, "GET", reverse(name, args=[987654321, *keys[1:]]))
        if hidden.status_code == 404 and unmarked(body) != unmarked(nothing):
            wrong.append(line)
        if absent.status_code == 200:
            wrong.append(f"{line}: 200 for a key that does not exist")
    assert wrong == []


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
