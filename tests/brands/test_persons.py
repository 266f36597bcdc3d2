"""A programme for persons: their organisation puts forward as many as it likes, each once."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from brands.forms.spec import form_of
from brands.models import Applicant, ApplicationForm, Honour, Programme, Project, ProjectStatus
from brands.services.projects import start_project
from brands.services.saving import save_fields
from foundation import clock
from foundation.verdict import Conflict
from foundation.workflow.engine import perform
from schools.models import OrganisationKind, Role, Tier
from schools.rights import rights_of
from tests.crowd import answers_of
from tests.factories.brands import open_batch
from tests.factories.people import person
from tests.factories.schools import UnitFactory


def _programme():
    programme = Programme.objects.create(
        key="pioneer", name="先锋示例", track="naming", applicant=Applicant.PERSON,
        number_code="XF", rubrics=["R1"],
    )  # fmt: skip
    form = ApplicationForm.objects.get(programme=Programme.SCHOOL_BRAND)
    ApplicationForm.objects.create(programme=programme, version=1, content=form.content)
    return programme


@pytest.fixture
def batch(db, root):
    return open_batch(_programme().pk)


@pytest.fixture
def starts(batch, unit, secretary):
    via = rights_of(secretary).appointments[0]
    return lambda name: start_project(batch, organisation=unit, by=secretary, via=via, person=name)


@pytest.mark.django_db
class TestStarting:
    def test_each_person_has_one_application(self, client, batch, secretary):
        client.force_login(secretary)
        for name in ("  示例 老师", "示例 老师 ", "另一位老师"):
            url = reverse("brands:project-new")
            assert client.post(url, {"batch": batch.pk, "person": name}).status_code == 302

        found = batch.projects.order_by("pk").values_list("person", "title")
        assert list(found) == [("示例 老师",) * 2, ("另一位老师",) * 2]
        page = client.get(reverse("brands:batch", args=[batch.pk])).text
        assert "示例 老师" in page
        assert "另一位老师" in page
        assert 'name="person"' in page

    @pytest.mark.parametrize("name", ["", "   ", "长" * 21])
    def test_without_a_name_nothing_begins(self, client, batch, secretary, name):
        client.force_login(secretary)
        response = client.post(
            reverse("brands:project-new"), {"batch": batch.pk, "person": name}, follow=True
        )

        assert "请填写申报对象的姓名" in response.text
        assert not batch.projects.exists()

    def test_an_organisation_still_applies_once(self, unit, secretary):
        usual = open_batch()
        via = rights_of(secretary).appointments[0]
        one, other = (
            start_project(usual, organisation=unit, by=secretary, via=via, person=name)
            for name in ("甲", "乙")
        )
        assert one == other
        assert (one.person, one.title) == ("", "")
        with pytest.raises(IntegrityError), transaction.atomic():
            Project.objects.create(batch=usual, organisation=unit, created_by=secretary)

    def test_others_may_not(self, client, batch, unit, district):
        branch = UnitFactory(parent=unit, tier=Tier.BRANCH, kind=OrganisationKind.BRANCH)
        for user in (person(Role.SECRETARY, branch), district):
            client.force_login(user)
            data = {"batch": batch.pk, "person": "示例老师"}
            assert client.post(reverse("brands:project-new"), data).status_code in (403, 404)
        assert not batch.projects.exists()

    def test_who_was_named_is_told_before_writing(self, starts, batch, unit, secretary):
        old = starts("示例老师")
        Project.objects.filter(pk=old.pk).update(status=ProjectStatus.NAMED)
        Honour.objects.create(
            number="苏YP-2026-0099", project=old, school=unit.school, holder=unit.short,
            brand_name="示例老师", label="建设成果", year=2026, named_on=clock.today(),
        )  # fmt: skip
        with pytest.raises(Conflict, match="本单位的示例老师已于"):
            starts("示例老师")
        assert starts("另一位老师").person == "另一位老师"


@pytest.mark.django_db
class TestWriting:
    def test_the_name_is_fixed_on_the_page_and_on_the_server(self, client, starts, secretary):
        project = starts("示例老师")
        client.force_login(secretary)
        page = client.get(reverse("brands:project-section", args=[project.pk, "basics"]))
        assert page.context["form"].fields["title"].disabled
        with pytest.raises(Conflict, match="姓名不能改动"):
            save_fields(project, {"title": "换个人"}, versions={}, by=secretary)
        assert Project.objects.get(pk=project.pk).title == "示例老师"

    def test_namesakes_of_two_schools_are_both_handed_in(self, starts, batch, secretary, stranger):
        via = rights_of(stranger).appointments[0]
        namesake = start_project(
            batch, organisation=via.organisation, by=stranger, via=via, person="示例老师"
        )
        for project, by in ((starts("示例老师"), secretary), (namesake, stranger)):
            answers = {field.key: "示例" for field in form_of(batch).fields if field.key != "title"}
            answers |= {"started_on": "2026-03-02", "phone": "0512-65220000"}
            Project.objects.filter(pk=project.pk).update(content=answers)
            project.refresh_from_db()
            perform(project, "submit", by=by)
            assert project.number.endswith(("-XF-0001", "-XF-0002"))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_pressed_twice_at_once_begins_one(starts, batch):
    assert connection.vendor == "postgresql"
    made = answers_of([lambda: starts("示例老师").pk] * 4)

    assert len(set(made)) == 1
    assert batch.projects.count() == 1


@pytest.mark.django_db
def test_home_offers_what_fits_the_post(client, unit, secretary):
    for_units, for_branches = open_batch(), open_batch("organ_project")
    branch = UnitFactory(parent=unit, tier=Tier.BRANCH, kind=OrganisationKind.BRANCH)
    for user, offered, not_offered in (
        (secretary, for_units, for_branches),
        (person(Role.SECRETARY, branch), for_branches, for_units),
    ):
        client.force_login(user)
        page = client.get(reverse("dashboard:home")).text
        assert f"申报{offered.title}" in page
        assert f"申报{not_offered.title}" not in page
