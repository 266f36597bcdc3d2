"""A name that is taken is said while one still writes, and no more than that."""

import pytest
from django.urls import reverse

from brands.models import ProjectStatus
from brands.services.saving import save_section
from tests.factories.brands import ready_project
from tests.factories.schools import UnitFactory

pytestmark = pytest.mark.django_db
TAKEN = "本批次已有名为“石榴花开”的申报，请更换名称。"


@pytest.fixture
def other(batch, root):
    """Another school's, handed in."""
    school = UnitFactory(parent__parent=root)
    return ready_project(batch, school, title="石榴花开", status=ProjectStatus.DISTRICT_REVIEW)


def _autosave(client, project, title):
    data = {
        "field": ["title"], "title": title, "drawn": '{"title": [0, ""]}',
        "user": client.session["_auth_user_id"],
    }  # fmt: skip
    url = reverse("brands:project-autosave", args=[project.pk, "basics"])
    return client.post(url, data).json()


def test_it_is_said_as_soon_as_it_is_saved(client, project, staff, other):
    client.force_login(staff)
    told = _autosave(client, project, "《石榴花开》")
    assert told["saved"] == {"title": 1}
    assert told["warnings"] == {"title": TAKEN}
    assert other.organisation.name not in str(told)

    page = client.get(reverse("brands:project-section", args=[project.pk, "basics"]))
    assert page.context["autosave"]["warnings"] == {"title": TAKEN}
    later = client.get(reverse("brands:project-section", args=[project.pk, "meaning"]))
    assert later.context["autosave"]["warnings"] == {}


def test_pressed_it_is_saved_and_said(client, project, staff, other):
    client.force_login(staff)
    url = reverse("brands:project-section", args=[project.pk, "basics"])
    drawn = client.get(url).context["form"]["drawn"].value()
    answer = client.post(url, {"drawn": drawn, "title": "石榴花开", "save": "1"}, follow=True)
    assert TAKEN in [str(message) for message in answer.context["messages"]]


@pytest.mark.parametrize("status", [ProjectStatus.DRAFT, ProjectStatus.WITHDRAWN])
def test_of_anothers_draft_nothing_is_told(client, project, staff, other, status):
    type(other).objects.filter(pk=other.pk).update(status=status)
    client.force_login(staff)
    assert _autosave(client, project, "石榴花开")["warnings"] == {}


def test_nor_of_another_batch(project, staff, other):
    type(other).objects.update(title="石榴花开")
    outcome = save_section(project, {"title": "别的名字"}, versions={}, by=staff, via=None)
    assert outcome.warnings == {}
