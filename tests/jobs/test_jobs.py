import os
import subprocess
import sys
import textwrap
import time
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.core.files.storage import default_storage
from django.urls import reverse

from foundation import clock
from foundation.audit.models import AuditEvent
from foundation.jobs import services
from foundation.jobs.models import Job, JobState
from foundation.outbox.models import Message
from foundation.verdict import Conflict, allowed, denied
from schools.models import Role
from tests.factories.people import AppointmentFactory, UserFactory
from tests.factories.schools import AreaCommitteeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def owner():
    return UserFactory()


@pytest.fixture
def kind(monkeypatch):
    """Replace what the kind "list" does: `kind(make)` or `kind(may=…)`."""

    def register(make=write_list, may=lambda user, facts: allowed()):
        monkeypatch.setitem(services.KINDS, "list", services.Kind(may, make, "text/plain"))

    register()
    return register


def write_list(task):
    task.step(1, 2)
    task.file.write(b"one, two")
    task.step(2, 2)
    return {"rows": 2}


def files(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def ask(owner, **facts):
    return services.start("list", by=owner, filename="名单.txt", **facts)


def made(owner, **facts):
    job = ask(owner, **facts)
    services.run(job)
    job.refresh_from_db()
    return job


def page(client, job):
    return client.get(reverse("jobs:job", args=[job.pk]))


def test_asking_queues_the_work_after_the_commit(owner, kind, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        job = ask(owner)
        assert not default_storage.exists("jobs")

    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.size) == (JobState.DONE, 2, 2, 8)


def test_owner_downloads_what_was_made(client, owner, kind):
    job = made(owner)
    client.force_login(owner)

    response = client.get(reverse("jobs:file", args=[job.pk]))

    assert b"".join(response) == b"one, two"
    assert response["Content-Disposition"].startswith("attachment")
    audited = AuditEvent.objects.filter(object_type="jobs.job").order_by("number")
    assert list(audited.values_list("action", "object_name")) == [
        ("export", "名单.txt"),
        ("download", "名单.txt"),
    ]


def test_nobody_else_sees_it(client, owner, kind):
    job = made(owner)
    client.force_login(UserFactory())

    statuses = [
        page(client, job).status_code,
        client.get(reverse("jobs:file", args=[job.pk])).status_code,
        client.post(reverse("jobs:restart", args=[job.pk])).status_code,
    ]

    assert statuses == [404, 404, 404]
    assert list(client.get(reverse("jobs:jobs")).context["page"]) == []


def test_a_right_that_ended_closes_the_file(client, owner, kind):
    job = made(owner)
    kind(may=lambda user, facts: denied("任职已结束。"))
    client.force_login(owner)

    assert client.get(reverse("jobs:file", args=[job.pk])).status_code == 403


def test_another_standing_closes_the_file(client, owner, kind):
    """What is in it was chosen by the appointments of then."""
    area = AreaCommitteeFactory()
    post = AppointmentFactory(user=owner, role=Role.DISTRICT, organisation=area)
    job = made(owner)
    url = reverse("jobs:file", args=[job.pk])
    client.force_login(owner)
    assert client.get(url).status_code == 200

    AppointmentFactory(user=owner, role=Role.DISTRICT, organisation=AreaCommitteeFactory())
    post.delete()
    response = client.get(url)

    assert response.status_code == 409
    assert "任职有了变化" in response.content.decode()
    again = made(owner)
    assert client.get(reverse("jobs:file", args=[again.pk])).status_code == 200


def test_a_right_that_ended_while_it_waited_leaves_no_file(owner, kind, media):
    job = ask(owner)
    kind(may=lambda user, facts: denied("任职已结束。"))

    services.run(job)

    job.refresh_from_db()
    assert (job.state, job.problem) == (JobState.FAILED, "任职已结束。")
    assert files(media) == []


def test_asking_twice_is_asking_once(owner, kind):
    assert ask(owner, batch=1) == ask(owner, batch=1) != ask(owner, batch=2)


def test_nobody_fills_the_queue_alone(owner, kind):
    for number in range(services.MOST_UNFINISHED):
        ask(owner, number=number)

    with pytest.raises(Conflict, match="正在生成"):
        ask(owner, number="one more")
    ask(UserFactory())


def test_page_asks_again_until_there_is_a_file(client, owner, kind):
    job = ask(owner)
    client.force_login(owner)

    waiting = page(client, job).content.decode()
    services.run(job)
    ready = page(client, job).content.decode()

    assert 'hx-trigger="every 1s"' in waiting
    assert 'hx-trigger="every 1s"' not in ready
    assert reverse("jobs:file", args=[job.pk]) in ready


def test_page_does_not_ask_for_ever(client, owner, kind):
    job = ask(owner)
    Job.objects.update(created_at=clock.now() - timedelta(minutes=16))
    client.force_login(owner)

    words = page(client, job).content.decode()

    assert "every 1s" not in words
    assert "刷新进度" in words


def test_part_of_the_page_is_the_progress_alone(client, owner, kind):
    client.force_login(owner)

    part = client.get(
        reverse("jobs:job", args=[ask(owner).pk]), headers={"HX-Request": "true"}
    ).content.decode()

    assert part.strip().startswith("<section")


def test_progress_is_written_while_it_works(owner, kind):
    seen = []

    def make(task):
        task.step(3, 10)
        seen.append(Job.objects.values_list("state", "done", "total").get())
        task.file.write(b"x")
        return {}

    kind(make)
    made(owner)

    assert seen == [("running", 3, 10)]


def test_file_before_it_is_ready_is_a_conflict(client, owner, kind):
    job = ask(owner)
    client.force_login(owner)

    assert client.get(reverse("jobs:file", args=[job.pk])).status_code == 409


@pytest.mark.parametrize(
    ("error", "words"),
    [(Conflict("名单为空。"), "名单为空。"), (RuntimeError("secret"), "生成时出现问题")],
)
def test_a_failure_leaves_no_file_and_can_be_tried_again(client, owner, kind, media, error, words):
    def fail(task):
        task.file.write(b"half")
        raise error

    kind(fail)
    job = made(owner)
    assert (job.state, words in job.problem) == (JobState.FAILED, True)
    assert files(media) == []

    kind()
    client.force_login(owner)
    client.post(reverse("jobs:restart", args=[job.pk]))
    job.refresh_from_db()
    services.run(job)

    job.refresh_from_db()
    assert job.state == JobState.DONE


def test_only_what_failed_or_stands_still_is_restarted(client, owner, kind):
    client.force_login(owner)

    for job in (ask(owner, a=1), made(owner, a=2)):
        assert client.post(reverse("jobs:restart", args=[job.pk])).status_code == 409


def test_a_killed_process_leaves_no_half_made_file(media):
    """Killed in the middle of its writing, as `kill -9` would."""
    code = f"""
        import os, django
        from django.conf import settings
        settings.configure(MEDIA_ROOT={str(media)!r})
        from foundation.uploads.storing import new_file
        with new_file("jobs", "xlsx") as (name, file):
            file.write(b"half")
            file.flush()
            os._exit(9)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], cwd=django_settings.BASE_DIR, check=False
    )

    assert done.returncode == 9
    assert [name.rpartition(".")[2] for name in files(media)] == ["part"]


def left_by_a_dead_worker(owner, **facts):
    job = ask(owner, **facts)
    assert job.claim()
    past = clock.wall_now() - timedelta(hours=1)
    Job.objects.filter(pk=job.pk).update(lease_until=past, queued_at=past)
    job.refresh_from_db()
    return job


def test_what_a_dead_worker_left_is_said_and_restarted_by_its_owner(client, owner, kind):
    job = left_by_a_dead_worker(owner)
    client.force_login(owner)
    assert "已中断" in page(client, job).content.decode()

    response = client.post(reverse("jobs:restart", args=[job.pk]))
    services.run(Job.objects.get())

    assert response.url == reverse("jobs:job", args=[job.pk])
    assert Job.objects.get().state == JobState.DONE


def test_a_worker_taken_for_dead_writes_nothing_more(owner, kind, media):
    """The first run stalls, a second takes over and ends; the first then leaves nothing behind."""

    def slow(task):
        task.file.write(b"late")
        Job.objects.update(lease_until=clock.wall_now() - timedelta(minutes=1))
        kind()
        assert services.run(Job.objects.get())
        return {}

    kind(slow)
    job = ask(owner)

    assert services.run(job) is False
    job.refresh_from_db()
    assert default_storage.open(job.stored).read() == b"one, two"
    assert len(files(media)) == 1
    assert AuditEvent.objects.filter(action="export").count() == 1


def test_a_worker_taken_for_dead_stops_at_its_next_step(owner, kind, media):
    def slow(task):
        Job.objects.update(attempt=7)
        task.step(1, 2)
        raise AssertionError("went on")

    kind(slow)

    assert services.run(ask(owner)) is False
    assert (Job.objects.get().state, files(media)) == (JobState.RUNNING, [])


def test_two_workers_do_not_share_a_job(owner, kind):
    job = ask(owner)
    other = Job.objects.get(pk=job.pk)

    assert [job.claim(), other.claim()] == [True, False]


def test_the_tick_queues_what_was_left_or_lost(owner, kind):
    dead = left_by_a_dead_worker(owner, a=1)
    lost = ask(owner, a=2)
    Job.objects.filter(pk=lost.pk).update(queued_at=clock.wall_now() - timedelta(hours=1))
    ask(owner, a=3)  # Just queued: its worker may be on its way.

    assert services.resume() == 2
    states = dict(Job.objects.values_list("pk", "state"))
    assert (states[dead.pk], states[lost.pk]) == ("done", "done")
    assert list(states.values()).count("waiting") == 1


def test_a_job_that_kills_its_workers_is_given_up(owner, kind):
    job = left_by_a_dead_worker(owner)
    Job.objects.filter(pk=job.pk).update(attempt=services.MOST_ATTEMPTS)

    services.resume()

    job.refresh_from_db()
    assert (job.state, "多次中断" in job.problem) == (JobState.FAILED, True)


def test_a_long_one_is_announced(owner, kind, monkeypatch):
    monkeypatch.setattr(services, "WORTH_A_LETTER", timedelta(0))

    job = made(owner)

    letter = Message.objects.get(kind="inbox")
    assert letter.payload["link"] == reverse("jobs:job", args=[job.pk])


def test_the_sweep_removes_what_is_over_and_what_nobody_names(owner, kind, media):
    old, fresh = made(owner, a=1), made(owner, a=2)
    Job.objects.filter(pk=old.pk).update(expires_at=clock.now() - timedelta(seconds=1))
    for name, age in (("killed.part", timedelta(days=2)), ("growing.part", timedelta(0))):
        stray = media / "jobs" / name
        stray.write_bytes(b"half")
        then = time.time() - age.total_seconds()
        os.utime(stray, (then, then))

    assert services.sweep() == 1

    assert list(Job.objects.all()) == [fresh]
    assert files(media) == sorted([fresh.stored.removeprefix("jobs/"), "growing.part"])


def test_a_file_is_kept_for_the_days_of_the_setting(owner, kind, settings):
    settings.JOB_DAYS = 3

    job = ask(owner)

    assert (job.expires_at - job.created_at).days == 3


def test_the_list_counts_its_queries_once(client, owner, kind, django_assert_max_num_queries):
    client.force_login(owner)
    client.get(reverse("jobs:jobs"))
    for number in range(3):
        ask(owner, number=number)

    with django_assert_max_num_queries(7):
        assert len(client.get(reverse("jobs:jobs")).context["page"]) == 3
