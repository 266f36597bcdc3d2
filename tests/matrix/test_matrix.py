"""T1: every address × every person × every method, against a table in the repository.

`WRITE_MATRIX=1 pytest tests/matrix` writes the table anew; read the difference before you keep it.
"""

import copy
import os
import re
from pathlib import Path

import pytest
import yaml
from django.db import connection, transaction
from django.test import Client
from django.urls import get_resolver, reverse

from tests.matrix.addresses import ARGUMENTS
from tests.matrix.world import ROLES, World

TABLE = Path(__file__).parent / "table.yaml"
METHODS = ("GET", "POST")
# What a browser might slip in (T1b): never fields of any form here.
FORBIDDEN = {
    "state": "named", "status": "approved", "score": "100", "rank": "1", "is_active": "0",
    "is_staff": "1", "reviewer": "1", "created_by": "1",
}  # fmt: skip
WRITES = re.compile(r"^\s*(INSERT|UPDATE|DELETE)", re.I)
# Signing in and its failures are recorded whoever tries; the session's own rows are no business.
HOUSEKEEPING = re.compile(r"django_session|axes_|audit_|accounts_")


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


@pytest.fixture
def world(db):
    return World()


class Rolled(Exception):
    """Takes back what one request wrote."""


def ask(client, method, url, *, htmx=False):
    """Status and body of one request, its writes undone; what it wrote besides housekeeping."""
    written = []

    def watch(execute, sql, params, many, context):
        if WRITES.match(sql) and not HOUSEKEEPING.search(sql):
            written.append(sql[:80])
        return execute(sql, params, many, context)

    headers = {"HX-Request": "true"} if htmx else {}
    cookies = copy.deepcopy(client.cookies)  # Signing out is taken back too.
    try:
        with transaction.atomic(), connection.execute_wrapper(watch):
            if method == "GET":
                response = client.get(url, headers=headers)
            else:
                response = client.post(url, FORBIDDEN, headers=headers)
            body = b"".join(response) if response.streaming else response.content
            raise Rolled
    except Rolled:
        client.cookies = cookies
        return response, body, written


def signed_in(world, role):
    client = Client(raise_request_exception=True)
    user = world.people[role]
    if user is not None:
        client.force_login(user)
    return client


def unmarked(body):
    """The body without what differs from one answer to the next."""
    return re.sub(rb'(nonce|value|content)="[^"]*"|\d{4,}', b"", body)


def measured(world, role):
    client, found = signed_in(world, role), {}
    for line, kinds in ARGUMENTS.items():
        url = reverse(line.split("#")[0], args=[world.keys.get(kind, kind) for kind in kinds])
        for method in METHODS:
            response, _, written = ask(client, method, url)
            status = response.status_code
            found[line, method] = status
            refused = status in (401, 403, 404, 405, 409) or (status == 302 and role == "anonymous")
            if refused:
                assert not written, f"{method} {line} as {role}: {status}, yet wrote {written}"
    return found


def expected():
    return yaml.safe_load(TABLE.read_text())


@pytest.mark.parametrize("role", ROLES)
def test_what_each_person_may(world, role):
    found = measured(world, role)

    if os.environ.get("WRITE_MATRIX"):
        _write(role, found)
        return
    table = expected()
    wrong = [
        f"{method} {line} as {role}: {status}, the table says {_lookup(table, line, method, role)}"
        for (line, method), status in found.items()
        if status != _lookup(table, line, method, role)
    ]
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_fragments_ask_the_same(world, role):
    """A request for a part of a page is answered as the page is; a lapsed session leaves it whole."""
    client, wrong = signed_in(world, role), []
    for line, kinds in ARGUMENTS.items():
        url = reverse(line.split("#")[0], args=[world.keys.get(kind, kind) for kind in kinds])
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


def _lookup(table, line, method, role):
    groups = table.get(line, {}).get(method, {})
    return next((int(status) for status, roles in groups.items() if role in roles.split()), None)


def _write(role, found):
    table = expected() if TABLE.exists() else {}
    for (line, method), status in found.items():
        groups = table.setdefault(line, {}).setdefault(method, {})
        for key in list(groups):
            groups[key] = " ".join(r for r in groups[key].split() if r != role)
            if not groups[key]:
                del groups[key]
        groups[status] = " ".join(r for r in ROLES if r in [*groups.get(status, "").split(), role])
    lines = {line: table[line] for line in ARGUMENTS if line in table}
    TABLE.write_text(yaml.safe_dump(lines, allow_unicode=True, sort_keys=False, width=200))
