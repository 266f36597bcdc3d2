"""What the pages of the decision offer and say."""

import pytest
from django.urls import reverse

from brands.models import Programme
from tests.brands.after import city, published, ranked
from tests.factories.brands import ProjectFactory, open_batch

pytestmark = pytest.mark.django_db

BRAND = {"scored", "proposed", "approved", "declined", "publicity", "on_hold", "named", "revoked"}
SECRETARY = {
    "scored", "approved", "declined", "established", "in_progress", "closing", "closing_review",
    "closing_scored", "closed_excellent", "closed_good", "closed_pass", "closed_fail",
    "terminated",
}  # fmt: skip


@pytest.mark.parametrize(
    ("programme", "statuses"),
    [(Programme.SCHOOL_BRAND, BRAND), (Programme.SECRETARY_PROJECT, SECRETARY)],
)
def test_the_status_filter_offers_what_the_programme_knows(client, programme, statuses):
    batch = open_batch(programme)
    ProjectFactory(batch=batch, status="scored", rank=1)
    client.force_login(city().leader)

    response = client.get(reverse("brands:decision", args=[batch.pk]))

    assert {value for value, _ in response.context["statuses"]} == statuses


@pytest.mark.parametrize("name", ["decision-approve", "decision-decline", "naming-confirm"])
def test_a_confirm_page_says_nothing_twice(client, at, name):
    people = city()
    at("2026-03-02 09:00")
    batch, projects = ranked(1, status="proposed")
    if name == "naming-confirm":
        publicity, projects = published(people, 1)
        batch = publicity.batch
    client.force_login(people.leader)

    url = reverse(f"brands:{name}", args=[batch.pk])
    page = client.get(url, {"project": projects[0].pk}).content.decode()

    assert page.count("有一项不能办理，所选项目都不改动") == 1
    assert "任何一项不符合条件" not in page


@pytest.mark.parametrize(("status", "shown"), [("scored", True), ("closing_scored", False)])
def test_decision_offers_its_buttons_only_where_something_is_to_choose(client, status, shown):
    batch, _ = ranked(1, status=status, programme_id=Programme.SECRETARY_PROJECT)
    client.force_login(city().leader)

    page = client.get(reverse("brands:decision", args=[batch.pk])).text

    assert ("审定所选立项" in page) is shown
