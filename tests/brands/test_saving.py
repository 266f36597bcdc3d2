"""Answers saved field by field: the service, the address for the script, and many at once."""

import json

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from brands.forms.drawn import DrawnField
from brands.forms.fields import TITLE
from brands.forms.spec import form_of, value_of
from brands.models import Project, ProjectStatus
from brands.services.saving import save_fields, save_section, versions_of
from foundation.audit.models import AuditEvent
from foundation.verdict import Conflict
from foundation.workflow.engine import perform
from tests.crowd import answers_of
from tests.factories.brands import ready_project
from tests.factories.people import PASSWORD
from tests.factories.schools import UnitFactory

S = ProjectStatus
pytestmark = pytest.mark.django_db


def _saved(project, key):
    return value_of(Project.objects.get(pk=project.pk), key)


def test_save_fields_raises_only_the_versions_of_what_changed(project, secretary):
    before = project.version

    outcome = save_fields(
        project, {"title": "新名", "summary": project.content["summary"]}, versions={}, by=secretary
    )

    assert outcome.saved == {"title": 1, "summary": 0}
    assert (_saved(project, "title"), project.title, project.version) == (
        "新名",
        "新名",
        before + 1,
    )
    again = save_fields(project, {"title": "新名"}, versions={}, by=secretary)
    assert again.saved == {"title": 1}
    assert Project.objects.get(pk=project.pk).version == before + 1


def test_save_fields_leaves_no_audit_event_but_a_press_does(project, secretary):
    save_fields(project, {"title": "一"}, versions={}, by=secretary)
    assert not AuditEvent.objects.filter(action="project.save").exists()

    save_section(project, {"title": "一"}, versions=versions_of(project), by=secretary, via=None)
    assert '"title"' in AuditEvent.objects.get(action="project.save").detail


def test_save_fields_tells_who_changed_the_same_field(project, secretary, staff):
    save_fields(project, {"title": "甲写的"}, versions={}, by=staff)

    outcome = save_fields(project, {"title": "乙写的", "slogan": "乙"}, versions={}, by=secretary)

    assert outcome.saved == {"slogan": 1}
    moved = outcome.conflicts["title"]
    assert (moved.version, moved.value, moved.who) == (1, "甲写的", staff.name)
    assert _saved(project, "title") == "甲写的"
    assert save_fields(project, {"title": "乙写的"}, versions={"title": 1}, by=secretary).saved


def test_save_fields_refuses_the_wrong_person_and_the_wrong_state(
    project, secretary, stranger, district
):
    for user in (stranger, district):
        with pytest.raises(PermissionDenied):
            save_fields(project, {"title": "他人"}, versions={}, by=user)
    perform(project, "submit", by=secretary)

    with pytest.raises(Conflict, match="已提交"):
        save_fields(project, {"title": "迟了"}, versions={}, by=secretary)

    assert _saved(project, "title") == project.title


def test_save_fields_of_a_returned_project_refuses_a_taken_title_only(
    project, batch, unit, secretary
):
    taken = ready_project(batch, UnitFactory(parent=unit.parent), status=S.ELIGIBLE)
    Project.objects.filter(pk=project.pk).update(status=S.RETURNED)
    before = project.title

    outcome = save_fields(
        project, {"title": taken.title, "slogan": "新"}, versions={}, by=secretary
    )

    assert "请更换名称" in outcome.errors["title"]
    assert (outcome.saved, _saved(project, "title")) == ({"slogan": 1}, before)


@pytest.fixture
def send(project, secretary, client):
    """Autosave fields of the first section as the page's script does."""
    client.force_login(secretary)

    def post(values, versions=None, *, section="basics", user=secretary, by=client, **extra):
        drawn = {key: [(versions or {}).get(key, 0), ""] for key in values}
        data = {"field": list(values), "drawn": json.dumps(drawn), "user": user.pk, **values}
        url = reverse("brands:project-autosave", args=[project.pk, section])
        return by.post(url, data | extra, headers={"Accept": "application/json"})

    return post


def test_autosave_answers_field_by_field(send, project, staff):
    save_fields(project, {"slogan": "甲写的"}, versions={}, by=staff)

    answer = send(
        {"title": "好名", "slogan": "乙写的", "started_on": "昨天", "summary": "字" * 999}
    )

    assert answer.status_code == 200
    told = answer.json()
    assert told["saved"] == {"title": 1}
    assert told["conflicts"] == {"slogan": {"version": 1, "value": "甲写的", "who": staff.name}}
    assert "日期格式应如" in told["errors"]["started_on"][0]
    assert "请精简" in told["errors"]["summary"][0]
    assert _saved(project, "title") == "好名"
    assert _saved(project, "summary") != "字" * 999


@pytest.mark.parametrize("made_up", ["meaning", "status", "score", "is_late", "title-0"])
def test_autosave_refuses_a_field_that_its_page_has_not_and_records_it(send, project, made_up):
    before = Project.objects.get(pk=project.pk)

    answer = send({"title": "好名", made_up: "named"})

    assert answer.status_code == 400
    assert made_up in answer.json()["reason"]
    after = Project.objects.get(pk=project.pk)
    assert (after.title, after.content, after.status) == (before.title, before.content, S.DRAFT)
    refused = AuditEvent.objects.get(action="request.refused")
    assert made_up in refused.detail
    assert not refused.success


@pytest.mark.parametrize("drawn", ["", "x", "[]", '{"title": 3}', '{"title": ["3", ""]}'])
def test_autosave_refuses_a_page_that_is_not_whole(send, project, drawn):
    assert send({"title": "新"}, drawn=drawn).status_code == 400
    assert _saved(project, "title") != "新"


def test_autosave_refuses_in_json(send, project, secretary, district, stranger):
    perform(project, "submit", by=secretary)
    late = send({"title": "迟了"})
    other = Client()
    other.force_login(district)
    wrong = send({"title": "他人"}, by=other)
    other.force_login(stranger)

    assert (late.status_code, wrong.status_code) == (409, 403)
    assert "已提交" in late.json()["reason"]
    assert "只有本单位" in wrong.json()["reason"]
    assert send({"title": "他人"}, by=other).status_code == 404
    url = reverse("brands:project-autosave", args=[project.pk, "basics"])
    assert other.get(url).status_code == 405


def test_autosave_without_a_session_asks_to_sign_in(send, project, staff):
    signed_out = send({"title": "新"}, by=Client())
    other = send({"title": "新"}, user=staff)

    assert (signed_out.status_code, other.status_code) == (401, 401)
    assert "登录" in signed_out.json()["reason"]
    assert _saved(project, "title") != "新"


def test_sign_in_in_place_gives_a_new_token(secretary):
    client, url, asks = Client(), reverse("accounts:login"), {"Accept": "application/json"}
    nobody = client.get(url, headers=asks).json()

    wrong = client.post(url, {"username": secretary.username, "password": "x"}, headers=asks)
    right = client.post(url, {"username": secretary.username, "password": PASSWORD}, headers=asks)

    assert nobody["user"] is None
    assert wrong.status_code == 422
    assert "不正确" in wrong.json()["errors"][0]
    assert right.json()["user"] == secretary.pk
    assert right.json()["csrf"]


def test_plain_form_saves_what_was_touched_only(client, staff, secretary, project):
    """Without a script: two people, one page each, different fields; both persist."""
    client.force_login(staff)
    url = reverse("brands:project-section", args=[project.pk, "basics"])
    drawn = client.get(url).context["form"]["drawn"].value()
    fields = {"slogan": "", "started_on": "2026-03-02", "summary": project.content["summary"]}
    save_fields(project, {"slogan": "书记写的"}, versions={}, by=secretary)
    old = {**fields, "slogan": form_slogan(project), "drawn": drawn}

    response = client.post(url, old | {"title": "职员写的"})

    assert response.status_code == 302
    assert (_saved(project, "title"), _saved(project, "slogan")) == ("职员写的", "书记写的")


def test_page_tells_the_script_what_it_shows_unsaved(client, secretary, project):
    project.content.pop("principal")
    project.save(update_fields=["content"])
    project.organisation.secretary_name = "书记丙"
    project.organisation.save(update_fields=["secretary_name"])
    client.force_login(secretary)
    url = reverse("brands:project-section", args=[project.pk, "opinion"])

    page = client.get(url)

    assert page.context["autosave"]["unsaved"] == ["principal"]
    assert "js/autosave.js" in page.text
    Project.objects.filter(pk=project.pk).update(status=S.DISTRICT_REVIEW)
    assert "js/autosave.js" not in client.post(url).text


def form_slogan(project):
    """The slogan as the page was drawn with."""
    return next(
        f"{item.label}示例" for item in form_of(project.batch).fields if item.key == "slogan"
    )


def _saving(project, key, value, user):
    """To be called later, on the project as it is now."""
    own = Project.objects.get(pk=project.pk)
    return lambda: save_fields(own, {key: value}, versions={}, by=user)


@pytest.mark.django_db(transaction=True)
def test_different_fields_at_once_all_persist(project, secretary, staff):
    keys = [item.key for item in form_of(project.batch).fields if item.key != TITLE]
    people = [secretary, staff] * len(keys)

    outcomes = answers_of(
        [_saving(project, key, f"新{key}", user) for key, user in zip(keys, people, strict=False)]
    )

    current = Project.objects.get(pk=project.pk)
    assert all(outcome.saved == {key: 1} for key, outcome in zip(keys, outcomes, strict=True))
    assert {key: value_of(current, key) for key in keys} == {key: f"新{key}" for key in keys}
    assert current.version == project.version + len(keys)


@pytest.mark.django_db(transaction=True)
def test_same_field_at_once_has_one_winner(project, secretary, staff):
    people = [secretary, staff] * 5

    outcomes = answers_of(
        [_saving(project, "slogan", f"第{n}种", user) for n, user in enumerate(people)]
    )

    won = [n for n, outcome in enumerate(outcomes) if outcome.saved]
    assert len(won) == 1
    assert _saved(project, "slogan") == f"第{won[0]}种"
    lost = [outcome.conflicts["slogan"] for outcome in outcomes if not outcome.saved]
    assert {moved.value for moved in lost} == {f"第{won[0]}种"}


def test_a_mark_of_thousands_of_digits_is_an_incomplete_page():
    with pytest.raises(ValidationError, match="页面不完整"):
        DrawnField().clean("9" * 5000)
