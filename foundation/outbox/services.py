"""Put messages in, drain them out."""

import contextlib
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from foundation import clock
from foundation.outbox.models import Message

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Handler:
    """How one kind of message leaves: still wanted? then send. Apps register theirs at start."""

    send: Callable[[Message], None]
    still_wanted: Callable[[Message], bool] = lambda message: True


HANDLERS: dict[str, Handler] = {}


def put(kind: str, key: str, **payload: Any) -> None:
    """One message into the outbox, within the caller's transaction; the same key twice is once."""
    put_many([(kind, key, payload)])


def put_many(messages: Iterable[tuple[str, str, dict[str, Any]]]) -> None:
    """(kind, key, payload) each. Ids, not objects: the row may be read by another process."""
    now = clock.wall_now()
    rows = [
        Message(kind=kind, key=key, payload=payload, next_at=now) for kind, key, payload in messages
    ]
    if rows:
        Message.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
        transaction.on_commit(_kick)


def _kick() -> None:
    """Only a hint: when the broker is down, the next tick drains all the same."""
    from foundation.outbox.tasks import drain as task

    try:
        task.apply_async(retry=False)
    except Exception as error:  # The broker may fail in any way; the business change stands.
        log.warning("outbox kick failed: %s", type(error).__name__)


def drain(limit: int = 500) -> int:
    """Send what is waiting; how many went. Each row is claimed, so drains never share one.

    At least once: a crash between the send and `done` repeats one message after its lease. Mail
    carries a Message-ID made from the key, the inbox a unique key.
    """
    sent = 0
    for message in list(Message.objects.due(clock.wall_now())[:limit]):
        if not message.claim():
            continue  # Another drain has it.
        handler = HANDLERS.get(message.kind)
        try:
            if handler is None:
                raise LookupError(f"nobody sends {message.kind!r}")
            if not handler.still_wanted(message):
                message.drop("发送前已不需要")
                continue
            handler.send(message)
        except Exception as error:  # One bad letter must not stop the post.
            log.warning("outbox %s: %s", message.key, error)
            message.retry_later(error)
        else:
            message.done()
            sent += 1
    return sent


def resend(message: Message) -> None:
    """Give a dead message a new life."""
    message.attempts, message.state, message.error = 0, "new", ""
    message.next_at = clock.wall_now()
    message.save(update_fields=["attempts", "state", "error", "next_at"])
    with contextlib.suppress(Exception):
        transaction.on_commit(_kick)
