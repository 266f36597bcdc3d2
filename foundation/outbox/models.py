"""The outbox row and the heartbeat row."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from foundation import clock

LEASE = timedelta(minutes=5)
RETRIES = [
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
]


class MessageState(models.TextChoices):
    NEW = "new", "待发送"
    LEASED = "leased", "发送中"
    DONE = "done", "已发送"
    DROPPED = "dropped", "已不需要"
    DEAD = "dead", "发送失败"


class MessageQuerySet(models.QuerySet["Message"]):
    def due(self, now: datetime) -> "MessageQuerySet":
        """Waiting and due, or leased by a process that has died since."""
        waiting = Q(state=MessageState.NEW, next_at__lte=now)
        orphaned = Q(state=MessageState.LEASED, lease_until__lt=now)
        return self.filter(waiting | orphaned).order_by("next_at", "pk")

    def overdue(self, before: datetime) -> "MessageQuerySet":
        """Should have gone before `before` and has not, retries apart: the post stands still."""
        return self.filter(state=MessageState.NEW, attempts=0, next_at__lt=before)


class Message(models.Model):
    """Something that must leave the database once: written with the business change.

    `key` is the business identity; a second row with it is impossible, so planning may run twice.
    """

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=40)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=MessageState, default=MessageState.NEW)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=clock.wall_now)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "待发消息"
        indexes = [models.Index(fields=["state", "next_at"], name="outbox_message_due")]

    def __str__(self) -> str:
        return self.key

    def claim(self) -> bool:
        """Take the row by a conditional update; False when another drain has it."""
        now = clock.wall_now()
        taken = (
            Message.objects.due(now)
            .filter(pk=self.pk)
            .order_by()
            .update(state=MessageState.LEASED, lease_until=now + LEASE)
        )
        return bool(taken)

    def done(self) -> None:
        self._close(MessageState.DONE)

    def drop(self, why: str) -> None:
        self._close(MessageState.DROPPED, why)

    def retry_later(self, error: Exception) -> None:
        """Wait 1 m, 5 m, 30 m, 2 h, 12 h, then give up: staff see it and may resend."""
        text = f"{type(error).__name__}: {error}"[:2000]
        attempt = self.attempts
        self.attempts = attempt + 1
        if attempt >= len(RETRIES):
            self._close(MessageState.DEAD, text)
            return
        self.state, self.error, self.lease_until = MessageState.NEW, text, None
        self.next_at = clock.wall_now() + RETRIES[attempt]
        self.save(update_fields=["state", "error", "lease_until", "next_at", "attempts"])

    def _close(self, state: MessageState, error: str = "") -> None:
        self.state, self.error, self.done_at = state, error, clock.wall_now()
        self.save(update_fields=["state", "error", "done_at", "attempts"])


class HeartbeatQuerySet(models.QuerySet["Heartbeat"]):
    def alive(self, since: datetime) -> bool:
        return self.filter(at__gte=since).exists()


class Heartbeat(models.Model):
    """A scheduled task that ran to its end through scheduler, broker and worker."""

    name = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()

    objects = HeartbeatQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
