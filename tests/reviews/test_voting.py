"""A panel's vote on a shared rank: who, when, what it changes and what it leaves."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from foundation.verdict import Conflict
from foundation.workflow.engine import perform
from reviews.models import TieVote
from reviews.results import keeping, voting
from reviews.services import freeze_round
from schools.models import Role
from tests.factories.people import person
from tests.factories.reviews import EntryFactory, RoundFactory, staff, submitted
from tests.factories.schools import RootFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def tied():
    """The first alone, two entries equal in everything behind it."""
    round = RoundFactory(status="open")
    entries = [EntryFactory(round=round) for _ in range(3)]
    for entry, share in zip(entries, (0.8, 0.9, 0.8), strict=True):
        submitted(entry, share)
    freeze_round(round, by=staff())
    return round.result, entries


def ranks(round):
    return list(round.entries.order_by("pk").values_list("rank", "project__rank"))


def test_the_order_of_the_panel_becomes_the_rank_here_and_in_the_project(client, tied):
    result, (one, _, other) = tied
    assert ranks(result.round) == [(2, 2), (1, 1), (2, 2)]
    client.force_login(staff())
    address = reverse("reviews:result-vote", args=[result.round_id, 2])
    typed = {f"place_{one.pk}": "2", f"place_{other.pk}": "1", "note": "5人参加，4比1"}
    same = client.post(address, typed | {f"place_{one.pk}": "1"})
    assert "先后不能相同" in same.content.decode()
    assert client.post(address, typed).status_code == 302
    assert ranks(result.round) == [(3, 3), (1, 1), (2, 2)]
    assert TieVote.objects.get().order == [other.pk, one.pk]
    assert "4比1" in client.get(reverse("reviews:result", args=[result.round_id])).content.decode()


def test_the_frozen_result_stays_and_still_verifies(tied):
    result, (one, _, other) = tied
    before = result.content
    voting.vote(result, 2, [other.pk, one.pk], "4比1", by=staff())
    result.refresh_from_db()
    assert result.content == before
    assert all(check.holds for check in keeping.verify(result))
    assert voting.ties_of(result) == {}


def test_only_staff_and_only_all_that_are_tied(tied):
    result, (one, first, other) = tied
    with pytest.raises(PermissionDenied):
        voting.vote(result, 2, [one.pk, other.pk], "", by=person(Role.LEADER, RootFactory()))
    for order in ([one.pk], [one.pk, first.pk], [one.pk, other.pk, first.pk]):
        with pytest.raises(Conflict, match="与您看到的不同"):
            voting.vote(result, 2, order, "", by=staff())
    voting.vote(result, 2, [one.pk, other.pk], "4比1", by=staff())
    with pytest.raises(Conflict, match="与您看到的不同"):
        voting.vote(result, 2, [one.pk, other.pk], "5比0", by=staff())


def test_not_once_one_of_them_was_proposed(tied):
    result, (one, _, other) = tied
    perform(one.project.__class__.objects.get(pk=one.project_id), "propose", by=staff())
    with pytest.raises(Conflict, match="已经进入审定"):
        voting.vote(result, 2, [one.pk, other.pk], "4比1", by=staff())
    assert ranks(result.round) == [(2, 2), (1, 1), (2, 2)]
