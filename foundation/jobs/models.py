"""The job row: what is asked for, how far it is, and where its file lies."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from foundation import clock

LEASE = timedelta(minutes=2)  # Longer without a sign of progress, and the worker is dead.
WATCH = timedelta(minutes=15)
PATIENCE = timedelta(minutes=1)  # Longer in the queue, and the broker may have lost it.


class JobState(models.TextChoices):
    WAITING = "waiting", "排队中"
    RUNNING = "running", "生成中"
    DONE = "done", "已完成"
    FAILED = "failed", "未完成"


TONES = {
    JobState.WAITING: "wait",
    JobState.RUNNING: "wait",
    JobState.DONE: "good",
    JobState.FAILED: "bad",
}


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: Any) -> "JobQuerySet":
        """One's own and nobody else's, whatever the role."""
        return self.filter(owner=user)

    def unfinished(self) -> "JobQuerySet":
        return self.filter(state__in=[JobState.WAITING, JobState.RUNNING])

    def free(self, now: datetime) -> "JobQuerySet":
        """Waiting for a worker, or left by one that has died."""
        dead = Q(state=JobState.RUNNING, lease_until__lt=now)
        return self.filter(Q(state=JobState.WAITING) | dead)

    def forgotten(self, now: datetime) -> "JobQuerySet":
        """Free, and queued so long ago that nobody will come for it."""
        return self.free(now).filter(queued_at__lt=now - PATIENCE)

    def expired(self) -> "JobQuerySet":
        return self.filter(expires_at__lt=clock.now())


class Job(models.Model):
    """One file that one person asked for. `facts` are what its kind needs: ids and plain words.

    `attempt` tells one run from the next: a worker that was taken for dead writes nothing more.
    `standing` is how the owner stood when the file was made: it holds what could be seen then.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="jobs")
    kind = models.CharField(max_length=40)
    filename = models.CharField("文件", max_length=150)
    facts = models.JSONField(default=dict)
    state = models.CharField("状态", max_length=10, choices=JobState, default=JobState.WAITING)
    attempt = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    problem = models.CharField("原因", max_length=300, blank=True)
    stored = models.CharField(max_length=200, blank=True)
    standing = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField("大小", default=0)
    created_at = models.DateTimeField("申请时间", default=clock.now)
    expires_at = models.DateTimeField("保存至")
    queued_at = models.DateTimeField(default=clock.wall_now)
    lease_until = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "后台任务"
        ordering = ("-pk",)
        indexes = [
            models.Index(fields=["owner", "state"], name="jobs_job_owner"),
            models.Index(fields=["state", "queued_at"], name="jobs_job_free"),
            models.Index(fields=["expires_at"], name="jobs_job_expires"),
        ]
        constraints = [
            models.CheckConstraint(name="jobs_job_state", condition=Q(state__in=JobState.values)),
            models.CheckConstraint(
                name="jobs_job_file", condition=~Q(state=JobState.DONE) | ~Q(stored="")
            ),
        ]

    def __str__(self) -> str:
        return self.filename

    @property
    def tone(self) -> str:
        return TONES[JobState(self.state)]

    @property
    def is_unfinished(self) -> bool:
        return self.state in {JobState.WAITING, JobState.RUNNING}

    @property
    def is_stuck(self) -> bool:
        """Its worker has died: no sign of progress for the length of the lease."""
        lease = self.lease_until
        return self.state == JobState.RUNNING and lease is not None and lease < clock.wall_now()

    @property
    def is_watched(self) -> bool:
        """Worth asking for every second. Not for ever: asking keeps a session from its idle end."""
        return self.is_unfinished and not self.is_stuck and clock.now() - self.created_at < WATCH

    def claim(self) -> bool:
        """Take the row by a conditional update; False when another worker has it."""
        now = clock.wall_now()
        taken = Job.objects.free(now).filter(pk=self.pk, attempt=self.attempt).order_by()
        won = taken.update(
            state=JobState.RUNNING, attempt=F("attempt") + 1, lease_until=now + LEASE, done=0
        )
        if won:
            self.refresh_from_db()
        return bool(won)

    def still_mine(self, **columns: Any) -> bool:
        """Write `columns` if this run still holds the job; False when another has taken over."""
        mine = Job.objects.filter(pk=self.pk, state=JobState.RUNNING, attempt=self.attempt)
        return bool(mine.order_by().update(**columns))
