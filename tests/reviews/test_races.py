"""Many hands at once, on a real database with real threads (T5): nobody meets a fault."""

from collections import Counter

import pytest
from django.urls import reverse

from reviews.aggregates import aggregate
from reviews.models import Assignment, Result
from reviews.results.keeping import verify
from reviews.services import freeze_round, save_scores, submit_review
from tests.crowd import CROWD, browsers, ends, outcomes_of, press
from tests.factories.reviews import (
    GOOD_COMMENT,
    AssignmentFactory,
    EntryFactory,
    RoundFactory,
    scores,
    staff,
    submitted,
)
from tests.moving import drawn

# The serialised database brings the shipped rubrics back after each truncation.
pytestmark = pytest.mark.django_db(transaction=True)


def _again(assignment):
    return Assignment.objects.get(pk=assignment.pk)


def recomputed(entry):
    totals = entry.assignments.submitted().values_list("total", flat=True)
    return aggregate(list(totals), scoring=entry.round.scoring)


def stored(entry):
    entry.refresh_from_db()
    return entry.total_mean, entry.trimmed, entry.spread, entry.count


@CROWD
def test_a_review_saved_from_many_windows_is_one(crowd):
    for _ in range(crowd.times):
        assignment = AssignmentFactory()
        windows = browsers(assignment.reviewer, crowd.people)
        url = reverse("reviews:review", args=[assignment.pk])
        given = {f"score_{pk}": value for pk, value in scores(assignment, 0.9).items()}

        answers = press(
            [(window, url, given | {"version": 0, "comment": GOOD_COMMENT}) for window in windows]
        )

        assert ends(answers) == {"done": 1, "conflict": crowd.people - 1}
        per_criterion = Counter(assignment.scores.values_list("criterion", flat=True))
        assert set(per_criterion.values()) == {1}
        assert len(per_criterion) == 7


@CROWD
def test_a_review_submitted_from_many_windows_is_one(crowd):
    for _ in range(crowd.times):
        assignment = AssignmentFactory()
        user = assignment.reviewer
        save_scores(assignment, scores(assignment), GOOD_COMMENT, by=user, version=0)
        windows = browsers(user, crowd.people)
        url = reverse("reviews:review-submit", args=[assignment.pk])

        answers = press([(window, url, {"version": assignment.version}) for window in windows])

        assert ends(answers) == {"done": 1, "conflict": crowd.people - 1}
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
    assert outcomes_of(jobs) == {"done": 10}
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

    found = outcomes_of([save, submit])
    assert found == {"done": 1, "conflict": 1}
    now = _again(assignment)
    if now.status == "submitted":
        assert now.total == sum(now.scores.values_list("value", flat=True))
        assert now.total == sum(scores(assignment, 0.9).values())
    else:
        assert (now.status, now.total) == ("draft", None)


@CROWD
def test_freezing_against_reopening_leaves_the_frozen_figures_true(crowd):
    bureau = staff()
    windows = browsers(bureau, crowd.people)
    for _ in range(crowd.times):
        round = RoundFactory(status="open")
        entry = EntryFactory(round=round)
        given = [submitted(entry, share) for share in (0.7, 0.8, 0.9)]
        freeze = (reverse("reviews:round-freeze", args=[round.pk]), drawn(round))
        reopen = [
            (reverse("reviews:review-reopen", args=[each.pk]), drawn(each, reason="再评"))
            for each in given
        ]
        # Both begin often enough that either may be first.
        deeds = [freeze if n % 2 else reopen[n // 2 % 3] for n in range(crowd.people)]

        answers = press([(window, *deed) for window, deed in zip(windows, deeds, strict=True)])

        frozen, reopened = ends(answers[1::2]), ends(answers[::2])
        assert set(frozen) | set(reopened) <= {"done", "conflict"}
        round.refresh_from_db()
        result, project = recomputed(entry), entry.project
        project.refresh_from_db()
        assert stored(entry) == (result.mean, result.trimmed, result.spread, result.count)
        if round.status == "frozen":
            assert (frozen["done"], reopened["done"], result.count) == (1, 0, 3)
            assert (entry.rank, project.rank, project.score) == (1, 1, result.trimmed)
        else:
            assert frozen["done"] == 0
            assert result.count == 3 - reopened["done"] < 3
            assert project.score is None


def test_twenty_locks_are_one():
    round = RoundFactory(status="open")
    submitted(EntryFactory(round=round))
    bureau = staff()
    found = outcomes_of(
        [lambda: freeze_round(type(round).objects.get(pk=round.pk), by=bureau)] * 20
    )
    assert found == {"done": 1, "conflict": 19}
    assert round.events.count() == 1


def test_a_vote_entered_from_many_windows_is_one():
    round = RoundFactory(status="open")
    entries = [EntryFactory(round=round) for _ in range(2)]
    for entry in entries:
        submitted(entry)
    freeze_round(round, by=staff())
    windows = browsers(staff(), 8)
    url = reverse("reviews:result-vote", args=[round.pk, 1])
    ways = [(1, 2), (2, 1)] * 4

    answers = press(
        [
            (
                window,
                url,
                {f"place_{e.pk}": n for e, n in zip(entries, way, strict=True)} | {"note": "4比1"},
            )
            for window, way in zip(windows, ways, strict=True)
        ]
    )

    assert ends(answers) == {"done": 1, "conflict": 7}
    vote = round.result.votes.get()
    ranks = dict(round.entries.values_list("pk", "rank"))
    assert [ranks[key] for key in vote.order] == [1, 2]
    assert set(round.entries.values_list("rank", "project__rank")) == {(1, 1), (2, 2)}


def test_a_reviewer_asked_from_many_windows_is_asked_once():
    entry = EntryFactory()
    submitted(entry, 0.9)
    submitted(entry, 0.9)
    far = submitted(entry, 0.5)
    url = reverse("reviews:review-ask", args=[far.pk])

    answers = press([(window, url, {}) for window in browsers(staff(), 8)])

    assert ends(answers) == {"done": 1, "conflict": 7}
    assert far.explanations.count() == 1


def test_what_is_locked_while_a_review_is_sent_back_is_what_stands_there():
    for _ in range(4):
        assignment = submitted(EntryFactory())
        round, (first, second) = assignment.entry.round, browsers(staff(), 2)
        lock = (first, reverse("reviews:round-freeze", args=[round.pk]), {"version": round.version})
        reopen = (
            second,
            reverse("reviews:review-reopen", args=[assignment.pk]),
            {"reason": "漏看附件", "version": assignment.version},
        )

        answers = press([lock, reopen])

        assert ends(answers) == {"done": 1, "conflict": 1}
        kept = Result.objects.filter(round=round).first()
        assert (kept is not None) == (_again(assignment).status == "submitted")
        assert kept is None or all(check.holds for check in verify(kept))
