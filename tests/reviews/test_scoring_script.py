"""What the script of a score sheet is answered."""

import pytest
from django.urls import reverse

from reviews.scoring import values_of
from reviews.services import save_scores, submit_review
from tests.factories.reviews import GOOD_COMMENT, AssignmentFactory, reviewer, scores

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment():
    return AssignmentFactory()


@pytest.fixture
def post(client, assignment):
    def send(user=None, told=None, **typed):
        user = user or assignment.reviewer
        client.force_login(user)
        points = {f"score_{pk}": value for pk, value in scores(assignment, 0.8).items()}
        body = {"version": 0, "comment": "很好。", "user": told or user.pk, **points, **typed}
        address = reverse("reviews:review", args=[assignment.pk])
        return client.post(address, body, headers={"accept": "application/json"})

    return send


def test_it_is_told_the_version_that_was_saved(post, assignment):
    response = post()
    assignment.refresh_from_db()
    assert (response.status_code, response.json()) == (200, {"version": assignment.version})
    assert values_of(assignment) == scores(assignment, 0.8)


def test_what_cannot_stand_is_said_and_nothing_saved(post, assignment):
    first = next(iter(scores(assignment)))
    response = post(**{f"score_{first}": "12.3"})
    assert response.status_code == 422
    assert "只能以0.5分为单位" in response.json()["errors"][0]
    assert values_of(assignment) == {}


def test_the_same_again_is_no_conflict(post):
    first = post().json()
    assert post().json() == first


def test_an_old_page_is_told_so(post, assignment):
    save_scores(assignment, scores(assignment, 0.5), "", by=assignment.reviewer, version=0)
    response = post()
    assert response.status_code == 409
    assert "已在别处保存过" in response.json()["reason"]
    assert values_of(assignment) == scores(assignment, 0.5)


def test_after_the_submission_nothing_is_saved(post, assignment):
    save_scores(assignment, scores(assignment), GOOD_COMMENT, by=assignment.reviewer, version=0)
    submit_review(assignment, by=assignment.reviewer)
    response = post(version=2)
    assert response.status_code == 409
    assert values_of(assignment) == scores(assignment)


def test_before_the_pledge_it_is_refused_with_a_reason(post, assignment):
    assignment.entry.round.pledges.all().delete()
    response = post()
    assert response.status_code == 403
    assert "承诺" in response.json()["reason"]


def test_somebody_else_at_this_browser_saves_nothing(post, assignment):
    assert post(told="999999").status_code == 401
    assert values_of(assignment) == {}


def test_another_reviewer_finds_nothing(post):
    assert post(user=reviewer()).status_code == 404
