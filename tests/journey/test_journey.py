"""The whole main job with real processes and a real browser, from the sheet to the honour page."""

import os
from pathlib import Path

import psycopg2
import pytest

from tests.journey.brand import Brand
from tests.journey.checkup import check_is_filed, document_is_named
from tests.journey.secretary_project import SecretaryProject
from tests.journey.stack import Stack
from tests.journey.starting import people_and_schools
from tests.journey.walk import Walk

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.timeout(1800)]
SHEET = Path(__file__).parent.parent / "data" / "schools-2026.xlsx"


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
    story = Walk(stack, browser)
    people_and_schools(story, SHEET)
    document_is_named(story)
    brand = Brand(story)
    brand.batch_opens()
    brand.schools_apply()
    brand.district_recommends()
    brand.bureau_checks()
    check_is_filed(story)
    brand.experts_score()
    brand.list_is_decided()
    brand.list_is_published()
    brand.brands_are_named()
    project = SecretaryProject(story)
    project.school_applies()
    project.bureau_prechecks()
    project.experts_score()
    project.leader_establishes()
    project.milestones_are_planned()
    project.milestones_are_reported()
    project.school_asks_for_closing()
    project.experts_judge_the_closing()
    project.leader_closes()
    assert story.faults() == []


@pytest.mark.skipif(
    "TEST_DATABASE_URL" in os.environ, reason="brings its own database: walked by the run on SQLite"
)
def test_the_whole_path_on_sqlite(tmp_path, browser):
    with Stack(tmp_path) as stack:
        walk(stack, browser)


@pytest.mark.postgres
@pytest.mark.redis
def test_the_whole_path_on_postgresql_and_redis(tmp_path, browser, scratch_database, redis_url):
    with Stack(tmp_path, database_url=scratch_database, redis_url=redis_url) as stack:
        walk(stack, browser)
