"""T13: many write at once, and whatever is changed, left out or cut off afterwards is named."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from threading import Barrier

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Max

from foundation.accounts.models import User
from foundation.audit.models import AuditEvent, ChainHead
from foundation.audit.services import faults, head, record
from tests.conftest import append_only_lifted
from tests.depth import sized
from tests.factories.people import UserFactory


@dataclass(frozen=True)
class Size:
    writers: int
    rows: int
    changes: int


SIZE = sized("size", tenth=Size(20, 5, 28), full=Size(50, 40, 280))
COLUMNS = [field.column for field in AuditEvent._meta.concrete_fields if not field.primary_key]
FAR = 2**40
pytestmark = pytest.mark.django_db(transaction=True)


class Refused(Exception):
    """A business change that does not come about after all."""


@pytest.fixture
def chain():
    """Write `size` rows by as many at once as it says, every fifth change taken back."""

    def write(size: Size) -> int:
        gate = Barrier(size.writers)
        people = [UserFactory(name=f"记录员{n}") for n in range(size.writers)]

        def one(user: User) -> None:
            gate.wait(timeout=60)
            try:
                for number in range(size.rows):
                    _change(user, number)
            finally:
                connection.close()

        with ThreadPoolExecutor(size.writers) as pool:
            list(pool.map(one, people))
        return size.writers * sum(number % 5 != 4 for number in range(size.rows))

    return write


def _change(user: User, number: int) -> None:
    try:
        with transaction.atomic():
            User.objects.filter(pk=user.pk).update(name=f"{user.name}-{number}")
            record("change", by=user, via="审计测试", obj=user, number=number)
            if number % 5 == 4:
                raise Refused
    except Refused:
        pass


@contextmanager
def tampered() -> Iterator[None]:
    """What somebody does who gets round the triggers; undone afterwards."""
    with transaction.atomic():
        with append_only_lifted():
            yield
        transaction.set_rollback(True)


@SIZE
def test_many_who_write_at_once_make_one_chain(chain, size):
    written = chain(size)

    out = StringIO()
    call_command("verify_audit", stdout=out)
    rows = AuditEvent.objects.filter(action="change")
    assert rows.count() == written
    assert f"{AuditEvent.objects.count()} rows, the chain holds." in out.getvalue()
    assert AuditEvent.objects.aggregate(last=Max("number"))["last"] == AuditEvent.objects.count()


@SIZE
def test_one_byte_changed_in_any_column_is_named(chain, size):
    chain(size)
    chance = random.Random(13)
    numbers = list(AuditEvent.objects.values_list("number", flat=True))

    for n in range(size.changes):
        number, column = chance.choice(numbers), COLUMNS[n % len(COLUMNS)]
        with tampered():
            event = AuditEvent.objects.get(number=number)
            value = _one_byte_off(getattr(event, column), chance)
            AuditEvent.objects.filter(number=number).update(**{column: value})
            found = " ".join(faults())
        named = number if column != "number" else value
        assert f"Row {named} was changed." in found, (column, found)

    assert list(faults()) == []


def _one_byte_off(value: object, chance: random.Random) -> object:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value ^ FAR
    if isinstance(value, str):
        at = chance.randrange(len(value) or 1)
        return value[:at] + chr(ord(value[at]) ^ 1 if value else 97) + value[at + 1 :]
    return value + timedelta(microseconds=1)


@SIZE
def test_a_tail_cut_anywhere_is_seen(chain, size):
    chain(size)
    last = ChainHead.objects.get().number

    for kept in {0, 1, last // 2, last - 7, last - 1}:
        with tampered():
            AuditEvent.objects.filter(number__gt=kept).delete()
            errors = StringIO()
            with pytest.raises(CommandError, match="1 fault"):
                call_command("verify_audit", stderr=errors)
        assert f"The tail is cut: the chain ends at {kept}, the head says {last}." in (
            errors.getvalue()
        )


@SIZE
def test_a_piece_cut_out_is_named(chain, size):
    chain(size)
    middle = ChainHead.objects.get().number // 2

    with tampered():
        AuditEvent.objects.filter(number__range=(middle, middle + 2)).delete()
        found = list(faults())

    assert found == [f"Rows {middle} to {middle + 2} are missing."]


@SIZE
def test_a_tail_cut_together_with_its_head_is_seen_by_who_kept_it(chain, size):
    chain(size)
    kept = head()
    last = AuditEvent.objects.get(number=ChainHead.objects.get().number - 5)

    with tampered():
        AuditEvent.objects.filter(number__gt=last.number).delete()
        ChainHead.objects.update(number=last.number, digest=last.digest)
        assert list(faults()) == []  # The database itself cannot know.
        record("written anew")
        for _ in range(4):
            record("and on")
        errors = StringIO()
        with pytest.raises(CommandError, match="1 fault"):
            call_command("verify_audit", head=kept, stderr=errors)

    number = kept.partition(":")[0]
    assert f"The chain is not the one whose head {number} was kept." in errors.getvalue()
    call_command("verify_audit", head=kept, stdout=StringIO())


@pytest.mark.parametrize("kept", ["x", ":", "1:", "99:" + "0" * 64])
def test_a_head_that_was_never_there_is_named(kept):
    record("one")

    assert list(faults(kept)) == [
        f"The chain is not the one whose head {kept.partition(':')[0]} was kept."
    ]
    assert list(faults(head())) == []
