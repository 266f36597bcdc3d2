"""The demo looks like a real bureau, fits any day, and says nothing untrue of a real school."""

import re

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from brands.models import (
    Batch,
    BatchStatus,
    Honour,
    Objection,
    ObjectionStatus,
    Project,
    ProjectStatus,
)
from checkups.models import Checkup, Rectification
from config.checks import no_demo_people
from config.management.commands import start
from foundation import clock
from foundation.accounts.models import User
from foundation.audit.services import faults
from foundation.workflow.models import Event
from reviews.models import Entry
from schools.models import School

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings):
    settings.DEMO = True
    return lambda: call_command("demo", verbosity=0)


ON_SQLITE = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="a day of the demo is asked on SQLite, where it is shown"
)


@ON_SQLITE
@pytest.mark.parametrize("day", ["2026-11-23 10:00", "2027-01-02 10:00", "2026-06-30 10:00"])
def test_the_demo_fits_the_day(demo, at, day):
    at(day)

    demo()

    assert School.objects.filter(is_fictional=False).count() == 73
    statuses = set(Project.objects.values_list("status", flat=True))
    assert {S.NAMED, S.IN_REVIEW, S.DRAFT, S.RETURNED, S.IN_PROGRESS, S.PRECHECK} <= statuses
    assert set(Project.objects.values_list("batch__status", flat=True)) == {
        BatchStatus.OPEN,
        BatchStatus.CLOSED,
    }
    filed = Checkup.objects.exclude(submitted_at=None).count()
    assert 0 < filed < Checkup.objects.count()
    assert list(faults()) == []


@ON_SQLITE
@pytest.mark.parametrize("day", ["2026-10-12 08:10", "2026-10-20 12:30", "2026-12-20 00:05"])
def test_a_demo_made_within_a_filing_window_holds_nothing_of_the_future(demo, at, day):
    at(day)

    demo()

    now = clock.now()
    events = [model for model in apps.get_models() if issubclass(model, Event)]
    assert len(events) > 5
    assert {
        m.__name__: found for m in events if (found := m.objects.filter(at__gt=now).count())
    } == {}
    assert not Checkup.objects.filter(submitted_at__gt=now).exists()
    assert not Project.objects.filter(submitted_at__gt=now).exists()


def test_the_seed_has_its_finished_batches_and_the_organ_committees_brands(demo, at):
    at("2026-11-23 10:00")
    demo()

    seeds = Honour.objects.filter(is_example=True).exclude(school__is_fictional=True)
    assert seeds.count() == 5
    assert seeds.filter(organisation__kind="organ_committee").count() == 3
    for honour in seeds.exclude(batch_number=None):
        batch = Batch.objects.get(year=honour.year, number=honour.batch_number)
        assert (batch.status, batch.projects.count()) == (BatchStatus.CLOSED, 0)
    assert list(seeds.exclude(named_on=None).values_list("year", flat=True)) == [2018]


def test_nothing_invented_is_said_of_a_real_school(demo):
    demo()

    real = {"organisation__school__is_fictional": False}
    assert not Project.objects.filter(**real).exists()
    assert not Checkup.objects.filter(**real).exists()
    assert not Rectification.objects.filter(**real).exists()
    assert not Entry.objects.filter(project__organisation__school__is_fictional=False).exists()
    dismissed = Objection.objects.get()
    assert dismissed.status == ObjectionStatus.DISMISSED
    assert dismissed.project.organisation.school.is_fictional
    assert not Honour.objects.filter(school__is_fictional=False, is_example=False).exists()


def test_the_people_of_the_demo_are_marked_and_named_by_the_check(demo, settings):
    demo()
    assert not User.objects.filter(is_demo=False).exists()
    assert no_demo_people(databases=["default"]) == []

    settings.DEMO = False

    assert [found.id for found in no_demo_people(databases=["default"])] == ["yipin.W021"]
    User.objects.update(is_demo=False)
    assert no_demo_people(databases=["default"]) == []


def test_the_demo_fills_an_empty_database_only(demo):
    demo()

    with pytest.raises(CommandError, match="not empty"):
        demo()


def test_there_is_no_demo_in_production():
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("demo")


S = ProjectStatus


def test_start_tells_the_address_the_accounts_and_where_mail_lies(demo, settings, tmp_path, capsys):
    settings.VAR_DIR, settings.EMAIL_HOST = tmp_path, ""
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    demo()

    start.Command()._announce(8123)

    told = capsys.readouterr().out
    assert "http://127.0.0.1:8123" in told
    assert str(tmp_path / "mail") in told
    for username in ("clerk", "leader", "expert1", "sysadmin"):
        assert re.search(rf"^ +{username} ", told, re.M)
    password = re.search(r"密码均为 (\S+?)）", told)
    assert User.objects.get(username="clerk").check_password(password[1])
