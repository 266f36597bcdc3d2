"""Who is too near: the database and the draw must answer alike."""

from datetime import date

import pytest

from brands.models import Milestone, Programme, Project, ProjectStatus
from reviews import content
from reviews.conflicts import conflict_q, has_conflict
from reviews.models import RoundKind, Rubric
from schools.models import Appointment, OrganisationKind, Role, Tier
from tests.factories.brands import BatchFactory
from tests.factories.people import person
from tests.factories.reviews import EligibleProjectFactory, EntryFactory, RoundFactory
from tests.factories.schools import RootFactory, UnitFactory

pytestmark = pytest.mark.django_db


def _branch_of(organisation):
    return UnitFactory(
        parent=organisation,
        school=organisation.school,
        tier=Tier.BRANCH,
        kind=OrganisationKind.BRANCH,
        name="第一支部",
    )


@pytest.mark.parametrize("area", [False, True])
@pytest.mark.parametrize(
    ("where", "role", "near", "near_by_area"),
    [
        ("unit", Role.SECRETARY, True, True),
        ("unit", Role.REVIEWER, True, True),
        ("branch", Role.STAFF, True, True),
        ("branch", Role.REVIEWER, True, True),
        ("area", Role.REVIEWER, False, True),
        ("area", Role.DISTRICT, False, True),
        ("area", Role.STAFF, True, True),
        ("other", Role.SECRETARY, False, False),
        ("neighbour", Role.SECRETARY, False, True),
        ("city", Role.REVIEWER, False, False),
        ("city", Role.BUREAU, False, False),
    ],
)
def test_both_answers_agree(where, role, near, near_by_area, area):
    project = EligibleProjectFactory()
    unit = project.organisation
    places = {
        "unit": lambda: unit,
        "branch": lambda: _branch_of(unit),
        "area": lambda: unit.parent,
        "other": UnitFactory,
        "neighbour": lambda: UnitFactory(parent=unit.parent),
        "city": RootFactory,
    }
    user = person(role, places[where]())
    appointments = list(Appointment.objects.filter(user=user).select_related("organisation"))
    expected = near_by_area if area else near
    assert has_conflict(appointments, project, area=area) is expected
    q = conflict_q(appointments, area=area)
    assert Project.objects.filter(q).exists() is expected


def test_a_closing_review_shows_the_report_and_the_milestones():
    batch = BatchFactory(programme_id=Programme.SECRETARY_PROJECT)
    rubric = Rubric.objects.get(code="R4")
    round = RoundFactory(batch=batch, rubric=rubric, kind=RoundKind.CLOSING, status="open")
    project = EligibleProjectFactory(batch=batch, status=ProjectStatus.CLOSING_REVIEW)
    project.content = {**project.content, "closing_report": "全部指标已经完成。"}
    project.save(update_fields=["content"])
    Milestone.objects.create(
        project=project, title="调研", owner="书记", due_on=date(2026, 7, 31), result="已完成。",
        done_on=date(2026, 7, 1),
    )  # fmt: skip
    sections = content.sections_of(EntryFactory(round=round, project=project))
    assert [section.title for section in sections[:2]] == ["结项报告", "节点任务"]
    assert sections[0].answers[0].text == "全部指标已经完成。"
    assert sections[1].answers[0].text == (
        "责任人：书记。完成时限：2026年7月31日，2026年7月1日完成。已完成。"
    )


def test_the_judged_version_is_shown_not_later_words():
    entry = EntryFactory()
    entry.project.content = {**entry.project.content, "meaning": "后来改的话"}
    entry.project.save(update_fields=["content"])
    texts = [answer.text for section in content.sections_of(entry) for answer in section.answers]
    assert "品牌内涵示例" in texts
    assert "后来改的话" not in texts
