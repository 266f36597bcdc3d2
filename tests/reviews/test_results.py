"""The frozen result in the product: kept at the lock, shown, handed out, verified."""

import json
from decimal import Decimal as D

import pytest
from django.urls import reverse

from bench import recompute
from foundation.audit.models import AuditEvent
from reviews.models import Result, Score
from reviews.results import keeping
from reviews.services import freeze_round, recuse, reopen_review, submit_review
from schools.models import Role
from tests.factories.people import person
from tests.factories.reviews import (
    AssignmentFactory,
    EntryFactory,
    RoundFactory,
    reviewer,
    staff,
    submitted,
)
from tests.factories.schools import RootFactory

pytestmark = pytest.mark.django_db
PAGES = ("result", "result-export", "result-stability", "result-scores")


def leader():
    return person(Role.LEADER, RootFactory())


def supervision():
    return person(Role.SUPERVISION, RootFactory())


@pytest.fixture
def round():
    """Three entries under the same three reviewers, one recused from the third, in an open round."""
    made = RoundFactory(status="open")
    people = [reviewer(name=f"评审人员{n}") for n in "甲乙丙"]
    for shares in ((0.9, 0.8, 0.95), (0.8, 0.7, 0.9), (0.6, 0.5, None)):
        entry = EntryFactory(round=made)
        for who, share in zip(people, shares, strict=True):
            if share is None:
                recuse(AssignmentFactory(entry=entry, reviewer=who), "近亲属", by=who)
            else:
                submitted(entry, share, by=who)
    return made


@pytest.fixture
def frozen(round):
    freeze_round(round, by=staff())
    return round


def page(client, user, name, round, query=""):
    client.force_login(user)
    return client.get(reverse(f"reviews:{name}", args=[round.pk]) + query)


def body(response):
    return b"".join(response.streaming_content).decode()


def test_the_lock_keeps_all_scores_with_the_recipe_and_puts_the_hash_on_record(frozen):
    result = Result.objects.get(round=frozen)
    data = json.loads(result.content)
    assert data["recipe"]["scoring"] == "trimmed"
    assert data["recipe"]["ties"] == ["R1-5", "R1-6"]
    assert [len(entry["sheets"]) for entry in data["entries"]] == [3, 3, 2]
    assert [len(entry["recused"]) for entry in data["entries"]] == [0, 0, 1]
    assert result.sha256 in AuditEvent.objects.get(action="round.freeze").detail
    stored = frozen.entries.values_list("pk", "rank", "trimmed")
    assert {(line["entry"], line["rank"], D(line["score"])) for line in data["ranking"]} == set(
        stored
    )


def test_the_content_names_no_reviewer(frozen):
    content = Result.objects.get(round=frozen).content
    assert "评审人员" not in content
    assert "近亲属" not in content
    assert "专家A" in content


def test_what_is_handed_out_is_what_was_hashed_and_gives_the_same_ranking(client, frozen):
    text = body(page(client, staff(), "result-export", frozen))
    assert text == Result.objects.get(round=frozen).content
    again = recompute.ranking(json.loads(text))
    stored = frozen.entries.values_list("pk", "rank", "trimmed")
    assert {(entry, rank, score) for entry, (rank, score, _) in again.items()} == set(stored)
    assert AuditEvent.objects.filter(action="export", detail__contains="评审结果数据").exists()


@pytest.mark.parametrize("name", PAGES)
def test_staff_see_nothing_before_the_lock_and_leader_and_supervision_do(client, round, name):
    assert page(client, staff(), name, round).status_code == 409
    assert page(client, leader(), name, round).status_code == 200
    assert page(client, supervision(), name, round).status_code == 200
    assert page(client, reviewer(), name, round).status_code == 404


@pytest.mark.parametrize("name", PAGES)
def test_an_empty_round_has_its_pages(client, name):
    assert page(client, staff(), name, RoundFactory(status="frozen")).status_code == 200


def test_the_page_shows_the_hash_and_a_verification_that_holds(client, frozen):
    response = page(client, staff(), "result", frozen, "?check=1")
    assert Result.objects.get(round=frozen).sha256 in response.content.decode()
    assert [check.holds for check in response.context["checks"]] == [True] * 4


def test_a_score_changed_behind_its_back_is_named(frozen):
    changed = Score.objects.filter(assignment__entry__round=frozen).first()
    Score.objects.filter(pk=changed.pk).update(value=0)
    checks = keeping.verify(frozen.result)
    assert [check.holds for check in checks] == [True, True, True, False]
    assert checks[3].fault == str(changed.assignment.entry)


def test_a_result_rewritten_with_its_hash_is_noticed_by_the_record(frozen):
    result = frozen.result
    content = result.content.replace('"rank":1', '"rank":9')
    result.content, result.sha256 = content, keeping.fingerprint(content)
    assert [check.holds for check in keeping.verify(result)] == [True, False, False, True]
    result.sha256 = "0" * 64
    assert [check.holds for check in keeping.verify(result)][:2] == [False, False]


def test_names_are_for_supervision_and_staff_not_for_who_decides(client, frozen):
    assert "评审人员甲" in page(client, supervision(), "result-scores", frozen).content.decode()
    assert "评审人员甲" in page(client, staff(), "result-scores", frozen).content.decode()
    for name in ("result", "result-stability", "result-scores"):
        assert "评审人员甲" not in page(client, leader(), name, frozen).content.decode()


def test_a_corrected_round_ranks_by_the_corrected_score_and_shows_the_raw_one(client):
    corrected = RoundFactory(status="open", correction="effect", scoring="mean")
    strict, mild = reviewer(), reviewer()
    for shares in ((0.8, 0.9), (0.8, 0.9), (0.84, None), (None, 0.86)):
        entry = EntryFactory(round=corrected)
        for who, share in zip((strict, mild), shares, strict=True):
            if share is not None:
                submitted(entry, share, by=who)
    freeze_round(corrected, by=staff())
    lines = keeping.standing(corrected).lines
    by_entry = {line.entry: line for line in lines}
    third, fourth = list(corrected.entries.order_by("pk"))[2:]
    assert third.trimmed > by_entry[third.pk].raw
    assert fourth.trimmed < by_entry[fourth.pk].raw
    text = page(client, staff(), "result", corrected).content.decode()
    assert "校正后得分" in text
    assert str(by_entry[third.pk].raw) in text


def test_the_stability_page_asks_for_the_line(client, frozen):
    response = page(client, staff(), "result-stability", frozen, "?line=1&all=1")
    assert response.context["looked"].line == 1
    assert len(response.context["page"]) == 3
    bad = page(client, staff(), "result-stability", frozen, "?line=-1")
    assert bad.context["looked"].line == 0


def test_reopening_keeps_what_was_said(client, round):
    assignment = round.entries.first().assignments.first()
    before = assignment.total
    reopen_review(assignment, "漏看附件", by=staff())
    submit_review(assignment, by=assignment.reviewer)
    kept = assignment.earlier.get()
    assert (kept.total, kept.reason, len(kept.scores)) == (before, "漏看附件", 7)


def test_page_queries_do_not_grow(client, frozen, django_assert_max_num_queries):
    client.force_login(staff())
    for name in PAGES:
        with django_assert_max_num_queries(14):
            client.get(reverse(f"reviews:{name}", args=[frozen.pk]))
