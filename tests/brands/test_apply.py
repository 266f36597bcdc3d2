import io
import json
import re

import docx
import pytest
from django.urls import reverse

from brands.forms.drawn import drawn_with
from brands.forms.fields import FormSpec
from brands.forms.spec import form_of
from brands.models import Programme, Project, ProjectStatus
from brands.shipping import shipped
from foundation import clock
from foundation.audit.models import AuditEvent
from foundation.outbox.models import Message
from foundation.verdict import Conflict
from foundation.workflow.engine import perform, workflow_of
from schools.models import PartyOrganisation, Role
from tests.factories.brands import BatchFactory, ProjectFactory, open_batch, ready_project
from tests.factories.people import person
from tests.factories.schools import UnitFactory
from tests.moving import drawn

S = ProjectStatus


def _url(name, *args):
    return reverse(f"brands:{name}", args=args)


def test_project_new_begins_one_draft_for_the_own_unit(client, secretary, unit, batch):
    client.force_login(secretary)

    for _ in range(2):
        response = client.post(_url("project-new"), {"batch": batch.pk, "organisation": 999})

    project = Project.objects.get()
    assert response["Location"] == _url("project", project.pk)
    assert (project.organisation, project.area, project.status) == (unit, unit.area, S.DRAFT)


def test_project_new_refuses_others(client, district, secretary, batch):
    client.force_login(district)
    assert client.post(_url("project-new"), {"batch": batch.pk}).status_code == 403

    client.force_login(secretary)
    hidden = BatchFactory()
    assert client.post(_url("project-new"), {"batch": hidden.pk}).status_code == 404
    assert client.post(_url("project-new"), {"batch": "x"}).status_code == 404
    assert client.get(_url("project-new")).status_code == 405


def test_project_new_outside_the_window_is_a_conflict(client, secretary, batch):
    batch.stages.all().delete()
    client.force_login(secretary)

    assert client.post(_url("project-new"), {"batch": batch.pk}).status_code == 409


@pytest.mark.parametrize("name", ["project", "project-word", "project-receipt", "project-review"])
def test_pages_of_another_school_are_hidden(client, stranger, project, name):
    client.force_login(stranger)

    assert client.get(_url(name, project.pk)).status_code == 404


def test_project_draft_is_hidden_from_those_above(client, district, bureau, project):
    for user in (district, bureau):
        client.force_login(user)
        assert client.get(_url("project", project.pk)).status_code == 404


def test_project_page_lists_what_is_missing(client, secretary, batch, unit):
    project = ProjectFactory(batch=batch, organisation=unit, title="")
    client.force_login(secretary)

    page = client.get(_url("project", project.pk))

    assert page.status_code == 200
    assert [task["done"] for task in page.context["tasks"]] == [False] * 5
    assert "苏教工委〔2026〕12号" in page.text


def _drawn(project):
    """What a page that shows this project as it is now carries."""
    return json.dumps(drawn_with(project, [item.key for item in form_of(project.batch).fields]))


def _section_data(project, **changes):
    section = form_of(project.batch).section("basics")
    data = {
        "title": "红烛先锋", "slogan": "", "started_on": "2024-09-01",
        "summary": "一句话", "drawn": _drawn(project),
    }  # fmt: skip
    assert {item.key for item in section.fields} <= set(data)
    return data | changes


def test_section_saves_its_own_answers_and_goes_on(client, staff, project):
    client.force_login(staff)

    response = client.post(_url("project-section", project.pk, "basics"), _section_data(project))

    project.refresh_from_db()
    assert response["Location"] == _url("project-section", project.pk, "meaning")
    assert (project.title, project.content["started_on"]) == ("红烛先锋", "2024-09-01")


@pytest.mark.parametrize("made_up", ["status", "score", "number", "organisation", "meaning"])
def test_section_refuses_a_field_that_it_has_not(client, staff, project, made_up):
    client.force_login(staff)
    before = (project.title, project.content, project.status, project.score, project.number)

    url = _url("project-section", project.pk, "basics")
    response = client.post(url, _section_data(project, **{made_up: "99"}))

    assert response.status_code == 409
    assert made_up in response.text
    project.refresh_from_db()
    after = (project.title, project.content, project.status, project.score, project.number)
    assert after == before
    assert AuditEvent.objects.filter(action="request.refused").count() == 1


def test_section_draft_button_goes_back_to_the_list(client, staff, project):
    client.force_login(staff)

    data = _section_data(project, save="1", title="")
    response = client.post(_url("project-section", project.pk, "basics"), data)

    assert response["Location"] == _url("project", project.pk)


def test_section_stale_keeps_what_was_typed_and_shows_the_others(client, staff, project):
    client.force_login(staff)
    url = _url("project-section", project.pk, "basics")
    first = _section_data(project, title="别人写的")
    client.post(url, first)

    response = client.post(url, _section_data(project, title="我写的"))

    assert response.status_code == 409
    assert "我写的" in response.text
    assert "别人写的" in response.text
    project.refresh_from_db()
    assert project.title == "别人写的"
    assert client.post(url, _section_data(project, title="我写的")).status_code == 302


def test_section_submitted_meanwhile_keeps_what_was_typed(client, staff, secretary, project):
    client.force_login(staff)
    data = _section_data(project, title="还没存的")
    perform(project, "submit", by=secretary)
    url = _url("project-section", project.pk, "basics")

    response = client.post(url, data)

    assert response.status_code == 409
    assert "还没存的" in response.text
    assert "请先复制留存" in response.text
    assert "再次保存" not in response.text
    assert client.get(url).status_code == 409
    assert client.post(url).status_code == 409


def test_section_with_mistakes_is_a_conflict_too_once_submitted(client, staff, secretary, project):
    client.force_login(staff)
    data = _section_data(project, title="字" * 21)
    perform(project, "submit", by=secretary)

    response = client.post(_url("project-section", project.pk, "basics"), data)

    assert response.status_code == 409
    assert "字" * 21 in response.text


def test_section_says_what_is_too_long(client, staff, project):
    client.force_login(staff)
    url = _url("project-section", project.pk, "basics")

    response = client.post(url, _section_data(project, title="字" * 21, started_on="昨天"))

    assert response.status_code == 200
    assert "超过20字的限制" in response.text
    assert "日期格式应如" in response.text


def test_section_unknown_or_wrong_person(client, staff, district, secretary, project):
    client.force_login(staff)
    assert client.get(_url("project-section", project.pk, "nothing")).status_code == 404

    perform(project, "submit", by=secretary)
    client.force_login(district)
    assert client.get(_url("project-section", project.pk, "basics")).status_code == 403


def test_review_shows_gaps_and_offers_submission_to_the_secretary_only(
    client, staff, secretary, project
):
    url = _url("project-review", project.pk)
    client.force_login(staff)
    assert not client.get(url).context["verdict"]

    client.force_login(secretary)
    page = client.get(url)
    assert page.context["verdict"]
    assert page.context["gaps"] == []


def test_submit_gives_a_receipt_and_tells_the_district(client, secretary, district, project):
    client.force_login(secretary)
    url = _url("project-transition", project.pk, "submit")

    response = client.post(url, {"version": project.version})

    project.refresh_from_db()
    assert response["Location"] == _url("project-receipt", project.pk)
    assert "2026-YP-0001" in client.get(response["Location"]).text
    event = project.events.get()
    keys = set(Message.objects.values_list("key", flat=True))
    assert f"inbox:project-event:{event.pk}:{district.pk}" in keys
    assert client.post(url).status_code == 409


def test_submit_wrong_person_hidden_and_wrong_method(client, staff, stranger, project):
    url = _url("project-transition", project.pk, "submit")
    client.force_login(staff)
    assert client.post(url).status_code == 403
    assert client.get(url).status_code == 405

    client.force_login(stranger)
    assert client.post(url).status_code == 404


def test_submit_with_a_stale_version_is_a_conflict(client, secretary, project):
    client.force_login(secretary)

    response = client.post(_url("project-transition", project.pk, "submit"), {"version": 99})

    assert response.status_code == 409


@pytest.mark.parametrize("name", ["start_review", "finish_review", "approve", "name", "nonsense"])
def test_transition_of_another_stretch_is_not_here(client, bureau, batch, unit, name):
    project = ready_project(batch, unit, status=S.ELIGIBLE)
    client.force_login(bureau)

    assert client.post(_url("project-transition", project.pk, name)).status_code == 404


def test_withdraw_asks_first_and_revives(client, secretary, project):
    perform(project, "submit", by=secretary)
    client.force_login(secretary)

    assert "撤回后" in client.get(_url("project-confirm", project.pk, "withdraw")).text
    for name in ("withdraw", "revive"):
        client.post(_url("project-transition", project.pk, name), drawn(project))

    project.refresh_from_db()
    assert project.status == S.DRAFT


def test_word_form_has_number_code_and_answers(client, secretary, project):
    perform(project, "submit", by=secretary)
    client.force_login(secretary)

    response = client.get(_url("project-word", project.pk))

    document = docx.Document(io.BytesIO(response.content))
    words = "\n".join(cell.text for row in document.tables[0].rows for cell in row.cells)
    assert project.title in words
    assert "13812345678" in words
    footer = "".join(p.text for s in document.sections for p in s.footer.paragraphs)
    assert project.number in footer
    assert f"校验码：{project.versions.get().code}" in footer
    assert AuditEvent.objects.filter(action="export", object_id=str(project.pk)).count() == 1


def test_word_form_masks_the_phone_for_those_above(client, secretary, district, project):
    perform(project, "submit", by=secretary)
    client.force_login(district)

    response = client.get(_url("project-word", project.pk))

    document = docx.Document(io.BytesIO(response.content))
    words = "\n".join(cell.text for row in document.tables[0].rows for cell in row.cells)
    assert "13812345678" not in words
    assert "138****5678" in words


@pytest.mark.parametrize("status", [S.SCORED, S.PROPOSED, S.APPROVED, S.DECLINED])
def test_outcome_is_not_told_before_publicity(client, secretary, district, batch, unit, status):
    project = ready_project(batch, unit, status=status, score="87.65", rank=7)
    project.events.create(
        name="x", label="暗号动作", source=S.SCORED, target=status, by=secretary, note="暗号"
    )

    for user in (secretary, district):
        client.force_login(user)
        for url in (_url("project", project.pk), _url("projects")):
            page = re.sub(r"<select.*?</select>", "", client.get(url).text, flags=re.S)
            assert "专家评审中" in page
            for secret in (S(status).label, "87.65", "暗号", "第7名"):
                assert secret not in page
        assert project.title not in client.get(_url("projects"), {"status": status}).text
        assert project.title in client.get(_url("projects"), {"status": "in_review"}).text


def test_declined_is_told_after_its_release(client, secretary, batch, unit):
    ready_project(batch, unit, status=S.DECLINED, released_at=clock.now())
    client.force_login(secretary)

    project = Project.objects.get()
    assert "未入选" in client.get(_url("project", project.pk)).text
    for status, found in [("declined", True), ("in_review", False)]:
        shown = client.get(_url("projects"), {"status": status}).text
        assert (project.title in shown) is found


@pytest.mark.parametrize("count", [1, 3])
def test_list_query_count_does_not_grow(client, bureau, root, count, django_assert_num_queries):
    batch = open_batch()
    for _ in range(count):
        unit = UnitFactory(parent__parent=root)
        ready_project(batch, unit, status=S.FORMAL_CHECK)
    client.force_login(bureau)

    with django_assert_num_queries(5):  # session, user, rights and inbox, choices, page
        response = client.get(_url("projects"))

    assert len(response.context["rows"]) == count


def test_list_filters_search_and_fragments(client, bureau, secretary, project):
    perform(project, "submit", by=secretary)
    client.force_login(bureau)

    for query, found in [
        ({"q": "hongzhu"}, 1),
        ({"q": "lanzhu"}, 0),
        ({"q": project.number}, 1),
        ({"status": "draft"}, 0),
    ]:
        assert len(client.get(_url("projects"), query).context["rows"]) == found
    part = client.get(_url("projects"), {"q": project.title}, headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert project.title in part


def test_list_is_empty_for_a_reviewer(client, root, project):
    client.force_login(person(Role.REVIEWER, root))

    assert list(client.get(_url("projects")).context["page"]) == []


def test_section_of_a_returned_project_cannot_take_a_submitted_title(
    client, secretary, batch, unit, project
):
    taken = ready_project(batch, UnitFactory(parent=unit.parent), status=S.ELIGIBLE, title="红烛")
    Project.objects.filter(pk=project.pk).update(status=S.RETURNED)
    client.force_login(secretary)

    data = _section_data(project, title=taken.title)
    response = client.post(_url("project-section", project.pk, "basics"), data)

    assert response.status_code == 409
    assert "请更换名称" in response.text


@pytest.mark.parametrize("programme", [facts["key"] for facts in shipped()])
def test_every_section_of_a_shipped_form_opens(client, secretary, unit, programme):
    project = ready_project(open_batch(programme), unit)
    client.force_login(secretary)

    for section in form_of(project.batch).sections:
        assert client.get(_url("project-section", project.pk, section.key)).status_code == 200
    assert client.get(_url("project-review", project.pk)).status_code == 200
    assert client.get(_url("project", project.pk)).status_code == 200
    assert client.get(_url("project-word", project.pk)).status_code == 200


@pytest.mark.parametrize("status", [S.ESTABLISHED, S.CLOSED_GOOD, S.RETURNED, S.REJECTED])
def test_project_page_opens_in_later_statuses(client, secretary, bureau, unit, status):
    batch = open_batch(Programme.SECRETARY_PROJECT)
    project = ready_project(batch, unit, status=status)

    for user in (secretary, bureau):
        client.force_login(user)
        assert client.get(_url("project", project.pk)).status_code == 200


def test_form_asks_for_no_photo_and_nothing_the_registry_knows():
    for form in [FormSpec.read(facts["form"]) for facts in shipped()]:
        labels = {item.label for item in form.fields}
        assert not labels & {"照片", "学校名称", "学校全称", "学校标识码", "党员数", "区域", "板块"}


PHONE = "13812345678"


def test_the_unit_reads_its_phone_and_those_above_a_part_of_it(
    client, secretary, district, bureau, project
):
    perform(project, "submit", by=secretary)
    client.force_login(secretary)
    own = client.get(_url("project", project.pk)).text
    assert PHONE in own
    assert "显示号码" not in own

    for user in (district, bureau):
        client.force_login(user)
        page = client.get(_url("project", project.pk)).text
        assert PHONE not in page
        assert "138****5678" in page
        assert "显示号码" in page


def test_the_whole_phone_is_shown_once_and_on_record(client, secretary, district, project):
    perform(project, "submit", by=secretary)
    client.force_login(district)
    url = _url("project-phone", project.pk)

    assert client.get(url).status_code == 405
    assert PHONE in client.post(url).text

    event = AuditEvent.objects.filter(action="phone.show").get()
    assert (event.actor_id, event.object_id) == (district.pk, str(project.pk))
    assert PHONE not in client.get(_url("project", project.pk)).text


def test_who_has_nobody_to_call_reads_no_whole_phone(client, secretary, root, project, stranger):
    perform(project, "submit", by=secretary)
    url = _url("project-phone", project.pk)
    client.force_login(person(Role.LEADER, root))
    page = client.get(_url("project", project.pk)).text
    assert "138****5678" in page
    assert "显示号码" not in page

    assert client.post(url).status_code == 403
    client.force_login(stranger)
    assert client.post(url).status_code == 404
    assert not AuditEvent.objects.filter(action="phone.show").exists()


@pytest.mark.parametrize("key", ["9" * 5000, "9" * 25, "a", ""])
def test_project_new_in_no_batch_is_not_found(client, secretary, key):
    client.force_login(secretary)

    assert client.post(reverse("brands:project-new"), {"batch": key}).status_code == 404


def test_what_a_closed_branch_began_is_not_submitted(secretary, project, unit):
    PartyOrganisation.objects.filter(pk=unit.pk).update(closed_on=clock.today())
    project.organisation.refresh_from_db()

    with pytest.raises(Conflict, match="已撤销"):
        perform(project, "submit", by=secretary)


@pytest.mark.parametrize("status", ["scored", "proposed", "approved", "declined"])
def test_a_refused_move_does_not_tell_the_outcome(client, secretary, bureau, batch, unit, status):
    project = ready_project(batch, unit, status=status, score=95, rank=1)
    url = reverse("brands:project-transition", args=[project.pk, "withdraw"])

    client.force_login(secretary)
    response = client.post(url, {"version": 0})

    assert response.status_code == 409
    assert "当前状态为“专家评审中”" in response.content.decode()
    assert project.get_status_display() in str(
        workflow_of(project)["accept"].decide(project, bureau).reason
    )
