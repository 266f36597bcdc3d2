"""Rounds from opening to the lock, with the database's own rules."""

from decimal import Decimal as D

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError

from brands.models import Programme, ProjectStatus
from foundation.audit.models import AuditEvent
from foundation.verdict import Conflict
from reviews import drawing
from reviews.conflicts import reviewer_pool
from reviews.models import Assignment, AssignmentStatus, Entry, RoundKind, Rubric, Score
from reviews.services import (
    add_late_entries,
    freeze_round,
    open_round,
    recuse,
    release,
    reopen_review,
    save_scores,
    submit_review,
)
from schools.models import Role
from tests.factories.brands import BatchFactory
from tests.factories.people import AppointmentFactory, person
from tests.factories.reviews import (
    GOOD_COMMENT,
    AssignmentFactory,
    EligibleProjectFactory,
    EntryFactory,
    RoundFactory,
    reviewer,
    scores,
    staff,
    submitted,
)

pytestmark = pytest.mark.django_db


def test_rubrics_are_shipped_and_total_a_hundred():
    shipped = {rubric.code: rubric.full_marks for rubric in Rubric.objects.all()}
    assert shipped == dict.fromkeys(("R1", "R2", "R3", "R4", "R5", "R6"), 100)
    assert [c.code for c in Rubric.objects.get(code="R1").criteria.exclude(tie_order=None)] == [
        "R1-5",
        "R1-6",
    ]


def test_opening_names_the_latest_version_and_moves_the_projects():
    round = RoundFactory()
    project = EligibleProjectFactory(batch=round.batch)
    latest = project.versions.create(number=2, title="新题", content={}, by=project.created_by)
    other = EligibleProjectFactory(batch=round.batch, status=ProjectStatus.FORMAL_CHECK)
    open_round(round, by=staff())
    entry = Entry.objects.get()
    project.refresh_from_db()
    other.refresh_from_db()
    assert entry.version == latest
    assert (round.status, project.status, other.status) == ("open", "in_review", "formal_check")
    round.rubric.refresh_from_db()
    assert round.rubric.frozen


def test_opening_needs_projects_and_full_marks():
    round = RoundFactory()
    with pytest.raises(Conflict, match="没有可以进入评审的项目"):
        open_round(round, by=staff())
    round.rubric.criteria.filter(code="R1-1").update(weight=10)
    with pytest.raises(Conflict, match="95分，应为100分"):
        open_round(round, by=staff())


def test_only_bureau_staff_open():
    round = RoundFactory()
    with pytest.raises(PermissionDenied):
        open_round(round, by=reviewer())


def test_a_late_project_joins():
    round = RoundFactory()
    EligibleProjectFactory(batch=round.batch)
    bureau = staff()
    open_round(round, by=bureau)
    EligibleProjectFactory(batch=round.batch)
    assert add_late_entries(round, by=bureau) == 1
    assert round.entries.count() == 2


def test_draw_balances_and_repeats_with_its_seed():
    round = RoundFactory(status="open", per_entry=2)
    for _ in range(3):
        EntryFactory(round=round)
    for _ in range(4):
        reviewer()
    assert drawing.draw(round, 7, by=staff()) == 6
    first = set(Assignment.objects.values_list("entry", "reviewer"))
    loads = [Assignment.objects.filter(reviewer=pk).count() for pk in {r for _, r in first}]
    assert max(loads) - min(loads) <= 1
    Assignment.objects.all().delete()
    drawing.draw(round, 7, by=staff())
    assert set(Assignment.objects.values_list("entry", "reviewer")) == first
    round.refresh_from_db()
    assert round.draw_seed == 7


def test_draw_says_where_reviewers_are_missing_and_draws_nothing():
    round = RoundFactory(status="open", per_entry=5)
    entry = EntryFactory(round=round)
    for _ in range(2):
        reviewer()
    near = reviewer()
    AppointmentFactory(user=near, role=Role.STAFF, organisation=entry.project.organisation)
    with pytest.raises(Conflict, match=f"《{entry.project}》有2位无利益关系专家可抽，需要5位"):
        drawing.draw(round, 1, by=staff())
    assert not Assignment.objects.exists()


def test_recused_reviewers_are_replaced_and_never_return():
    round = RoundFactory(status="open", per_entry=1)
    assignment = AssignmentFactory(entry=EntryFactory(round=round))
    recuse(assignment, "与该校书记是近亲属", by=assignment.reviewer)
    other = reviewer()
    drawing.draw(round, 3, by=staff())
    assert list(assignment.entry.assignments.live().values_list("reviewer", flat=True)) == [
        other.pk
    ]
    with pytest.raises(Conflict, match="不能再次分配"):
        drawing.assign(assignment.entry, assignment.reviewer, by=staff())


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.STAFF, Role.REVIEWER])
def test_a_person_of_the_school_is_never_assigned(role):
    entry = EntryFactory()
    near = person(role, entry.project.organisation)
    if role != Role.REVIEWER:
        AppointmentFactory(
            user=near, role=Role.REVIEWER, organisation=entry.project.organisation.parent
        )
    with pytest.raises(Conflict, match="利益关系"):
        drawing.assign(entry, near, by=staff())


def test_same_area_is_an_option():
    entry = EntryFactory()
    neighbour = person(Role.REVIEWER, entry.project.organisation.parent)
    pool = reviewer_pool()
    assert drawing.eligible_reviewers(entry, pool, set()) == [neighbour.pk]
    entry.round.avoid_area = True
    assert drawing.eligible_reviewers(entry, pool, set()) == []


def test_submission_locks_and_updates_the_entry():
    assignment = submitted(EntryFactory(), share=0.9)
    entry = assignment.entry
    entry.refresh_from_db()
    assert assignment.status == AssignmentStatus.SUBMITTED
    assert assignment.total == D("90.0")
    assert (entry.total_mean, entry.trimmed, entry.spread, entry.count) == (D(90), D(90), D(0), 1)
    with pytest.raises(Conflict):
        save_scores(assignment, {}, "", by=assignment.reviewer, version=assignment.version)


def test_submission_wants_every_criterion():
    assignment = AssignmentFactory()
    given = scores(assignment)
    given.popitem()
    save_scores(assignment, given, GOOD_COMMENT, by=assignment.reviewer, version=0)
    with pytest.raises(Conflict, match="还有1项未评分"):
        submit_review(assignment, by=assignment.reviewer)


def test_a_low_total_wants_a_comment():
    assignment = AssignmentFactory()
    save_scores(assignment, scores(assignment, 0.5), "短", by=assignment.reviewer, version=0)
    with pytest.raises(Conflict, match="不少于30字"):
        submit_review(assignment, by=assignment.reviewer)


@pytest.mark.parametrize(("code", "kind"), [("R3", RoundKind.SELECTION), ("R4", RoundKind.CLOSING)])
def test_secretary_projects_always_want_a_comment(code, kind):
    batch = BatchFactory(programme_id=Programme.SECRETARY_PROJECT)
    round = RoundFactory(
        batch=batch, rubric=Rubric.objects.get(code=code), kind=kind, status="open"
    )
    assignment = AssignmentFactory(entry=EntryFactory(round=round))
    save_scores(assignment, scores(assignment), "很好", by=assignment.reviewer, version=0)
    with pytest.raises(Conflict, match="本轮评审须写评语"):
        submit_review(assignment, by=assignment.reviewer)


@pytest.mark.parametrize("value", ["-0.5", "15.5", "3.3", "NaN"])
def test_impossible_values_are_refused(value):
    assignment = AssignmentFactory()
    criterion = assignment.entry.round.rubric.criteria.get(code="R1-1")
    with pytest.raises(ValidationError):
        save_scores(assignment, {criterion.pk: D(value)}, "", by=assignment.reviewer, version=0)


def test_the_database_refuses_negative_scores_too():
    assignment = AssignmentFactory()
    criterion = assignment.entry.round.rubric.criteria.first()
    with pytest.raises(IntegrityError):
        Score.objects.create(assignment=assignment, criterion=criterion, value=-1)


def test_scores_of_another_rubric_are_refused():
    assignment = AssignmentFactory()
    foreign = Rubric.objects.get(code="R4").criteria.first()
    with pytest.raises(ValidationError):
        save_scores(assignment, {foreign.pk: D(1)}, "", by=assignment.reviewer, version=0)


def test_without_pledge_no_scoring():
    assignment = AssignmentFactory(pledged=False)
    with pytest.raises(PermissionDenied, match="承诺"):
        save_scores(assignment, {}, "", by=assignment.reviewer, version=0)


def test_the_last_second_counts_and_the_next_does_not(at):
    assignment = AssignmentFactory()
    round = assignment.entry.round
    at(f"{round.closes_at.astimezone():%Y-%m-%d %H:%M}")
    round.closes_at = at("2027-03-01 18:00")
    round.save(update_fields=["closes_at"])
    at("2027-03-01 17:59:50")
    save_scores(assignment, {}, "", by=assignment.reviewer, version=0)
    at("2027-03-01 18:00:01")
    with pytest.raises(Conflict, match="已截止"):
        save_scores(assignment, {}, "", by=assignment.reviewer, version=assignment.version)


def test_reopening_keeps_the_old_values_in_the_audit():
    assignment = submitted(EntryFactory(), share=0.8)
    reopen_review(assignment, "指标理解有误", by=staff())
    assignment.refresh_from_db()
    assignment.entry.refresh_from_db()
    assert (assignment.status, assignment.total) == (AssignmentStatus.DRAFT, None)
    assert (assignment.entry.count, assignment.entry.trimmed) == (0, None)
    assert '"total": "80.00"' in AuditEvent.objects.get(action="assignment.old_scores").detail


def test_a_released_reviewer_does_not_hold_up_the_lock():
    round = RoundFactory(status="open")
    entry = EntryFactory(round=round)
    submitted(entry)
    late = AssignmentFactory(entry=entry)
    with pytest.raises(Conflict, match=f"尚未提交：{late.reviewer.name}（1项）"):
        freeze_round(round, by=staff())
    release(late, "逾期未评", by=staff())
    freeze_round(round, by=staff())
    assert round.status == "frozen"


def test_freezing_wants_a_review_of_every_entry():
    round = RoundFactory(status="open")
    entry = EntryFactory(round=round)
    with pytest.raises(Conflict, match=f"没有有效评分：《{entry.project}》"):
        freeze_round(round, by=staff())


def test_freezing_ranks_with_ties_and_hands_over():
    round = RoundFactory(status="open")
    names = ["low", "tie_worse", "tie_better", "same_a", "same_b"]
    entries = {name: EntryFactory(round=round) for name in names}
    submitted(entries["low"], 0.7)
    submitted(entries["tie_worse"], 0.9, R1_5="18", R1_6="9.5", R1_7="8.5")
    submitted(entries["tie_better"], 0.9, R1_5="18", R1_6="10", R1_7="8")
    submitted(entries["same_a"], 0.9, R1_5="19", R1_6="9", R1_7="8")
    submitted(entries["same_b"], 0.9, R1_5="19", R1_6="9", R1_7="8")
    freeze_round(round, by=staff())
    for entry in entries.values():
        entry.refresh_from_db()
        entry.project.refresh_from_db()
    assert {name: entry.rank for name, entry in entries.items()} == {
        "same_a": 1, "same_b": 1, "tie_better": 3, "tie_worse": 4, "low": 5,
    }  # fmt: skip
    project = entries["tie_better"].project
    assert (project.status, project.score, project.rank) == (ProjectStatus.SCORED, D("90.00"), 3)
    with pytest.raises(Conflict):
        freeze_round(round, by=staff())


def test_closing_hands_over_the_score_alone():
    batch = BatchFactory(programme_id=Programme.SECRETARY_PROJECT)
    round = RoundFactory(batch=batch, rubric=Rubric.objects.get(code="R4"), kind=RoundKind.CLOSING)
    project = EligibleProjectFactory(batch=batch, status=ProjectStatus.CLOSING)
    bureau = staff()
    open_round(round, by=bureau)
    submitted(round.entries.get(), 0.8)
    freeze_round(round, by=bureau)
    project.refresh_from_db()
    assert (project.status, project.closing_score) == (ProjectStatus.CLOSING_SCORED, D("80.00"))


def test_nothing_moves_after_the_lock():
    round = RoundFactory(status="open")
    assignment = submitted(EntryFactory(round=round))
    bureau = staff()
    freeze_round(round, by=bureau)
    with pytest.raises(Conflict):
        reopen_review(assignment, "再看看", by=bureau)
    with pytest.raises(Conflict):
        drawing.assign(assignment.entry, reviewer(), by=bureau)
