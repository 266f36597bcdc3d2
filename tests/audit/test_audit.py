"""T13: nobody changes the record unseen."""

from contextlib import contextmanager
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from foundation.audit.models import AuditEvent
from foundation.audit.services import faults, record
from tests.conftest import append_only_lifted
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


@contextmanager
def refused():
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        yield


def three_rows():
    user = UserFactory(name="测试员甲")
    return [record(action, by=user, obj=user, size=n) for n, action in enumerate("abc")]


def test_record_chains_rows():
    first, second, _ = three_rows()

    assert second.previous == first.digest
    assert list(faults()) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditevent SET actor_name = 'x'",
        "DELETE FROM audit_auditevent",
    ],
)
def test_the_database_refuses_to_change_a_row(statement):
    three_rows()

    with refused(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert AuditEvent.objects.count() == 3


def test_sqlite_refuses_to_replace_a_row():
    if connection.vendor != "sqlite":
        pytest.skip("REPLACE is SQLite's")
    row = three_rows()[0]

    with refused(), connection.cursor() as cursor:
        cursor.execute(
            "REPLACE INTO audit_auditevent SELECT * FROM audit_auditevent WHERE id = %s",
            [row.pk],
        )


@pytest.mark.postgres
def test_postgresql_refuses_truncate():
    three_rows()

    with refused(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE audit_auditevent")


def test_verify_audit_names_a_changed_row():
    rows = three_rows()
    with append_only_lifted():
        AuditEvent.objects.filter(pk=rows[1].pk).update(actor_name="测试员乙")
    errors = StringIO()

    with pytest.raises(CommandError, match="1 fault"):
        call_command("verify_audit", stderr=errors)

    assert f"Row {rows[1].number} was changed." in errors.getvalue()


def test_verify_audit_sees_a_cut_tail():
    rows = three_rows()
    with append_only_lifted():
        AuditEvent.objects.filter(pk=rows[2].pk).delete()

    assert [text for text in faults() if "tail is cut" in text]


def test_verify_audit_sees_a_missing_row():
    rows = three_rows()
    with append_only_lifted():
        AuditEvent.objects.filter(pk=rows[1].pk).delete()

    assert f"Rows {rows[1].number} to {rows[1].number} are missing." in list(faults())


def test_what_rolls_back_leaves_no_record():
    def fails():
        with transaction.atomic():
            record("x")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()

    assert not AuditEvent.objects.exists()
    assert list(faults()) == []
