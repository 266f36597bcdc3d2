"""T13: nobody changes the record unseen."""

import json
from contextlib import contextmanager
from datetime import date, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from foundation import clock
from foundation.audit.models import AuditEvent
from foundation.audit.services import faults, head, record
from foundation.outbox.models import Message
from schools.models import Role
from schools.tasks import tell_audit_head
from tests.conftest import append_only_lifted
from tests.factories.people import AppointmentFactory, UserFactory

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


def test_the_archive_holds_the_chain_up_to_its_day_and_ends_with_the_head(tmp_path):
    first, second, third = three_rows()
    old = [first, second, third]
    file = tmp_path / "audit.jsonl"
    today = f"{timezone.localdate(clock.wall_now())}"

    call_command("export_audit", str(file), until=date.fromisoformat(today), stdout=StringIO())

    *rows, last = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert last["head"] == f"{old[-1].number}:{old[-1].digest}"
    assert last["rows"] == len(rows) == AuditEvent.objects.count() - 1  # the export came after
    digest = "0" * 64
    for row in rows:
        assert row["previous"] == digest
        event = AuditEvent(**row | {"at": datetime.fromisoformat(row["at"])})
        assert event.computed_digest() == row["digest"]
        digest = row["digest"]
    assert AuditEvent.objects.first().action == "audit.export"
    assert list(faults(last["head"])) == []


def test_the_archive_leaves_out_later_days_and_writes_over_nothing(tmp_path):
    three_rows()
    file = tmp_path / "audit.jsonl"

    call_command("export_audit", str(file), until=date(2020, 1, 1), stdout=StringIO())

    assert json.loads(file.read_text("utf-8"))["rows"] == 0
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_audit", str(file), stdout=StringIO())


def test_the_head_goes_to_each_auditor_once_a_day(client):
    auditor = AppointmentFactory(role=Role.AUDITOR).user
    AppointmentFactory(role=Role.SYSTEM_ADMIN)
    three_rows()
    kept = head()

    tell_audit_head()
    record("later")
    tell_audit_head()

    letters = Message.objects.filter(kind="inbox")
    assert [letter.payload["user"] for letter in letters] == [auditor.pk]
    assert kept in letters.get().payload["text"]
    assert list(faults(kept)) == []
