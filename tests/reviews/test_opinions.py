"""The applicant reads merged comments once the outcome is out, and nothing of who gave what."""

import pytest
from django.urls import reverse

from brands.models import Project
from foundation import clock
from reviews.services import freeze_round
from schools.models import Role
from tests.factories.people import AppointmentFactory, person
from tests.factories.reviews import EntryFactory, RoundFactory, reviewer, staff, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry():
    made = EntryFactory(round=RoundFactory(status="open"))
    for n, comment in enumerate(("乙意见：载体可再聚焦。", "甲意见：成效扎实。")):
        assignment = submitted(made, 0.9 - n / 10, by=reviewer(name=f"评审人员{n}"))
        type(assignment).objects.filter(pk=assignment.pk).update(comment=comment)
    freeze_round(made.round, by=staff())
    return made


def read(client, entry, user, **columns):
    Project.objects.filter(pk=entry.project_id).update(**columns)
    client.force_login(user)
    return client.get(reverse("reviews:opinions", args=[entry.project_id]))


def school(entry):
    return person(Role.SECRETARY, entry.project.organisation)


@pytest.mark.parametrize(
    "status", ["in_review", "scored", "proposed", "approved", "declined", "publicity", "on_hold"]
)
def test_nothing_before_the_outcome_is_out_and_every_refusal_reads_the_same(client, entry, status):
    response = read(client, entry, school(entry), status=status)
    assert response.status_code == 409
    assert "审定结果公布、公示结束之后" in response.content.decode()


@pytest.mark.parametrize("status", ["named", "established", "declined"])
def test_then_the_comments_in_their_own_order_without_names_or_scores(client, entry, status):
    page = read(
        client, entry, school(entry), status=status, released_at=clock.now()
    ).content.decode()
    assert page.index("乙意见") < page.index("甲意见")
    assert "评审人员" not in page
    assert not any(
        str(figure) in page for figure in entry.assignments.values_list("total", flat=True)
    )


def test_who_was_not_chosen_waits_for_the_notices_of_the_batch(client, entry):
    other = EntryFactory(round=entry.round).project
    Project.objects.filter(pk=other.pk).update(status="publicity")
    columns = {"status": "declined", "released_at": clock.now()}
    assert read(client, entry, school(entry), **columns).status_code == 409
    Project.objects.filter(pk=other.pk).update(status="named")
    assert read(client, entry, school(entry), **columns).status_code == 200


def test_other_schools_districts_and_reviewers_do_not_read_them(client, entry):
    area = entry.project.organisation.parent
    strangers = {
        404: [person(Role.SECRETARY, EntryFactory().project.organisation), reviewer()],
        403: [AppointmentFactory(organisation=area, role=Role.DISTRICT).user],
    }
    for status, people in strangers.items():
        for who in people:
            assert read(client, entry, who, status="named").status_code == status


def test_the_project_page_leads_there_only_then(client, entry):
    client.force_login(school(entry))
    address, link = reverse("brands:project", args=[entry.project_id]), "/opinions/"
    Project.objects.filter(pk=entry.project_id).update(status="publicity")
    assert link not in client.get(address).content.decode()
    Project.objects.filter(pk=entry.project_id).update(status="named")
    assert link in client.get(address).content.decode()
