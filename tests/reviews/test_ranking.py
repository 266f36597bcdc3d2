"""The pages of a ranking are found by its ranks."""

import pytest
from django.urls import reverse

from reviews.models import Entry, Round, RoundStatus
from reviews.views import ranking
from schools.models import Role
from tests.factories.people import person
from tests.factories.reviews import EntryFactory, RoundFactory
from tests.factories.schools import RootFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("ranks", [[1, 2, 3, 4, 5], [1, 2, 2, 2, 5], [1, 1, 1, 1, 1]])
def test_each_page_shows_its_part_of_the_whole_order(client, monkeypatch, ranks):
    monkeypatch.setattr(ranking, "ROWS_A_PAGE", 2)
    round = RoundFactory(status=RoundStatus.OPEN)
    entries = [EntryFactory(round=round) for _ in ranks]
    EntryFactory()
    for entry, rank in zip(entries, reversed(ranks), strict=True):
        Entry.objects.filter(pk=entry.pk).update(rank=rank, trimmed=100 - rank)
    Round.objects.filter(pk=round.pk).update(status=RoundStatus.FROZEN)
    client.force_login(person(Role.LEADER, RootFactory()))

    address = reverse("reviews:ranking", args=[round.pk])
    pages = [client.get(address, {"page": n}).context["page"].object_list for n in (1, 2, 3, 99)]

    whole = Entry.objects.filter(round=round).order_by("rank", "pk")
    urls = [reverse("reviews:entry", args=[entry.pk]) for entry in whole]
    assert [[row.url for row in page] for page in pages] == [
        urls[:2], urls[2:4], urls[4:], urls[4:],
    ]  # fmt: skip
