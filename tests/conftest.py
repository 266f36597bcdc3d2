"""Fixtures every test may use. Time: `at("2026-04-01 09:00")` moves the product's clock."""

import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import TestCase, TransactionTestCase
from django.utils import timezone

from foundation import clock
from tests import template

REQUIRE_ALL = bool(os.environ.get("REQUIRE_ALL"))
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
SWITCHES = [
    "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--no-first-run", "--disable-dev-shm-usage", "--disable-sync", "--disable-quic",
]  # fmt: skip
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps an event loop in the thread.


def pytest_collection_modifyitems(config: Any, items: list[Any]) -> None:
    """Leave out what lacks its means; with REQUIRE_ALL=1 nothing but the soak may be."""
    wanted = config.getoption("-m") or ""
    reasons = {
        "postgres": None if os.environ.get("TEST_DATABASE_URL") else "TEST_DATABASE_URL is not set",
        "redis": None if os.environ.get("TEST_REDIS_URL") else "TEST_REDIS_URL is not set",
        "browser": None if CHROMIUM else "no Chromium was found (set CHROMIUM to its path)",
        "soak": None if "soak" in wanted else "full size: run `make soak`",
    }
    for item in items:
        for marker, reason in reasons.items():
            if item.get_closest_marker(marker) and reason:
                if REQUIRE_ALL and marker != "soak":
                    raise pytest.UsageError(f"REQUIRE_ALL is set, but {reason}.")
                item.add_marker(pytest.mark.skip(reason=reason))
    # The longest first, so that no hand is left alone with one at the end.
    items.sort(key=lambda item: item.get_closest_marker("processes") is None)


def pytest_terminal_summary(terminalreporter: Any, config: Any) -> None:
    """What was left out and why; and the figures of a soak, for docs/verification.md."""
    skipped = terminalreporter.getreports("skipped")
    reasons = Counter(str(report.longrepr[2]).removeprefix("Skipped: ") for report in skipped)
    for reason, count in reasons.most_common():
        terminalreporter.write_line(f"{count} left out: {reason}")
    if config.getoption("-m") != "soak":
        return
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        for name, value in report.user_properties:
            terminalreporter.write_line(f"{report.nodeid.rpartition('::')[2]}: {name}: {value}")


APPEND_ONLY = (
    "audit_auditevent",
    "brands_milestonereport",
    "brands_progressfile",
    "brands_progressnote",
)


@contextmanager
def append_only_lifted() -> Iterator[None]:
    """The triggers off that keep rows as they are, for the flush after a transactional test and
    for tampering tests."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # What waits holds the tables.
            for table in APPEND_ONLY:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            yield
            for table in APPEND_ONLY:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type='trigger'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        yield
        for _, statement in triggers:
            cursor.execute(statement)


@pytest.fixture
def redis_url() -> str:
    """A Redis of this test process alone: two stacks on one broker would eat each other's ticks."""
    base, _, number = os.environ["TEST_REDIS_URL"].rpartition("/")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    return f"{base}/{(int(number) + int(worker)) % 16}"


@pytest.fixture
def browser() -> Iterator[Any]:
    """A real Chromium; for tests marked `browser`."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=30_000)  # Others may compute, too.
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=[*SWITCHES, *root])
        yield found
        found.close()


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    return True  # What stands there is the copy of the template.


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Instead of migrating for every process."""
    name = connection.creation._get_test_db_name()
    given = os.environ.get("TEST_DATABASE_URL")
    template.fill(f"{given.rpartition('/')[0]}/{name}" if given else f"sqlite:///{name}")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """After a transactional test's flush, what the migrations ship comes back."""
    with django_db_blocker.unblock():
        rows = json.loads(connection.creation.serialize_db_to_string())
    made_by_django = ("contenttypes.", "auth.")
    shipped = json.dumps([row for row in rows if not row["model"].startswith(made_by_django)])
    flush = TransactionTestCase._fixture_teardown

    def flush_and_ship(self: TransactionTestCase) -> None:
        if isinstance(self, TestCase):  # Rolled back: nothing was flushed.
            flush(self)
            return
        with append_only_lifted():
            flush(self)
        connection.creation.deserialize_db_from_string(shipped)

    TransactionTestCase._fixture_teardown = flush_and_ship  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _own_clock() -> Iterator[None]:
    """Each test begins at the machine's time and leaves no shift behind."""
    clock.reset()
    cache.clear()
    yield
    clock.reset()


@pytest.fixture
def at() -> Callable[[str], datetime]:
    """Move business time to a local time in Asia/Shanghai; it goes on running from there."""

    def move(text: str) -> datetime:
        moment = timezone.make_aware(datetime.fromisoformat(text))
        clock.move_to(moment)
        return moment

    return move
