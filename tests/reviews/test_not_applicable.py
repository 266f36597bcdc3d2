"""不适用: a criterion that an entry cannot meet is left out of the reckoning, never a 0."""

import json
from decimal import Decimal as D
from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from bench import recompute
from foundation.verdict import Conflict
from reviews import exporting, scores_csv
from reviews.building import new_version
from reviews.models import Criterion, Result, Rubric, Score
from reviews.scoring import NOT_APPLICABLE
from reviews.services import freeze_round, reopen_review, save_scores, submit_review
from tests.factories.reviews import (
    GOOD_COMMENT,
    AssignmentFactory,
    EntryFactory,
    scores,
    staff,
    submitted,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def optional():
    """The last criterion of R1 (10 of 100 points) may be skipped."""
    criterion = Rubric.objects.get(code="R1").criteria.last()
    criterion.optional = True
    criterion.save()
    return criterion


def skipping(assignment, criterion, share=1):
    return scores(assignment, share) | {criterion.pk: NOT_APPLICABLE}


def handed_in(entry, criterion, share):
    assignment = AssignmentFactory(entry=entry)
    given = skipping(assignment, criterion, share)
    save_scores(assignment, given, GOOD_COMMENT, by=assignment.reviewer, version=0)
    submit_review(assignment, by=assignment.reviewer)
    return assignment


def test_what_is_skipped_counts_as_judged_like_the_rest(optional):
    assignment = AssignmentFactory()
    given = skipping(assignment, optional)
    first = next(iter(given))
    given[first] -= 5
    save_scores(assignment, given, GOOD_COMMENT, by=assignment.reviewer, version=0)
    submit_review(assignment, by=assignment.reviewer)
    assignment.refresh_from_db()
    assert assignment.total == D("94.44")  # 85 of 90
    assert Score.objects.get(criterion=optional).value is None


def test_only_what_the_rubric_allows_may_be_skipped(optional):
    assignment = AssignmentFactory()
    other = Criterion.objects.filter(rubric=optional.rubric).first()
    with pytest.raises(ValidationError, match="不能选“不适用”"):
        save_scores(assignment, skipping(assignment, other), "", by=assignment.reviewer, version=0)
    assert not Score.objects.exists()


def test_a_review_that_skips_everything_is_not_handed_in(optional):
    Criterion.objects.filter(rubric=optional.rubric).update(optional=True)
    assignment = AssignmentFactory()
    nothing = dict.fromkeys(scores(assignment), NOT_APPLICABLE)
    save_scores(assignment, nothing, GOOD_COMMENT, by=assignment.reviewer, version=0)
    with pytest.raises(Conflict, match="没有可以计分的指标"):
        submit_review(assignment, by=assignment.reviewer)


def test_figures_on_the_way_are_those_of_the_lock(optional):
    """85/90, 80/90 and 100/90 have no end as decimals: rounded once, not once each."""
    entry = EntryFactory()
    for share in (0.53, 0.71, 0.92):
        handed_in(entry, optional, share)
    submitted(entry, 0.8)
    entry.refresh_from_db()
    on_the_way = (entry.trimmed, entry.total_mean, entry.spread, entry.count)
    freeze_round(entry.round, by=staff())
    entry.refresh_from_db()
    assert (entry.trimmed, entry.total_mean, entry.spread, entry.count) == on_the_way
    totals = [
        sum(Fraction(s.value) for s in sheet) * 100 / sum(s.criterion.weight for s in sheet)
        for one in entry.assignments.all()
        if (sheet := list(one.scores.exclude(value=None).select_related("criterion")))
    ]
    exact = sum(totals) / 4
    assert abs(Fraction(entry.trimmed) - exact) <= Fraction(1, 200)


def test_an_outsider_gets_the_same_from_the_export(optional):
    entry = EntryFactory()
    for share in (0.5, 0.7, 0.9):
        handed_in(entry, optional, share)
    submitted(entry, 0.8)
    freeze_round(entry.round, by=staff())
    entry.refresh_from_db()
    again = recompute.ranking(json.loads(Result.objects.get().content))
    assert again[entry.pk][1] == Fraction(entry.trimmed)


def test_lists_of_scores_say_it_in_words(optional):
    entry = EntryFactory()
    handed_in(entry, optional, 0.9)
    rows = b"".join(scores_csv.pieces(entry.round)).decode()
    assert ",不适用," in rows
    detail = exporting._detail(entry.round, list(optional.rubric.criteria.all()))
    assert "不适用" in next(detail)


def test_a_reopened_review_keeps_what_it_skipped(optional):
    assignment = handed_in(EntryFactory(), optional, 0.9)
    reopen_review(assignment, "请补写评语。", by=staff())
    assert assignment.earlier.get().scores[optional.code] == "不适用"


def test_a_new_version_asks_the_same(optional):
    rubric = optional.rubric
    rubric.frozen = True
    rubric.save()
    made = new_version(rubric, by=staff(), via=None)
    assert made.criteria.get(code=optional.code).optional


class TestSheet:
    @pytest.fixture
    def sheet(self, client, optional):
        assignment = AssignmentFactory()
        client.force_login(assignment.reviewer)
        return assignment, reverse("reviews:review", args=[assignment.pk])

    def typed(self, assignment, optional, **more):
        points = {f"score_{pk}": value for pk, value in scores(assignment, 0.8).items()}
        return {"version": 0, "comment": GOOD_COMMENT, "submit": "1", **points, **more}

    def test_the_box_stands_only_where_it_may_be_used(self, client, sheet, optional):
        page = client.get(sheet[1]).content.decode()
        assert page.count("data-skip ") + page.count("data-skip>") == 1
        assert f"skip_{optional.pk}" in page

    def test_a_skipped_criterion_is_handed_in(self, client, sheet, optional):
        assignment, address = sheet
        typed = self.typed(assignment, optional, **{f"skip_{optional.pk}": "on"})
        del typed[f"score_{optional.pk}"]
        response = client.post(address, typed)
        assert response["Location"] == reverse("reviews:review-submit", args=[assignment.pk])
        assert "checked" in client.get(address).content.decode()
        client.post(response["Location"], {"version": 1})
        assert "不适用" in client.get(address).content.decode()

    def test_points_and_the_box_together_are_asked_about(self, client, sheet, optional):
        assignment, address = sheet
        typed = self.typed(assignment, optional, **{f"skip_{optional.pk}": "on"})
        page = client.post(address, typed).content.decode()
        assert "请只留一样" in page
        assert not Score.objects.exists()

    def test_a_forged_box_counts_for_nothing(self, client, sheet, optional):
        assignment, address = sheet
        other = Criterion.objects.filter(rubric=optional.rubric).first()
        typed = self.typed(assignment, optional, **{f"skip_{other.pk}": "on"})
        client.post(address, typed)
        assert Score.objects.get(criterion=other).value is not None
