"""Ask for a file, make it, make it again, throw it away when its days are over."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from foundation import clock
from foundation.audit.services import record
from foundation.jobs.models import LEASE, Job, JobState
from foundation.notifications.services import Letter, tell
from foundation.uploads import new_file
from foundation.verdict import Conflict, Verdict, allowed, not_now

log = logging.getLogger(__name__)

FOLDER = "jobs"
MOST_UNFINISHED = 5
MOST_ATTEMPTS = 3
WORTH_A_LETTER = timedelta(seconds=20)
_STEP = timedelta(milliseconds=500)


class Superseded(Exception):
    """Another run has taken this job over: this one stops and leaves nothing behind."""


@dataclass(slots=True)
class Task:
    """What a kind works with. It must report its steps: silence for two minutes means death."""

    job: Job
    file: IO[bytes]
    _written_at: Any = field(default=None, init=False)

    @property
    def owner(self) -> Any:
        return self.job.owner

    @property
    def facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = self.job.facts
        return facts

    def step(self, done: int, total: int) -> None:
        now = clock.wall_now()
        if self._written_at and now - self._written_at < _STEP and done < total:
            return
        self._written_at = now
        if not self.job.still_mine(done=done, total=total, lease_until=now + LEASE):
            raise Superseded


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of file is made. `may` is asked before, at the work, and at each download.

    `make` writes into `task.file` and starts from what `task.owner` may see; it returns what the
    audit shall remember. A `Conflict` it raises is told to the owner in its own words.
    """

    may: Callable[[Any, dict[str, Any]], Verdict]
    make: Callable[[Task], dict[str, Any]]
    content_type: str


# Apps above register their kinds when the program starts.
KINDS: dict[str, Kind] = {}
# What decides which rows a person sees, in words; the layer that knows puts itself here.
STANDING: list[Callable[[Any], str]] = []


def standing_of(user: Any) -> str:
    return "".join(words(user) for words in STANDING)[:64]


@transaction.atomic
def start(kind: str, *, by: Any, filename: str, **facts: Any) -> Job:
    """The job of this person with these facts: the one under way, if there is one."""
    KINDS[kind].may(by, facts).require()
    unfinished = list(Job.objects.visible_to(by).unfinished())
    same = next((job for job in unfinished if (job.kind, job.facts) == (kind, facts)), None)
    if same:
        return same
    if len(unfinished) >= MOST_UNFINISHED:
        raise Conflict(f"您有 {len(unfinished)} 份文件正在生成，请等其中一份完成后再试。")
    now = clock.now()
    until = now + timedelta(days=settings.JOB_DAYS)
    job = Job.objects.create(
        owner=by, kind=kind, filename=filename, facts=facts, created_at=now, expires_at=until
    )
    transaction.on_commit(lambda: _queue(job))
    return job


def may_download(user: Any, job: Job) -> Verdict:
    """A file holds what its owner could see when it was made: an appointment may have ended since,
    or another begun."""
    verdict = KINDS[job.kind].may(user, job.facts)
    if not verdict:
        return verdict
    if job.state != JobState.DONE:
        return not_now("文件还没有生成。")
    if job.standing != standing_of(user):
        return not_now("文件生成之后，您的任职有了变化。请回到原来的页面重新生成。")
    return verdict


def may_restart(user: Any, job: Job) -> Verdict:
    if job.state == JobState.FAILED or job.is_stuck:
        return allowed()
    return not_now("这份文件已完成，或者正在生成。")


@transaction.atomic
def restart(job: Job, *, by: Any) -> None:
    job = Job.objects.select_for_update().get(pk=job.pk)
    may_restart(by, job).require()
    job.state, job.problem, job.attempt = JobState.WAITING, "", job.attempt + 1
    job.done, job.queued_at = 0, clock.wall_now()
    job.save(update_fields=["state", "problem", "attempt", "done", "queued_at"])
    transaction.on_commit(lambda: _queue(job))


def _queue(job: Job) -> None:
    """Only a hint: when the broker is down or loses it, the tick asks again."""
    from foundation.jobs.tasks import run as task

    try:
        task.apply_async([job.pk], retry=False)
    except Exception as error:  # The broker may fail in any way; the row stands.
        log.warning("job %s not queued: %s", job.pk, type(error).__name__)


def run(job: Job) -> bool:
    """Make the file. May run twice: only who claims the row works, and only once to the end."""
    began = clock.wall_now()
    if not job.claim():
        return False
    try:
        _make(job)
    except Superseded:
        return False
    except (Conflict, PermissionDenied) as refusal:
        _fail(job, str(refusal))
    except Exception:  # Told to the owner in general words; the log has the rest.
        log.exception("job %s (%s)", job.pk, job.kind)
        _fail(job, "生成时出现问题，没有生成文件。请重新生成；仍不成功的，请联系管理员。")
    else:
        if clock.wall_now() - began > WORTH_A_LETTER:
            _tell(job)
        return True
    return False


def _make(job: Job) -> None:
    kind = KINDS[job.kind]
    kind.may(job.owner, job.facts).require()
    standing = standing_of(job.owner)  # Before the first row is read.
    extension = job.filename.rpartition(".")[2]
    with new_file(FOLDER, extension) as (name, file):
        task = Task(job, file)
        detail = kind.make(task)
        size = file.tell()
    try:
        _finish(job, name, size, standing, detail)
    except BaseException:
        default_storage.delete(name)
        raise


@transaction.atomic
def _finish(job: Job, name: str, size: int, standing: str, detail: dict[str, Any]) -> None:
    done = {"state": JobState.DONE, "stored": name, "size": size, "standing": standing}
    if not job.still_mine(**done, lease_until=None):
        raise Superseded
    record("export", by=job.owner, obj=job, size=size, **detail)


def _fail(job: Job, problem: str) -> None:
    job.still_mine(state=JobState.FAILED, problem=problem[:300], lease_until=None)


def _tell(job: Job) -> None:
    until = timezone.localtime(job.expires_at)
    text = f"“{job}”已生成，保存到{until.month}月{until.day}日，请及时下载。"
    link = reverse("jobs:job", args=[job.pk])
    letter = Letter(job.owner_id, f"job:{job.pk}:{job.attempt}", "文件已生成", text, link)
    with transaction.atomic():
        tell([letter])


def resume() -> int:
    """Queue again what a dead worker or a lost message left; how many.

    A job that has killed several workers is given up: it would kill the next one too.
    """
    now = clock.wall_now()
    resumed = 0
    for job in Job.objects.forgotten(now):
        same = Job.objects.forgotten(now).filter(pk=job.pk, attempt=job.attempt).order_by()
        if job.is_stuck and job.attempt >= MOST_ATTEMPTS:
            problem = "多次中断，没有生成文件。请稍后重新生成；仍不成功的，请联系管理员。"
            same.update(state=JobState.FAILED, problem=problem, lease_until=None)
        elif same.update(queued_at=now):
            _queue(job)
            resumed += 1
    return resumed


def sweep() -> int:
    """Rows and files whose days are over, and files that no row names; how many rows."""
    expired = list(Job.objects.expired().exclude(state=JobState.RUNNING))
    for job in expired:
        job.delete()
        if job.stored:
            default_storage.delete(job.stored)
    _sweep_strays()
    return len(expired)


def _sweep_strays() -> None:
    """What a killed worker left: older than a day, so that nobody is still writing it."""
    if not default_storage.exists(FOLDER):
        return
    named = set(Job.objects.exclude(stored="").values_list("stored", flat=True))
    day_ago = clock.wall_now() - timedelta(days=1)
    for file in default_storage.listdir(FOLDER)[1]:
        name = f"{FOLDER}/{file}"
        if name not in named and default_storage.get_modified_time(name) < day_ago:
            default_storage.delete(name)
