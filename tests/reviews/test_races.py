"""Many hands at once, on a real database with real threads (reliability.md T5)."""

import threading
from collections import Counter

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections

from foundation.verdict import Conflict
from reviews.aggregates import aggregate
from reviews.models import Assignment, Entry, Score
from reviews.services import freeze_round, reopen_review, save_scores, submit_review
from tests.factories.reviews import (
    GOOD_COMMENT,
    AssignmentFactory,
    EntryFactory,
    RoundFactory,
    scores,
    staff,
    submitted,
)

# The serialised database brings the shipped rubrics back after each truncation.
pytestmark = pytest.mark.django_db(transaction=True)


def together(*jobs):
    """Run all jobs at the same moment; how many ended in what."""
    gate, ends = threading.Barrier(len(jobs)), Counter()

    def run(job):
        gate.wait()
        try:
            job()
            ends["done"] += 1
        except (Conflict, PermissionDenied) as error:
            ends[type(error).__name__] += 1
        except Exception as error:  # Anything else would have been a 500.
            ends[repr(error)] += 1
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


def _again(assignment):
    return Assignment.objects.get(pk=assignment.pk)


def recomputed(entry):
    totals = entry.assignments.submitted().values_list("total", flat=True)
    return aggregate(list(totals), trim=entry.round.trim)


def stored(entry):
    entry.refresh_from_db()
    return entry.total_mean, entry.trimmed, entry.spread, entry.count


def test_the_same_reviewer_saves_twenty_times_at_once():
    assignment = AssignmentFactory()
    user, given = assignment.reviewer, scores(assignment, 0.9)

    def save():
        save_scores(_again(assignment), given, GOOD_COMMENT, by=user, version=0)

    ends = together(*[save] * 20)
    assert ends == {"done": 1, "Conflict": 19}
    per_criterion = Counter(Score.objects.values_list("criterion", flat=True))
    assert set(per_criterion.values()) == {1}
    assert len(per_criterion) == 7


def test_twenty_submissions_of_one_review_are_one():
    assignment = AssignmentFactory()
    user = assignment.reviewer
    save_scores(assignment, scores(assignment), GOOD_COMMENT, by=user, version=0)
    ends = together(*[lambda: submit_review(_again(assignment), by=user)] * 20)
    assert ends == {"done": 1, "Conflict": 19}
    assert assignment.events.filter(name="submit").count() == 1
    assert stored(assignment.entry)[3] == 1


def test_many_reviewers_of_one_entry_submit_at_once():
    entry = EntryFactory()
    jobs = []
    for number in range(10):
        assignment = AssignmentFactory(entry=entry)
        user = assignment.reviewer
        given = scores(assignment, 0.7 + number / 50)
        save_scores(assignment, given, GOOD_COMMENT, by=user, version=0)
        jobs.append(lambda a=assignment, u=user: submit_review(_again(a), by=u))
    assert together(*jobs) == {"done": 10}
    result = recomputed(entry)
    assert stored(entry) == (result.mean, result.trimmed, result.spread, result.count)
    assert result.count == 10


def test_saving_against_submitting_leaves_one_truth():
    assignment = AssignmentFactory()
    user = assignment.reviewer
    save_scores(assignment, scores(assignment, 0.9), GOOD_COMMENT, by=user, version=0)
    version = assignment.version

    def save():
        changed = scores(assignment, 0.7)
        save_scores(_again(assignment), changed, GOOD_COMMENT, by=user, version=version)

    def submit():
        submit_review(_again(assignment), by=user, version=version)

    ends = together(save, submit)
    assert ends == {"done": 1, "Conflict": 1}
    now = _again(assignment)
    if now.status == "submitted":
        assert now.total == sum(now.scores.values_list("value", flat=True))
        assert now.total == sum(scores(assignment, 0.9).values())
    else:
        assert (now.status, now.total) == ("draft", None)


def test_the_lock_against_a_reopening_leaves_the_frozen_figures_true():
    round = RoundFactory(status="open")
    entry = EntryFactory(round=round)
    assignment = submitted(entry, 0.9)
    submitted(entry, 0.8)
    bureau = staff()
    ends = together(
        lambda: freeze_round(type(round).objects.get(pk=round.pk), by=bureau),
        lambda: reopen_review(_again(assignment), "再评", by=bureau),
    )
    assert ends == {"done": 1, "Conflict": 1}
    result = recomputed(entry)
    assert stored(entry) == (result.mean, result.trimmed, result.spread, result.count)
    round.refresh_from_db()
    assert (round.status == "frozen") == (Entry.objects.get(pk=entry.pk).rank == 1)


def test_twenty_locks_are_one():
    round = RoundFactory(status="open")
    submitted(EntryFactory(round=round))
    bureau = staff()
    ends = together(*[lambda: freeze_round(type(round).objects.get(pk=round.pk), by=bureau)] * 20)
    assert ends == {"done": 1, "Conflict": 19}
    assert round.events.count() == 1
