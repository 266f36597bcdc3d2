"""What the programmes of the bureau's own put into the quarterly check."""

from datetime import date

import pytest

from brands.models import Honour, Milestone, Programme
from checkups import prefill
from checkups.models import Cycle
from tests.factories.brands import BatchFactory, ProjectFactory
from tests.factories.schools import SchoolFactory, UnitFactory

pytestmark = pytest.mark.django_db
CYCLE = Cycle(year=2027, quarter=1)


@pytest.fixture
def unit():
    return UnitFactory(school=SchoolFactory())


def programme(**facts):
    key = facts.setdefault("key", "leading")
    return Programme.objects.create(
        name=key, number_code=key[:6], honour_code=key[:6], applicant="unit", **facts
    )


def project_of(unit, kind, status):
    facts = {"track": kind.track, "noun": kind.noun, "applicant": kind.applicant}
    batch = BatchFactory(programme_id=kind.pk, status="open", **facts)
    return ProjectFactory(batch=batch, organisation=unit, status=status)


def due(project, done_on=None):
    Milestone.objects.create(
        project=project, title="调研", owner="甲", due_on=date(2027, 3, 1), done_on=done_on
    )


def suggested(key, unit):
    return prefill.SOURCES[key](unit, CYCLE)


def test_milestones_count_whatever_the_programme_is_called(unit):
    own = programme(track="establishing", noun="攻坚项目")
    due(project_of(unit, own, "in_progress"), done_on=date(2027, 2, 1))
    secretary = Programme.objects.get(pk=Programme.SECRETARY_PROJECT)
    due(project_of(unit, secretary, "in_progress"))
    found = suggested("milestones", unit)
    assert found.values == {"rate": 50}
    assert found.source == "书记项目、攻坚项目节点：到期2项，完成1项"


def test_without_any_it_does_not_apply(unit):
    reason = suggested("milestones", unit).values["reason"]
    assert reason == "本季度没有到期的项目节点"
    assert suggested("brand", unit).values["not_applicable"]


def test_a_brand_of_another_programme_is_cultivated_too(unit):
    project = project_of(unit, programme(track="naming", noun="领航项目"), "named")
    due(project, done_on=date(2027, 2, 1))
    assert suggested("brand", unit).source == "领航项目培育任务：到期1项，完成1项"


@pytest.mark.parametrize(("applicant", "applies"), [("unit", True), ("person", False)])
def test_what_a_person_was_named_is_no_brand(unit, applicant, applies):
    kind = programme(track="naming", key="xf")
    Programme.objects.filter(pk=kind.pk).update(applicant=applicant)
    Honour.objects.create(
        number="苏XF-2025-0001", programme=kind, school=unit.school, holder="甲", brand_name="乙",
        label="成果", year=2025,
    )  # fmt: skip
    assert (suggested("brand", unit) is None) == applies
