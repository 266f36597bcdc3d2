"""Next year's batch from last year's, and the checks before it opens (F-A 9)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from brands import copying, opening
from brands.copying import copy_batch
from brands.models import Batch, BatchStage, BatchStatus, Programme
from foundation import clock
from foundation.workdays.models import CalendarDay
from foundation.workdays.services import is_workday
from reviews.models import Round, RoundStatus, Rubric
from schools.models import Role
from tests.factories.brands import BatchFactory, give_quota, open_batch
from tests.factories.people import person
from tests.factories.reviews import RoundFactory
from tests.factories.schools import AreaFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def old(unit):
    return open_batch(quotas=[(unit.area, 3)], year=2026, number=4, title="2026年第四批申报")


def test_copy_takes_the_rules_and_the_rounds_and_leaves_the_paper(old, bureau):
    round = RoundFactory(batch=old, status=RoundStatus.FROZEN, per_entry=7, draw_seed=5)
    newest = Rubric.objects.create(code=round.rubric.code, version=9, title="新版")

    new = copy_batch(old, by=bureau, via=None)

    assert (new.status, new.year, new.number) == (BatchStatus.DRAFT, 2027, 4)
    assert new.title == "2027年第四批申报"
    assert new.source_document == ""
    assert new.form is None
    windows = {row.stage: row for row in new.stages.all()}
    for row in old.stages.all():
        moved = windows[row.stage].closes_at - row.closes_at
        assert timedelta(days=364) <= moved <= timedelta(days=364 + 12)
        assert is_workday(timezone.localdate(windows[row.stage].closes_at))
    assert [quota.places for quota in new.quotas.all()] == [3]
    copied = Round.objects.get(batch=new)
    assert (copied.status, copied.rubric, copied.per_entry) == (RoundStatus.DRAFT, newest, 7)
    assert copied.draw_seed is None


def test_a_day_that_falls_on_a_holiday_moves_to_the_next_working_day(unit, bureau, at):
    at("2026-03-02 09:00")
    for day, kind in [(3, "rest"), (4, "rest"), (5, "rest"), (6, "work")]:
        CalendarDay.objects.create(date=date(2027, 4, day), kind=kind)
    old = BatchFactory(year=2026)
    stages = {"apply": ((4, 1), (4, 6)), "check": ((4, 7), (4, 8))}
    for stage, ((month, first), (_, last)) in stages.items():
        BatchStage.objects.create(
            batch=old,
            stage=stage,
            opens_at=clock.start_of(date(2026, month, first)),
            closes_at=clock.end_of(date(2026, month, last)),
        )
    round = RoundFactory(batch=old, scoring="median", avoid_area=True)
    Round.objects.filter(pk=round.pk).update(
        opens_at=clock.start_of(date(2026, 4, 1)), closes_at=clock.end_of(date(2026, 4, 5))
    )

    new = copy_batch(old, by=bureau, via=None)

    days = {
        row.stage: (timezone.localdate(row.opens_at), timezone.localdate(row.closes_at))
        for row in new.stages.all()
    }
    # 1 April 2026 is a Wednesday, 52 weeks later 31 March; 6 April → Monday, 5 April, a holiday.
    assert days["apply"] == (date(2027, 3, 31), date(2027, 4, 6))
    assert days["check"] == (date(2027, 4, 6), date(2027, 4, 7))
    copied = Round.objects.get(batch=new)
    assert (copied.scoring, copied.avoid_area) == ("median", True)
    assert copied.closes_at == clock.end_of(date(2027, 4, 6))


# What a batch lives through; all else of it is a rule, and comes along.
LIVED = {
    "projects",
    "events",
    "publicities",
    "extensions",
    "transfers",
    "number_counters",
    "rounds",
}


def test_copy_forgets_no_rule(old, bureau):
    """A new field or a new kind of row of a batch is copied, or named here or in `copying`."""
    old.allotments.create(places=5)
    old.allotments.create(places=2, kind="kindergarten")

    new = copy_batch(old, by=bureau, via=None)

    own = {*copying._OWN, *copying._OWN_PAPER, *copying._OWN_RULES}
    fields = [f.name for f in Batch._meta.concrete_fields if f.name not in own]
    assert {name: getattr(new, name) for name in fields} == {n: getattr(old, n) for n in fields}
    children = [r.get_accessor_name() for r in Batch._meta.related_objects if r.related_name != "+"]
    rules = [name for name in children if name not in LIVED]
    assert {"stages", "quotas", "allotments"} <= set(rules)
    assert {name: getattr(new, name).count() for name in rules} == {
        name: getattr(old, name).count() for name in rules
    }


def test_a_second_copy_takes_the_next_number(old, bureau):
    numbers = [copy_batch(old, by=bureau, via=None).number for _ in range(3)]
    assert numbers == [4, 5, 6]


def test_only_staff_copy(client, old, root, bureau, secretary):
    url = reverse("brands:batch-copy", args=[old.pk])
    for user, status in [(secretary, 403), (person(Role.LEADER, root), 403), (bureau, 302)]:
        client.force_login(user)
        assert client.post(url).status_code == status
    assert Batch.objects.count() == 2


def test_a_copy_does_not_open_before_it_has_its_paper(old, bureau):
    new = copy_batch(old, by=bureau, via=None)
    assert any("文号" in reason for reason in opening.reasons(new))


def test_quotas_must_add_up_to_the_notice(unit):
    batch = BatchFactory(quota_total=5)
    give_quota(batch, unit.area, 3)
    assert any("相加为3，与名额合计5不符" in reason for reason in opening.reasons(batch))
    give_quota(batch, AreaFactory(), 2)
    batch = Batch.objects.get(pk=batch.pk)
    assert not any("名额" in reason for reason in opening.reasons(batch))


def test_a_second_round_in_one_year_is_warned_of_not_blocked():
    first = BatchFactory(year=2026)
    second = BatchFactory(year=2026)
    BatchFactory(year=2025)
    BatchFactory(year=2026, programme_id=Programme.SECRETARY_PROJECT)
    assert len(opening.warnings(second)) == 1
    assert first.title in opening.warnings(second)[0]


def test_another_programme_for_the_same_applicants_is_warned_of():
    """F-A 9, whoever thinks a second programme for the same schools up."""
    other = Programme.objects.create(
        key="p1", name="党建示范校", track="naming", applicant="unit", number_code="SF"
    )
    first, second = BatchFactory(year=2026), BatchFactory(year=2026, programme_id=other.pk)
    BatchFactory(year=2026, programme_id=Programme.SECRETARY_PROJECT)
    (warning,) = opening.warnings(second)
    assert first.title in warning
    assert "同一类对象（学校（单位）党组织）" in warning
