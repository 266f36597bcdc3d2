"""What a school reported once stays readable, whatever it reports after that."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from brands.models import ClosingApplication, Milestone, MilestoneReport, Programme
from brands.services import closing
from foundation import clock
from foundation.workflow.engine import perform
from schools.models import Role
from tests.brands.after import city, ranked, secretary_of
from tests.crowd import at_once
from tests.factories.people import person
from tests.factories.schools import UnitFactory


@pytest.fixture
def project(db):
    return ranked(1, status="in_progress", programme_id=Programme.SECRETARY_PROJECT)[1][0]


@pytest.fixture
def people(db):
    return city()


@pytest.fixture
def milestone(project):
    return Milestone.objects.create(
        project=project, title="调研", owner="甲", due_on=clock.today(), result=""
    )


def fail(project, people):
    """Through the closing review to a grade that does not pass."""
    perform(project, "start_closing_review", by=people.bureau)
    perform(project, "finish_closing_review", by=people.bureau, score=Decimal("51.5"))
    perform(project, "close", by=people.leader)


def page_of(client, user, project):
    client.force_login(user)
    return client.get(reverse("brands:project-closing", args=[project.pk])).text


def test_a_second_application_keeps_the_first_report_and_score(client, project, people):
    secretary = secretary_of(project)
    perform(project, "apply_closing", by=secretary, report="第一份报告")
    fail(project, people)
    perform(project, "apply_closing", by=secretary, report="第二份报告")

    first, second = project.closings.all()
    assert (first.report, first.score, first.outcome) == (
        "第一份报告", Decimal("51.50"), "closed_fail",
    )  # fmt: skip
    assert (second.report, second.score, second.outcome) == ("第二份报告", None, "")
    text = page_of(client, secretary, project)
    assert "第一份报告" in text
    assert "51.50" in text
    assert "结项未通过" in text
    assert "第二份报告" in text


def test_a_report_that_was_sent_back_is_kept(client, project, people):
    secretary = secretary_of(project)
    perform(project, "apply_closing", by=secretary, report="缺佐证的报告")
    perform(project, "return_closing", by=people.bureau, note="缺少佐证")
    perform(project, "apply_closing", by=secretary, report="补了佐证的报告")

    assert [row.outcome_words for row in project.closings.all()] == ["已退回", "办理中"]
    assert "缺佐证的报告" in page_of(client, people.bureau, project)


def test_the_score_of_an_undecided_closing_is_not_shown_to_the_school(client, project, people):
    secretary = secretary_of(project)
    perform(project, "apply_closing", by=secretary, report="报告")
    perform(project, "start_closing_review", by=people.bureau)
    perform(project, "finish_closing_review", by=people.bureau, score=Decimal("77.25"))

    assert "77.25" not in page_of(client, secretary, project)
    assert "77.25" in page_of(client, people.bureau, project)


def test_each_statement_about_a_milestone_is_kept(client, project, milestone):
    secretary = secretary_of(project)
    for result in ("等场地", "等场地", "场地落实，完成三次"):
        closing.report_milestone(milestone, by=secretary, done_on=None, result=result)
    client.force_login(secretary)

    text = client.get(reverse("brands:milestone", args=[milestone.pk])).text

    assert [row.result for row in milestone.reports.all()] == ["等场地", "场地落实，完成三次"]
    assert "等场地" in text
    assert "以前填写的" in text


@pytest.mark.parametrize("deed", ["update", "delete"])
def test_the_database_keeps_a_statement_as_it_was(project, milestone, deed):
    closing.report_milestone(milestone, by=secretary_of(project), done_on=None, result="等场地")
    rows = MilestoneReport.objects.all()
    deeds = {
        "update": lambda: rows.update(result="x"),
        "delete": lambda: rows._raw_delete(rows.db),
    }

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        deeds[deed]()


def test_they_are_as_visible_as_their_project(project, milestone, people):
    secretary = secretary_of(project)
    closing.report_milestone(milestone, by=secretary, done_on=dt.date(2026, 1, 1), result="好")
    perform(project, "apply_closing", by=secretary, report="报告")
    stranger = person(Role.SECRETARY, UnitFactory())

    for model in (ClosingApplication, MilestoneReport):
        assert model.objects.visible_to(secretary).count() == 1
        assert model.objects.visible_to(people.bureau).count() == 1
        assert not model.objects.visible_to(stranger).exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_applications_at_once_are_one(project):
    secretary = secretary_of(project)
    apply = [
        lambda n=n: perform(project, "apply_closing", by=secretary, report=f"报告{n}")
        for n in range(4)
    ]

    refused = at_once(apply)

    assert sum(error is None for error in refused) == 1
    assert project.closings.count() == 1
