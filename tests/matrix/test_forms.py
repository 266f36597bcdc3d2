"""T1b: what a person posts beside the fields of a form makes no difference; a move without the
version of its page is no move. Over one table of bodies that has to cover every address with a POST."""

import re
from collections import Counter
from functools import cache

import pytest
from django.apps import apps
from django.db import connection, models, transaction

from foundation.audit.models import ChainHead
from foundation.workflow.middleware import REFUSED
from foundation.workflow.models import Event
from tests.matrix.addresses import ARGUMENTS
from tests.matrix.asking import Rolled, address, expected, signed_in
from tests.matrix.bodies import BODIES, NOWHERE
from tests.matrix.page_forms import form_on
from tests.matrix.world import World

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="what a form lets through is Python"),
]

# Columns that no person writes. A form that has one of them as a field of its own keeps it.
FORBIDDEN = {
    **dict.fromkeys(("state", "status", "stage"), "named"),
    **dict.fromkeys(("score", "total", "points", "closing_score", "trimmed", "mean"), "100"),
    **dict.fromkeys(("rank", "number", "batch_number", "grade", "places_used", "attempts"), "1"),
    **dict.fromkeys(
        ("is_staff", "is_superuser", "is_active", "is_demo", "is_example", "frozen", "red_line",
         "late", "provisional", "must_change_password"), "1",
    ),
    **dict.fromkeys(
        ("created_at", "at", "submitted_at", "released_at", "confirmed_at", "password_changed_at",
         "privacy_accepted_at", "named_on", "revoked_on", "closed_on", "started_at"),
        "2020-01-01 00:00",
    ),
    **dict.fromkeys(("sha256", "snapshot", "content", "edits", "facts", "stored", "path"), "{}"),
    **dict.fromkeys(("password", "sign_in_mark", "username", "minutes_number", "code"), "forged"),
}  # fmt: skip
PERSONS = (
    "user", "by", "created_by", "asked_by", "drafted_by", "confirmed_by", "lead", "owner",
    "reviewer", "handler", "granted_by", "actor",
)  # fmt: skip
# Moves that carry no version, and why that is right.
UNSEEN = {
    "brands:bulk-undo": "names the very moves that it takes back; a later one refuses it",
    "brands:project-extend": "only ever gives time: one that gains nothing, as twice, is refused",
    "brands:publicity-new": "writes a draft, which a second person reads before it goes out",
    "reviews:tie-new": "takes back whatever is unfinished by then: the tie holds for all of it",
    "reviews:tie-confirm": "as above",
    "reviews:pool-employment": "as above",
    "reviews:round-entries": "takes in whoever is eligible by then, as the opening did, once",
}


class Effect:
    """The rows that came and went, without keys and moments."""

    def __init__(self, response, before, after):
        self.response = response
        self.came = {name: after[name] - before[name] for name in after}
        self.went = {name: before[name] - after[name] for name in before}

    def rows(self):
        return {
            (name, word): dict(rows)
            for word, side in (("came", self.came), ("went", self.went))
            for name, rows in side.items()
            if rows
        }

    def moves(self):
        """Events of a workflow that came: a row was moved. The first of a new row is no move."""
        return {
            name
            for name, rows in self.came.items()
            if name in event_tables() and any("source=''" not in row for row in rows)
        }


@cache
def event_tables():
    return {model.__name__ for model in own_models() if issubclass(model, Event)}


@cache
def own_models():
    """All but the head of the audit chain, which every row of it moves on."""
    foreign = ("django.", "axes.")
    found = (model for model in apps.get_models() if not model.__module__.startswith(foreign))
    return [model for model in found if model is not ChainHead]


def rows_of(model):
    fields = [
        field.attname
        for field in model._meta.concrete_fields
        if not isinstance(field, models.AutoField | models.DateTimeField | models.UUIDField)
    ]
    found = model._base_manager.values_list(*fields)
    return Counter(
        tuple(f"{name}={value!r}" for name, value in zip(fields, row, strict=True)) for row in found
    )


def everything():
    return {model.__name__: rows_of(model) for model in own_models()}


def post(world, line, *, change=lambda data: data):
    """The effect of the body of this line, undone afterwards."""
    body = BODIES[line]
    try:
        with transaction.atomic():
            body.ready(world)
            client = signed_in(world, body.role)
            client.raise_request_exception = False
            data = change(drawn(world, client, line))
            before = everything()
            with transaction.atomic():
                response = client.post(address(world, line), data)
            effect = Effect(response, before, everything())
            raise Rolled
    except Rolled:
        return effect


def drawn(world, client, line):
    """What the form of the page holds, and what the person types over it."""
    body = BODIES[line]
    said = body.words(world)
    if body.page == NOWHERE:
        return said
    page = address(world, body.page or line) + body.query(world)
    html = client.get(page).content.decode()
    form = form_on(html, page=page.partition("?")[0], action=address(world, body.like or line))
    return dict(form.values) | said


def poisoned(world, data):
    """The same with every forbidden column beside it, in each of the form's prefixes."""
    foreign = world.foreign
    false = FORBIDDEN | dict.fromkeys(PERSONS, world.people["other"].pk)
    false |= {"organisation": foreign.pk, "school": foreign.school.pk, "area": foreign.area.pk,
              "batch": world.keys["batch_over"], "project": world.keys["review_project"],
              "role": "bureau", "version_id": "1", "id": "1", "pk": "1"}  # fmt: skip
    false |= {f"{name}_id": false[name] for name in (*PERSONS, "organisation", "school", "area")}
    prefixes = {name[: name.rindex("-") + 1] for name in data if "-" in name} | {""}
    return {f"{prefix}{name}": value for prefix in prefixes for name, value in false.items()} | data


def takes_a_post():
    """Names of the addresses that answer somebody's POST with something else than 404 and 405."""
    for line in ARGUMENTS:
        answers = expected()[line]["POST"]
        done = set(answers.get(302, "").split()) - {"anonymous", "disabled"}
        if done or set(answers) - {404, 405, 302, 403}:
            yield line.split("#")[0]


def test_every_address_that_takes_a_post_has_a_body():
    assert set(takes_a_post()) - {line.split("#")[0] for line in BODIES} == set()
    assert set(BODIES) <= set(ARGUMENTS)


@pytest.mark.parametrize("app", sorted({line.partition(":")[0] for line in BODIES}))
def test_nothing_but_its_fields_goes_through_a_form(app):
    world, faults = World(), []
    for line in BODIES:
        if line.startswith(f"{app}:"):
            try:
                look(world, line)
            except (AssertionError, LookupError) as fault:
                faults.append(f"{line}: {fault}")
    assert not faults, "\n".join(faults)


def look(world, line):
    plain = post(world, line)
    assert plain.response.status_code == BODIES[line].answer, said(plain.response)
    own = form_names(world, line)

    def poison(data):
        false = poisoned(world, data)
        return {name: v for name, v in false.items() if name in data or name not in own}

    forged = post(world, line, change=poison)

    if forged.response.status_code == plain.response.status_code:
        assert forged.rows() == plain.rows() or differs_by_chance(world, line, plain, forged)
    else:  # Refused whole, as an unknown field of a section is.
        assert forged.response.status_code in (400, 409)
        assert set(forged.rows()) <= {("AuditEvent", "came")}
    without_a_version(world, line, plain)


def form_names(world, line):
    body = BODIES[line]
    if body.page == NOWHERE:
        return set()
    try:
        with transaction.atomic():
            body.ready(world)
            page = address(world, body.page or line) + body.query(world)
            html = signed_in(world, body.role).get(page).content.decode()
            raise Rolled
    except Rolled:
        form = form_on(html, page=page.partition("?")[0], action=address(world, body.like or line))
        return form.names


def differs_by_chance(world, line, plain, forged):
    """Only in columns that differ between two plain posts too: random names, one-time passwords."""
    again = post(world, line)
    by_chance = columns(plain, again)
    assert columns(plain, forged) <= by_chance, columns(plain, forged) - by_chance
    return True


def columns(one, two):
    left, right = one.rows(), two.rows()
    found = set()
    for key in set(left) | set(right):
        for row in set(left.get(key, {})) ^ set(right.get(key, {})):
            found.update((key[0], cell.partition("=")[0], cell) for cell in row)
    return {(name, column) for name, column, _ in found if differs(left, right, name, column)}


def differs(left, right, name, column):
    def cells(rows):
        return Counter(
            cell
            for (table, _), found in rows.items()
            if table == name
            for row, count in found.items()
            for cell in row * count
            if cell.startswith(f"{column}=")
        )

    return cells(left) != cells(right)


def without_a_version(world, line, plain):
    """A move posted without the version of its page moves nothing, and stands on record."""
    if not plain.moves() or line in UNSEEN:
        return

    def stripped(data):
        left = {name: value for name, value in data.items() if name != "version"}
        if "project" in left:
            keys = left["project"] if isinstance(left["project"], list) else [left["project"]]
            left["project"] = [str(key).partition(".")[0] for key in keys]
        return left

    bare = post(world, line, change=stripped)

    assert bare.response.status_code == 409, said(bare.response)
    assert "页面不完整" in bare.response.content.decode()
    assert set(bare.rows()) == {("AuditEvent", "came")}
    assert f"action='{REFUSED}'" in next(iter(bare.came["AuditEvent"]))


def said(response):
    words = re.sub(r"<[^>]*>|\s+", " ", response.content.decode(errors="replace"))
    return f"{response.status_code} {re.sub(' +', ' ', words)[-700:]}"
