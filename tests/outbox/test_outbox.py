"""The outbox: exactly one row, at least one send, nothing before the commit (reliability.md 4)."""

import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction

from foundation import clock
from foundation.notifications.models import Delivery, Notice
from foundation.notifications.services import WANTED, Letter, tell
from foundation.outbox import services
from foundation.outbox.models import LEASE, RETRIES, Message
from foundation.outbox.services import HANDLERS, Handler, drain, put, put_many, resend
from tests.crowd import at_once
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(monkeypatch):
    """A kind of message that only writes its key down."""
    keys = []
    monkeypatch.setitem(HANDLERS, "probe", Handler(send=lambda message: keys.append(message.key)))
    return keys


@pytest.fixture
def broken(monkeypatch):
    def fail(message):
        raise ConnectionError("the post office is closed")

    monkeypatch.setitem(HANDLERS, "probe", Handler(send=fail))


def test_same_key_is_one_row():
    put("probe", "a", n=1)
    put("probe", "a", n=2)
    put_many([("probe", "a", {}), ("probe", "b", {})])

    assert sorted(Message.objects.values_list("key", flat=True)) == ["a", "b"]
    assert Message.objects.get(key="a").payload == {"n": 1}


def test_drain_sends_once(sent):
    put("probe", "a")

    assert drain() == 1
    assert drain() == 0
    assert sent == ["a"]
    message = Message.objects.get()
    assert (message.state, message.done_at is not None) == ("done", True)


def test_limit_leaves_the_rest_for_the_next_drain(sent):
    put_many([("probe", str(n), {}) for n in range(5)])

    assert [drain(limit=2), drain(limit=2), drain(limit=2)] == [2, 2, 1]


def test_what_rolls_back_is_never_sent(sent):
    with transaction.atomic():
        put("probe", "a")
        transaction.set_rollback(True)

    drain()

    assert (sent, Message.objects.count()) == ([], 0)


def test_nothing_is_sent_inside_the_transaction(sent, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        put("probe", "a")
        assert sent == []

    assert len(callbacks) == 1
    assert sent == ["a"]


def test_broker_down_does_not_undo_the_business(
    monkeypatch, sent, django_capture_on_commit_callbacks
):
    from foundation.outbox import tasks

    def down(**options):
        raise OSError("no broker")

    monkeypatch.setattr(tasks.drain, "apply_async", down)
    with django_capture_on_commit_callbacks(execute=True):
        put("probe", "a")
    assert Message.objects.get().state == "new"

    drain()

    assert sent == ["a"]


def test_two_claims_of_one_row_only_one_wins():
    put("probe", "a")
    first, second = Message.objects.get(), Message.objects.get()

    assert first.claim()
    assert not second.claim()


def test_crash_between_claim_and_done_is_taken_up_after_the_lease(sent, monkeypatch):
    put("probe", "a")
    assert Message.objects.get().claim()  # and the process dies here
    assert drain() == 0

    later = clock.wall_now() + LEASE + timedelta(seconds=1)
    monkeypatch.setattr(clock, "wall_now", lambda: later)

    assert drain() == 1
    assert sent == ["a"]


def test_retries_grow_and_then_it_is_dead(broken, monkeypatch):
    put("probe", "a")
    start = clock.wall_now()
    moment = start
    monkeypatch.setattr(clock, "wall_now", lambda: moment)
    for attempt, delay in enumerate(RETRIES, 1):
        drain()
        message = Message.objects.get()
        assert (message.state, message.attempts) == ("new", attempt)
        assert message.next_at - moment == delay
        assert "post office" in message.error
        moment = message.next_at - timedelta(seconds=1)
        assert drain() == 0
        assert Message.objects.get().attempts == attempt  # not a second before
        moment = message.next_at
    drain()
    message = Message.objects.get()
    assert (message.state, message.attempts) == ("dead", 6)
    assert [delay.total_seconds() for delay in RETRIES] == [60, 300, 1800, 7200, 43200]

    moment += timedelta(days=30)
    drain()

    assert Message.objects.get().attempts == 6


def test_dead_message_may_be_sent_again(broken, monkeypatch):
    put("probe", "a")
    Message.objects.update(state="dead", attempts=6, error="x")
    keys = []
    monkeypatch.setitem(HANDLERS, "probe", Handler(send=lambda message: keys.append(message.key)))

    resend(Message.objects.get())
    drain()

    assert keys == ["a"]
    assert Message.objects.get().state == "done"


def test_one_bad_letter_does_not_stop_the_post(monkeypatch):
    keys = []

    def send(message):
        if message.key == "bad":
            raise ValueError("bad")
        keys.append(message.key)

    monkeypatch.setitem(HANDLERS, "probe", Handler(send=send))
    put_many([("probe", "bad", {}), ("probe", "good", {})])

    assert drain() == 1
    assert keys == ["good"]


def test_unknown_kind_waits_and_says_so():
    put("nobody-knows", "a")

    drain()

    message = Message.objects.get()
    assert (message.state, message.attempts) == ("new", 1)
    assert "nobody-knows" in message.error


def test_not_wanted_any_more_is_dropped(monkeypatch, sent):
    monkeypatch.setitem(
        HANDLERS, "probe", Handler(send=HANDLERS["probe"].send, still_wanted=lambda m: False)
    )
    put("probe", "a")

    assert drain() == 0
    assert (sent, Message.objects.get().state) == ([], "dropped")


def test_overdue_messages_are_seen_retries_apart(sent):
    put("probe", "a")
    put("probe", "b")
    Message.objects.filter(key="b").update(attempts=1)
    later = clock.wall_now() + timedelta(minutes=10)

    assert [message.key for message in Message.objects.overdue(later)] == ["a"]


class TestTell:
    def test_inbox_and_mail_once(self):
        user = UserFactory()
        for _ in range(2):
            tell([Letter(user.pk, "k", "标题\r\nBcc: x@y.z", "内容", "/checkups/")])
            drain()

        assert Notice.objects.get().subject == "标题 Bcc: x@y.z"
        (message,) = mail.outbox
        assert message.to == [user.email]
        assert "/checkups/" in message.body
        assert message.bcc == []
        assert sorted(Delivery.objects.values_list("channel", flat=True)) == ["email", "inbox"]

    def test_repetition_after_a_crash_has_the_same_message_id_and_one_notice(self):
        user = UserFactory()
        tell([Letter(user.pk, "k", "标题", "内容")])
        drain()
        Message.objects.update(state="leased", lease_until=clock.wall_now() - LEASE)

        drain()

        first, second = mail.outbox
        assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]
        assert Notice.objects.count() == 1

    def test_no_address_no_mail_but_the_inbox(self):
        tell([Letter(UserFactory(email="").pk, "k", "标题", "内容")])

        drain()

        assert (Notice.objects.count(), len(mail.outbox)) == (1, 0)

    def test_disabled_person_is_not_told(self):
        tell([Letter(UserFactory(is_active=False).pk, "k", "标题", "内容")])

        drain()

        assert (Notice.objects.count(), len(mail.outbox)) == (0, 0)

    def test_taken_back_by_the_app_above(self, monkeypatch):
        monkeypatch.setitem(WANTED, "probe", lambda facts: facts["n"] != 1)
        user = UserFactory()
        tell([Letter(user.pk, "a", "甲", "内容", subject_kind="probe", facts={"n": 1})])
        tell([Letter(user.pk, "b", "乙", "内容", subject_kind="probe", facts={"n": 2})])

        drain()

        assert [notice.subject for notice in Notice.objects.all()] == ["乙"]

    def test_mail_failure_is_logged_and_the_inbox_is_not_held_up(self, monkeypatch):
        from django.core.mail import EmailMessage

        def refuse(self, **options):
            raise ConnectionRefusedError("smtp")

        monkeypatch.setattr(EmailMessage, "send", refuse)
        tell([Letter(UserFactory().pk, "k", "标题", "内容")])

        drain()

        assert Notice.objects.count() == 1
        failed = Delivery.objects.get(channel="email")
        assert (failed.success, "smtp" in failed.error) == (False, True)
        assert Message.objects.get(kind="email").attempts == 1


@pytest.mark.django_db(transaction=True)
def test_two_drains_at_once_share_the_work_and_repeat_nothing(monkeypatch):
    keys, lock = [], threading.Lock()

    def send(message):
        with lock:
            keys.append(message.key)

    monkeypatch.setitem(HANDLERS, "probe", Handler(send=send))
    monkeypatch.setattr(services, "_kick", lambda: None)
    put_many([("probe", str(n), {}) for n in range(40)])

    assert at_once([drain] * 3) == [None] * 3
    assert sorted(keys, key=int) == [str(n) for n in range(40)]
    assert set(Message.objects.values_list("state", flat=True)) == {"done"}
