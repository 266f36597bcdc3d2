"""The whole main job with real processes and a real browser, from the sheet to the honour page."""

import os
from pathlib import Path

import psycopg2
import pytest
from playwright.sync_api import sync_playwright

from tests.conftest import CHROMIUM
from tests.journey.stack import Stack
from tests.journey.walk import Walk

SWITCHES = [
    "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--no-first-run", "--disable-dev-shm-usage", "--disable-sync", "--disable-quic",
]  # fmt: skip
pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.timeout(900)]
SHEET = Path(__file__).parent.parent / "data" / "schools-2026.xlsx"


@pytest.fixture
def browser():
    with sync_playwright() as playwright:
        root = ["--no-sandbox"] if os.geteuid() == 0 else []
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=[*SWITCHES, *root])
        yield found
        found.close()


@pytest.fixture
def scratch_database():
    """An empty database of its own beside the given one, dropped after."""
    url = os.environ["TEST_DATABASE_URL"]
    base, name = url.rsplit("/", 1)
    own = f"{name.split('?')[0]}_journey_{os.getpid()}"
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {own}")
    yield f"{base}/{own}"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {own} WITH (FORCE)")
    connection.close()


def walk(stack: Stack, browser) -> None:
    journey = Walk(stack, browser)
    journey.people_and_schools(SHEET)
    journey.batch_opens()
    journey.school_applies()
    journey.district_recommends()
    journey.bureau_checks()
    journey.check_is_filed()
    journey.experts_score()
    journey.decided_published_named()
    assert journey.faults() == []


def test_the_whole_path_on_sqlite(tmp_path, browser):
    with Stack(tmp_path) as stack:
        walk(stack, browser)


@pytest.mark.postgres
@pytest.mark.redis
def test_the_whole_path_on_postgresql_and_redis(tmp_path, browser, scratch_database):
    redis_url = os.environ["TEST_REDIS_URL"]
    with Stack(tmp_path, database_url=scratch_database, redis_url=redis_url) as stack:
        walk(stack, browser)
