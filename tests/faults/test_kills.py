"""T6a, T6b: processes are killed where they stand, and nothing is lost, torn, half-made or told twice."""

import contextlib
import http.client
import json
import os
import random
import signal
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import openpyxl
import psycopg2
import pytest

from tests.conftest import REQUIRE_ALL
from tests.depth import sized
from tests.journey.stack import Stack

TOKEN = "t" * 32
WHOLE = {"drafts": [], "torn": [], "gaps": False, "faults": []}
pytestmark = [pytest.mark.processes, pytest.mark.timeout(1800)]
# A tenth takes a minute, so it is left to .ci/run.
SMALL = pytest.mark.skipif(
    not REQUIRE_ALL, reason="a tenth runs in .ci/run, the whole in make soak"
)
FOUND = [pytest.mark.postgres, pytest.mark.redis]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=FOUND)])
def stack(request, tmp_path):
    """The product's processes, the web by three workers that are forked ready."""
    with contextlib.ExitStack() as leaving:
        urls = {}
        if request.param == "postgresql":
            urls["database_url"] = leaving.enter_context(empty_database())
            urls["redis_url"] = request.getfixturevalue("redis_url")
        made = Stack(tmp_path, **urls)
        made.env["GUNICORN_CMD_ARGS"] = "--preload --workers 3"
        yield leaving.enter_context(made)


@contextlib.contextmanager
def empty_database():
    """Beside the given one, dropped after."""
    url = os.environ["TEST_DATABASE_URL"]
    base, name = url.rsplit("/", 1)
    own = f"{name.split('?')[0]}_kills_{os.getpid()}"
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {own}")
        yield f"{base}/{own}"
        cursor.execute(f"DROP DATABASE {own} WITH (FORCE)")
    connection.close()


def inside(stack, call):
    """What a function of `tests.faults.inside` says."""
    said = stack.manage("shell", "-v0", "-c", f"from tests.faults import inside; inside.{call}")
    return json.loads(said.rsplit("\n", 1)[-1])


def process(stack, word):
    return next(child for child in stack.children if word in " ".join(child.args))


@sized("count", tenth=150, full=1500, small=SMALL)
def test_killed_web_workers_tear_no_submission(stack, count, record_property):
    drafts = inside(stack, f"projects({count})")
    gunicorn, over, kills = process(stack, "gunicorn").pid, threading.Event(), []

    def kill():
        children = Path(f"/proc/{gunicorn}/task/{gunicorn}/children")
        while not over.wait(0.4):
            with contextlib.suppress(ProcessLookupError, IndexError):
                os.kill(int(random.choice(children.read_text().split())), signal.SIGKILL)
                kills.append(1)

    killer = threading.Thread(target=kill)
    killer.start()
    with ThreadPoolExecutor(8) as pool:
        twice = [draft for draft in drafts for _ in range(2)]
        answers = list(pool.map(lambda draft: submit(stack, *draft), twice))
    over.set()
    killer.join()

    after = inside(stack, "submissions()")
    acknowledged = {key for (key, _), answer in zip(twice, answers, strict=True) if answer == 302}
    record_property("kills", len(kills))
    record_property("answers", dict(Counter(map(str, answers))))
    record_property("arrived unanswered", count - len(after["drafts"]) - len(acknowledged))
    assert kills
    assert set(answers) <= {302, 409, None}
    assert not acknowledged & set(after["drafts"])
    assert after == WHOLE | {"drafts": after["drafts"]}

    # Whoever got no answer asks again: done now, or 409 because it had arrived.
    stack.wait_for(stack.answers, "the site to answer")
    assert {submit(stack, *draft) for draft in drafts if draft[0] not in acknowledged} <= {302, 409}
    assert inside(stack, "submissions()") == WHOLE


def submit(stack, key, session):
    """Press the button: the status of the answer, None where none came."""
    body = urlencode({"csrfmiddlewaretoken": TOKEN, "version": 0})
    cookies = f"sessionid={session}; csrftoken={TOKEN}"
    headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
    connection = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=60)
    try:
        connection.request("POST", f"/brands/projects/{key}/move/submit/", body, headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


@sized("count", tenth=200, full=2000, small=SMALL)
def test_killed_task_workers_lose_no_reminder(stack, count, record_property):
    stack.sink.pause = 0.05  # Slow, so that kills fall into sending.
    inside(stack, f"letters({count})")
    kills = 0

    while left := waiting(stack):
        kill_and_restart(stack, process(stack, "worker"))
        kills += 1
        stack.wait_for(lambda left=left: waiting(stack) < left, "the new worker to get on", 150)
        time.sleep(random.uniform(0, 2))
    while set(inside(stack, "post()")["states"]) != {"done"}:
        inside(stack, "lapse()")
        time.sleep(3)

    mails = Counter(recipient for recipient, _ in stack.sink.mails)
    twice = sum(mails.values()) - len(mails)
    record_property("kills", kills)
    record_property("mails twice", twice)
    assert inside(stack, "post()") == {
        "states": {"done": 2 * count}, "notices": count, "people": count,
    }  # fmt: skip
    assert len(mails) == count
    assert twice <= kills
    assert kills


def waiting(stack):
    return inside(stack, "post()")["states"].get("new", 0)


def kill_and_restart(stack, worker):
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    stack.children.remove(worker)
    stack.run(worker.args)


@sized("count", tenth=2_000, full=10_000, small=SMALL)
def test_a_killed_task_worker_leaves_no_half_made_export(stack, count):
    worker = process(stack, "worker")
    os.killpg(worker.pid, signal.SIGSTOP)  # It is not to be done before anybody looks.
    job = inside(stack, f"export({count})")
    os.killpg(worker.pid, signal.SIGCONT)
    deadline = time.monotonic() + 120
    while not list(stack.folder.glob("*/jobs/*.part")):
        assert time.monotonic() < deadline, "nobody began to write"

    kill_and_restart(stack, worker)

    left = inside(stack, f"made({job})")
    assert left == {"state": "running", "stored": "", "exports": 0}
    assert not list(stack.folder.rglob("jobs/*.xlsx"))

    inside(stack, f"minutes_pass({job})")
    stack.wait_for(lambda: inside(stack, f"made({job})")["state"] == "done", "the export", 150)
    after = inside(stack, f"made({job})")
    (whole,) = stack.folder.rglob("jobs/*.xlsx")
    assert after["stored"].endswith(whole.name)
    assert after["exports"] == 1
    book = openpyxl.load_workbook(whole, read_only=True)
    assert sum(1 for _ in book.active.rows) > count
    book.close()
