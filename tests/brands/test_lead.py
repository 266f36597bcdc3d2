"""One 书记项目 a year for each secretary, wherever and in however many batches they apply."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from brands.models import Honour, Programme, Project, ProjectStatus
from brands.services import releasing
from foundation import clock
from foundation.verdict import Conflict
from foundation.workflow.engine import perform
from schools.models import Appointment, Role
from tests.crowd import CROWD, browsers, ends, press
from tests.factories.brands import open_batch, ready_project
from tests.factories.people import person
from tests.factories.schools import UnitFactory

S = ProjectStatus


def second_post(secretary, unit):
    """A unit nearby whose secretary is the same person."""
    other = UnitFactory(parent=unit.parent)
    Appointment.objects.create(user=secretary, role=Role.SECRETARY, organisation=other)
    if hasattr(secretary, "_rights"):
        del secretary._rights
    return other


def secretary_batch(**fields):
    return open_batch(Programme.SECRETARY_PROJECT, **fields)


@pytest.fixture
def submitted(unit, secretary):
    project = ready_project(secretary_batch(), unit)
    perform(project, "submit", by=secretary)
    return project


@pytest.mark.django_db
def test_who_submits_it_leads_it(submitted, secretary):
    submitted.refresh_from_db()

    assert (submitted.lead, submitted.lead_for) == (secretary, "secretary-2026")


@pytest.mark.django_db
def test_a_second_one_is_refused_before_writing_starts(client, submitted, unit, staff):
    batch = secretary_batch()
    client.force_login(staff)

    page = client.get(reverse("brands:batch", args=[batch.pk])).text
    response = client.post(reverse("brands:project-new"), {"batch": batch.pk})

    assert "一名书记一年只能领办一个" in page
    assert "开始申报" not in page
    assert response.status_code == 409
    assert "一名书记一年只能领办一个" in response.text
    assert not batch.projects.exists()


@pytest.mark.django_db
def test_a_unit_with_another_secretary_may_start(client, submitted, unit, staff):
    person(Role.SECRETARY, unit)
    batch = secretary_batch()
    client.force_login(staff)

    assert client.post(reverse("brands:project-new"), {"batch": batch.pk}).status_code == 302


@pytest.mark.django_db
def test_it_is_asked_again_at_submission_across_units(client, unit, secretary):
    batch = secretary_batch()
    first = ready_project(batch, unit)
    second = ready_project(batch, second_post(secretary, unit))
    perform(first, "submit", by=secretary)
    client.force_login(secretary)

    page = client.get(reverse("brands:project-review", args=[second.pk])).text

    assert "一名书记一年只能领办一个" in page
    assert first.organisation.short in page
    with pytest.raises(Conflict, match="一名书记一年只能领办一个"):
        perform(second, "submit", by=secretary)


@pytest.mark.django_db
@pytest.mark.parametrize("end", ["withdrawn", "rejected", "declined"])
def test_one_that_came_to_nothing_leaves_the_year_free(submitted, unit, secretary, end):
    Project.objects.filter(pk=submitted.pk).update(status=end, released_at=clock.now())
    second = ready_project(secretary_batch(), unit)

    perform(second, "submit", by=secretary)

    assert second.lead == secretary


@pytest.mark.django_db
def test_declined_in_secret_the_year_stays_taken_and_no_page_differs(
    client, submitted, unit, secretary, bureau
):
    """A year that were free again would tell the school what was decided before it is out."""
    batch = secretary_batch()
    client.force_login(secretary)
    address = reverse("brands:batch", args=[batch.pk])
    Project.objects.filter(pk=submitted.pk).update(status=S.IN_REVIEW)
    before = [_words(client.get(url)) for url in (address, reverse("dashboard:home"))]

    Project.objects.filter(pk=submitted.pk).update(status=S.SCORED)
    leader = person(Role.LEADER, bureau.appointments.get().organisation)
    perform(Project.objects.get(pk=submitted.pk), "decline", by=leader, note="不予立项")

    after = [_words(client.get(url)) for url in (address, reverse("dashboard:home"))]
    assert after == before
    assert client.post(reverse("brands:project-new"), {"batch": batch.pk}).status_code == 409
    with pytest.raises(Conflict, match="一名书记一年只能领办一个"):
        perform(ready_project(batch, unit), "submit", by=secretary)

    keys = list(releasing.pending(submitted.batch).values_list("pk", flat=True))
    releasing.release(submitted.batch, keys, by=bureau, minutes_number="3号")
    assert "开始申报" in client.get(reverse("brands:batch", args=[secretary_batch().pk])).text


def _words(response):
    main = response.text.partition("<main")[2].partition("</main>")[0]
    return re.sub(r'(nonce|value)="[^"]*"', "", main)


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["returned", "established", "closed_fail"])
def test_one_under_way_or_closed_counts(submitted, unit, secretary, status):
    Project.objects.filter(pk=submitted.pk).update(status=status)

    with pytest.raises(Conflict, match="一名书记一年只能领办一个"):
        perform(ready_project(secretary_batch(), unit), "submit", by=secretary)


@pytest.mark.django_db
def test_another_year_or_programme_is_free(submitted, unit, secretary):
    for batch in (secretary_batch(year=2027), open_batch("organ_project", year=2026)):
        perform(ready_project(batch, unit), "submit", by=secretary)


@pytest.mark.django_db
def test_the_same_one_is_handed_in_again(submitted, bureau, secretary):
    perform(submitted, "return", by=bureau, note="请补充")

    perform(submitted, "submit", by=secretary)

    assert submitted.status == S.PRECHECK


@pytest.mark.django_db
def test_who_was_named_meanwhile_cannot_submit(client, project, unit, secretary):
    Honour.objects.create(
        number="苏YP-2026-0009", school=unit.school, holder=unit.school.name, brand_name="红烛",
        label="建设成果", year=2026, batch_number=1, named_on=clock.today(),
    )  # fmt: skip
    client.force_login(secretary)

    page = client.get(reverse("brands:project-review", args=[project.pk])).text

    assert "不能再申报同级命名" in page
    with pytest.raises(Conflict, match="不能再申报同级命名"):
        perform(project, "submit", by=secretary)


@pytest.mark.django_db
def test_the_database_holds_it_too(submitted, unit, secretary):
    second = ready_project(secretary_batch(), unit)
    second.lead, second.lead_for = secretary, submitted.lead_for
    second.save()

    with pytest.raises(IntegrityError, match="lead"), transaction.atomic():
        Project.objects.filter(pk=second.pk).update(status=S.PRECHECK)


@CROWD
@pytest.mark.django_db(transaction=True)
def test_one_secretary_at_many_desks_submits_one(unit, crowd):
    for turn in range(crowd.times):
        secretary = person(Role.SECRETARY, unit)
        batches = [secretary_batch(year=2030 + turn) for _ in range(2)]
        units = [second_post(secretary, unit) for _ in range(crowd.people // 2)]
        projects = [ready_project(batch, each) for batch in batches for each in units]
        windows = browsers(secretary, len(projects))

        answers = press(
            [
                (
                    window,
                    reverse("brands:project-transition", args=[project.pk, "submit"]),
                    {"version": 0},
                )
                for window, project in zip(windows, projects, strict=True)
            ]
        )

        assert ends(answers) == {"done": 1, "conflict": len(projects) - 1}
        assert Project.objects.filter(lead=secretary).count() == 1


@pytest.mark.django_db
def test_two_posts_of_one_programme_year_do_not_meet_in_the_brand(unit, secretary):
    batch = open_batch(quotas=[(unit.area, 5)])
    for each in (unit, second_post(secretary, unit)):
        perform(ready_project(batch, each, title=f"红烛{each.pk}"), "submit", by=secretary)

    assert batch.projects.filter(lead=secretary).count() == 2


@pytest.mark.django_db
def test_a_refusal_is_not_taken_back_once_its_secretary_leads_another(
    submitted, unit, secretary, bureau
):
    submitted.refresh_from_db()
    perform(submitted, "reject", by=bureau, note="不符合")
    other = ready_project(secretary_batch(), second_post(secretary, unit))
    perform(other, "submit", by=secretary)

    with pytest.raises(Conflict, match="一名书记一年只能领办一个"):
        perform(submitted, "unreject", by=bureau, note="办错了")

    submitted.refresh_from_db()
    assert submitted.status == S.REJECTED
