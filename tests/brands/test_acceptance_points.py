"""An acceptance is scored criterion by criterion; the server adds up (R2)."""

from decimal import Decimal

import pytest
from django.urls import reverse

from brands.models import RecheckStatus
from brands.services import criteria
from foundation.verdict import Conflict
from foundation.workflow.engine import perform
from tests.brands.after import city, secretary_of
from tests.brands.keeping import named_brand, points_for, recheck_of
from tests.moving import drawn

pytestmark = pytest.mark.django_db
R = RecheckStatus


@pytest.fixture
def people():
    return city()


@pytest.fixture
def recheck():
    return recheck_of(named_brand(), "acceptance", R.SUBMITTED)


def press(client, recheck, **fields):
    data = {"tasks": "27.5", "effect": "26", "lasting": "15", "spread": "8", "order": "9",
            "note": "成果扎实", **fields}  # fmt: skip
    move = reverse("brands:recheck-move", args=[recheck.pk, "score"])
    said = {f"score-{name}": value for name, value in data.items()}
    return client.post(move, drawn(recheck, **said))


def test_the_rubric_is_whole(recheck):
    assert sum(one.most for one in criteria.of(recheck)) == 100


def test_the_total_is_computed_whatever_else_is_sent(client, recheck, people):
    client.force_login(people.bureau)

    response = press(client, recheck, score="99", points="99")

    assert response.status_code == 302
    recheck.refresh_from_db()
    assert recheck.score == Decimal("85.50")
    assert recheck.points[0] == {"label": "任务完成", "most": 30, "points": "27.5"}
    page = client.get(reverse("brands:recheck", args=[recheck.pk])).text
    assert "各项得分" in page
    assert "27.5" in page


@pytest.mark.parametrize(
    "wrong", [{"tasks": "30.5"}, {"spread": "-1"}, {"effect": "26.3"}, {"order": ""}, {"note": ""}]
)
def test_what_is_out_of_range_is_asked_again(client, recheck, people, wrong):
    client.force_login(people.bureau)

    response = press(client, recheck, **wrong)

    assert response.status_code == 200
    assert "成果扎实" in response.text or "note" in wrong
    recheck.refresh_from_db()
    assert (recheck.status, recheck.score) == (R.SUBMITTED, None)


@pytest.mark.parametrize(
    "points",
    [{"tasks": None}, {"tasks": Decimal(31)}, {"tasks": Decimal("1.25")}],
)
def test_the_service_asks_too(recheck, people, points):
    given = points_for(90) | points
    with pytest.raises(Conflict, match="任务完成"):
        perform(recheck, "score", by=people.bureau, note="x", points=given)


def test_the_school_scores_nothing_and_waits_for_the_points(client, recheck, people):
    secretary = secretary_of(recheck.honour.project)
    client.force_login(secretary)
    assert press(client, recheck).status_code == 403
    perform(recheck, "score", by=people.bureau, note="x", points=points_for(72))
    page = reverse("brands:recheck", args=[recheck.pk])
    assert "各项得分" not in client.get(page).text

    perform(recheck, "grade", by=people.second)

    assert "各项得分" in client.get(page).text
