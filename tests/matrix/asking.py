"""One request of the matrix, and in what its answer differs from what it should be."""

import copy
import io
import re
import zipfile
from pathlib import Path

import yaml
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from tests.matrix.addresses import ARGUMENTS, POSTED

TABLE = Path(__file__).parent / "table.yaml"
METHODS = ("GET", "POST")
# What a browser might slip in (T1b): never fields of any form here.
FORBIDDEN = {
    "state": "named", "status": "approved", "score": "100", "rank": "1", "is_active": "0",
    "is_staff": "1", "reviewer": "1", "created_by": "1",
}  # fmt: skip
WRITES = re.compile(r"^\s*(INSERT|UPDATE|DELETE)", re.I)
# Signing in and its failures are recorded whoever tries; the session's own rows are no business.
HOUSEKEEPING = re.compile(r"django_session|axes_|audit_|accounts_signinfailure")


class Rolled(Exception):
    """Takes back what one request wrote."""


def ask(client, method, url, *, htmx=False, posted=()):
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
            if method == "POST":
                response = client.post(url, FORBIDDEN | dict(posted), headers=headers)
            else:
                response = client.generic(method, url, headers=headers)
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


def address(world, line):
    keys = [world.keys.get(kind, kind) for kind in ARGUMENTS[line]]
    return reverse(line.split("#")[0], args=keys)


def answer(world, client, method, line):
    """What this address answers to this person, with what belongs into its form.

    The rows of the world have not been moved: a page drawn of them carries version 0.
    """
    posted = {"version": 0} | {
        field: world.keys[kind] for field, kind in POSTED.get(line, {}).items()
    }
    return ask(client, method, address(world, line), posted=posted)


def expected():
    return yaml.load(TABLE.read_text(), Loader=yaml.CSafeLoader)


def lookup(table, line, method, role):
    groups = table.get(line, {}).get(method, {})
    return next((int(status) for status, roles in groups.items() if role in roles.split()), None)


def deviations(world, table, client, role, line):
    """Each method: the status of the table, nothing written by a refusal, nothing hidden shown."""
    for method in METHODS:
        answered = answer(world, client, method, line)
        yield from faults(world, table, role, line, method, answered)


def faults(world, table, role, line, method, answered):
    response, body, written = answered
    said = f"{method} {line} as {role}: {response.status_code}"
    status = lookup(table, line, method, role)
    if response.status_code != status:
        yield f"{said}, the table says {status}"
    if written and is_refusal(response, role):
        yield f"{said}, yet wrote {written}"
    for mark in hidden_marks(world, table, role, line):
        if mark.text in readable(body):
            yield f"{said}, yet shows “{mark.text}”"


def in_part(world, client, line, whole):
    """A request for a part of a page is answered as the page is; a lapsed session leaves it whole."""
    part, _, _ = ask(client, "GET", address(world, line), htmx=True)
    login = "/account/login/"
    if whole.status_code == 302 and whole["Location"].startswith(login):
        right = part.status_code == 204 and part.headers["HX-Redirect"].startswith(login)
    else:
        right = part.status_code == whole.status_code
    if not right:
        yield f"{line}: {whole.status_code} whole, {part.status_code} in part"


def when_absent(world, client, line, answered):
    """What is hidden looks like what is not there."""
    response, body, _ = answered
    keys = [world.keys.get(kind, kind) for kind in ARGUMENTS[line]]
    if response.status_code not in (200, 404) or not keys or not isinstance(keys[0], int):
        return
    url = reverse(line.split("#")[0], args=[987654321, *keys[1:]])
    absent, nothing, _ = ask(client, "GET", url)
    if absent.status_code == 200:
        yield f"{line}: 200 for a key that does not exist"
    elif response.status_code == 404 and unmarked(body) != unmarked(nothing):
        yield f"{line}: hidden is told from absent"


def is_refusal(response, role):
    status = response.status_code
    return status in (401, 403, 404, 405, 409) or (status == 302 and role == "anonymous")


def hidden_marks(world, table, role, line):
    for mark in world.marks:
        opens = any(lookup(table, door, "GET", role) == 200 for door in mark.doors)
        if not opens and role not in mark.own and not line.startswith(mark.outside):
            yield mark


def readable(body):
    """The words of a page, or of every part of a Word or Excel file."""
    if body.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(body)) as file:
            body = b"".join(file.read(name) for name in file.namelist())
    return body.decode("utf-8", "replace")


def unmarked(body):
    """The body without what differs from one answer to the next."""
    return re.sub(rb'(nonce|value|content)="[^"]*"|\d{4,}', b"", body)
