"""What the form of a new round offers before anything is typed."""

import pytest
from django.urls import reverse

from brands.models import Programme
from reviews.models import Criterion, Mode, RoundKind, Rubric
from tests.factories.brands import BatchFactory, open_batch
from tests.factories.reviews import RoundFactory, staff

pytestmark = pytest.mark.django_db


def offered(client, batch):
    client.force_login(staff())
    return client.get(reverse("reviews:round-new", args=[batch.pk])).context["form"].initial


def test_a_new_round_offers_the_programmes_rubric_and_the_batchs_window(client):
    batch = open_batch(reviewers_per_entry=7)
    window = batch.stages.get(stage="review")

    found = offered(client, batch)

    assert found == {
        "kind": RoundKind.SELECTION,
        "mode": Mode.ONLINE,
        "weight": 100,
        "rubric": Rubric.objects.get(code="R1"),
        "per_entry": 7,
        "scoring": "trimmed",
        "avoid_area": False,
        "opens_at": window.opens_at,
        "closes_at": window.closes_at,
    }


def test_a_closing_round_offers_the_rubric_and_the_window_of_closings(client):
    batch = open_batch(Programme.SECRETARY_PROJECT)
    batch.stages.filter(stage="review").delete()
    RoundFactory(batch=batch)

    found = offered(client, batch)

    assert found["kind"] == RoundKind.CLOSING
    assert found["rubric"].code == "R4"
    assert found["closes_at"] == batch.stages.get(stage="closing").closes_at


def test_the_newest_version_of_a_rubric_is_offered(client):
    newest = Rubric.objects.create(code="R1", version=2, title="新版")
    Criterion.objects.create(rubric=newest, code="1", title="全部", weight=100, order=1)

    assert offered(client, open_batch())["rubric"] == newest


def test_a_batch_without_a_window_leaves_the_dates_open(client):
    assert "closes_at" not in offered(client, BatchFactory())


def test_what_is_offered_can_be_sent_as_it_is(client):
    batch = open_batch()
    client.force_login(staff())
    page = reverse("reviews:round-new", args=[batch.pk])
    form = client.get(page).context["form"]

    response = client.post(page, {name: _typed(form[name].value()) for name in form.fields})

    assert response.status_code == 302
    assert batch.rounds.get().rubric == form.initial["rubric"]


def _typed(value):
    return value.strftime("%Y-%m-%dT%H:%M") if hasattr(value, "strftime") else value or ""
