"""Tell a person something, once, by inbox and mail."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q

from foundation import clock
from foundation.accounts.models import User
from foundation.notifications.models import Delivery, Notice
from foundation.outbox import services as outbox
from foundation.outbox.models import Message, MessageState

# Is a reminder about this subject still wanted? Apps above register by subject kind.
WANTED: dict[str, Callable[[dict[str, Any]], bool]] = {}


@dataclass(frozen=True, slots=True)
class Letter:
    """What one person is told. `subject_kind` and `facts` let the app above take it back."""

    user_id: int
    key: str
    subject: str
    text: str
    link: str = ""
    subject_kind: str = ""
    facts: dict[str, Any] | None = None


def tell(letters: Iterable[Letter]) -> None:
    """Into the outbox, within the caller's transaction: inbox and mail are separate messages.

    `key` is the business identity without the channel; telling twice with one key is telling once.
    """
    rows = []
    for letter in letters:
        payload = {
            "user": letter.user_id,
            "key": letter.key,
            "subject": " ".join(letter.subject.split())[:120],  # one line: no header injection
            "text": letter.text,
            "link": letter.link,
            "subject_kind": letter.subject_kind,
            "facts": letter.facts or {},
        }
        rows.append(("inbox", f"inbox:{letter.key}", payload))
        rows.append(("email", f"email:{letter.key}", payload))
    outbox.put_many(rows)


def tell_each(users: Iterable[int], key: str, subject: str, text: str, link: str = "") -> None:
    """The same words to each of `users`, one letter a person; `key` is completed by the person."""
    tell(Letter(user, f"{key}:{user}", subject, text, link) for user in sorted(set(users)))


def withdraw(key: str) -> list[int]:
    """Take back the letters whose key begins with `key`, within the caller's transaction.

    What waits in the outbox is dropped. Returns the users whom one has reached, or is just reaching,
    by inbox or mail: they need a correction.
    """
    rows = Message.objects.filter(
        Q(key__startswith=f"inbox:{key}") | Q(key__startswith=f"email:{key}")
    )
    waiting = rows.filter(state=MessageState.NEW)
    waiting.update(state=MessageState.DROPPED, done_at=clock.wall_now(), error="已撤回")
    gone = rows.filter(state__in=(MessageState.LEASED, MessageState.DONE))
    return sorted({row.payload["user"] for row in gone})


def _wanted(message: Message) -> bool:
    payload = message.payload
    if not User.objects.filter(pk=payload["user"], is_active=True).exists():
        return False
    still = WANTED.get(payload["subject_kind"])
    return still is None or still(payload["facts"])


def _mail_wanted(message: Message) -> bool:
    """Nobody without an address: the inbox has it already."""
    has_address = User.objects.filter(pk=message.payload["user"]).exclude(email="").exists()
    return has_address and _wanted(message)


def _to_inbox(message: Message) -> None:
    payload = message.payload
    Notice.objects.get_or_create(
        key=payload["key"],
        defaults={
            "user_id": payload["user"],
            "subject": payload["subject"],
            "text": payload["text"],
            "link": payload["link"],
        },
    )
    _log(message, "inbox")


def _to_mail(message: Message) -> None:
    payload = message.payload
    user = User.objects.get(pk=payload["user"])
    link = f"\n\n{settings.SITE_URL}{payload['link']}" if payload["link"] else ""
    host = settings.DEFAULT_FROM_EMAIL.rsplit("@", 1)[-1]
    mail = EmailMessage(
        subject=payload["subject"],
        body=f"{user.name}：\n\n{payload['text']}{link}\n\n{settings.SITE['name']}",
        to=[user.email],
        # From the key: a receiver can tell the one repetition that a crash may cause.
        headers={"Message-ID": f"<{sha256(message.key.encode()).hexdigest()[:32]}@{host}>"},
    )
    try:
        mail.send()
    except Exception as error:
        _log(message, "email", f"{type(error).__name__}: {error}"[:300])
        raise
    _log(message, "email")


def _log(message: Message, channel: str, error: str = "") -> None:
    Delivery.objects.create(
        key=message.payload["key"],
        user_id=message.payload["user"],
        channel=channel,
        subject=message.payload["subject"],
        success=not error,
        error=error,
    )


def register() -> None:
    outbox.HANDLERS["inbox"] = outbox.Handler(send=_to_inbox, still_wanted=_wanted)
    outbox.HANDLERS["email"] = outbox.Handler(send=_to_mail, still_wanted=_mail_wanted)
