import io

import openpyxl
import pytest
from django.urls import reverse

from brands import exporting
from brands.models import Batch, ProjectStatus
from brands.shipping import shipped
from foundation.audit.models import AuditEvent
from foundation.jobs.models import Job
from foundation.workflow.engine import perform
from schools.models import Role
from tests.factories.brands import open_batch, ready_project
from tests.factories.people import person
from tests.factories.schools import UnitFactory

S = ProjectStatus
ITEMS = next(facts["checklist"] for facts in shipped() if facts["key"] == "school_brand")


@pytest.fixture
def filed(batch, unit):
    return ready_project(batch, unit, status=S.FORMAL_CHECK, number="2026-YP-0009")


def _move(client, project, name, **data):
    project.refresh_from_db()
    data = {"version": project.version, **data}
    return client.post(reverse("brands:project-transition", args=[project.pk, name]), data)


def test_check_desk_shows_the_list_to_tick(client, bureau, filed):
    client.force_login(bureau)

    page = client.get(reverse("brands:project", args=[filed.pk]))

    assert {action.name for action in page.context["actions"]} == {"accept", "return", "reject"}
    for item in ITEMS:
        assert item in page.text


def test_accept_keeps_the_ticked_items_in_the_note(client, bureau, filed):
    client.force_login(bureau)

    _move(client, filed, "accept", items=ITEMS, note="材料齐全")

    filed.refresh_from_db()
    assert filed.status == S.ELIGIBLE
    note = filed.events.get().note
    assert all(item in note for item in (*ITEMS, "材料齐全"))


def test_what_the_programme_asks_later_is_not_asked_of_an_open_batch(client, bureau, filed):
    Batch.objects.filter(pk=filed.batch_id).update(checklist=ITEMS)
    filed.batch.programme.checklist = ["后来的一条"]
    filed.batch.programme.save()
    client.force_login(bureau)

    assert "后来的一条" not in client.get(reverse("brands:project", args=[filed.pk])).text
    _move(client, filed, "accept", items=ITEMS)

    filed.refresh_from_db()
    assert filed.status == S.ELIGIBLE


@pytest.mark.parametrize("items", [(), ITEMS[:-1], (*ITEMS[:-1], "别的")])
def test_accept_refuses_an_incomplete_list(client, bureau, filed, items):
    client.force_login(bureau)

    assert _move(client, filed, "accept", items=items).status_code == 409

    filed.refresh_from_db()
    assert filed.status == S.FORMAL_CHECK


def test_return_once_with_reason_and_deadline(client, bureau, secretary, filed):
    client.force_login(bureau)
    _move(client, filed, "return", note="请补充会议日期")

    client.force_login(secretary)
    page = client.get(reverse("brands:project", args=[filed.pk]))
    assert "请补充会议日期" in page.text
    assert page.context["facts"][0][0] == "修改截止"
    perform(filed, "submit", by=secretary)

    client.force_login(bureau)
    response = _move(client, filed, "return", note="再退一次")
    assert response.status_code == 409
    assert "只能退回一次" in response.text


@pytest.mark.parametrize("role", [Role.DISTRICT, Role.SECRETARY, Role.LEADER, Role.SUPERVISION])
def test_check_is_the_bureaus(client, root, filed, role):
    where = {Role.DISTRICT: filed.organisation.parent, Role.SECRETARY: filed.organisation}
    client.force_login(person(role, where.get(role, root)))

    for name in ("accept", "return", "reject"):
        assert _move(client, filed, name, note="理由").status_code == 403


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.SYSTEM_ADMIN, Role.REVIEWER])
def test_check_is_hidden_from_roles_without_the_tree(client, root, filed, role):
    client.force_login(person(role, root))

    assert _move(client, filed, "accept").status_code == 404
    assert client.get(reverse("brands:project", args=[filed.pk])).status_code == 404


def test_confirm_page_refuses_what_the_move_would_refuse(client, bureau, secretary, filed):
    url = reverse("brands:project-confirm", args=[filed.pk, "reject"])
    client.force_login(bureau)
    assert client.get(url).status_code == 200
    assert client.post(url).status_code == 405
    accept = reverse("brands:project-confirm", args=[filed.pk, "accept"])
    assert client.get(accept).status_code == 404

    client.force_login(secretary)
    assert client.get(url).status_code == 403

    perform(filed, "reject", by=bureau, note="不符合")
    client.force_login(bureau)
    assert client.get(url).status_code == 409


def test_export_has_subtotals_is_masked_and_never_a_formula(client, bureau, root):
    batch = open_batch()
    for title in ("=1+1", "红烛"):
        ready_project(batch, UnitFactory(parent__parent=root), status=S.ELIGIBLE, title=title)
    client.force_login(bureau)

    response = client.get(reverse("brands:projects-export"), {"batch": batch.pk})

    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    values = [str(cell.value) for cell in cells]
    assert "=1+1" in values
    assert all(cell.data_type != "f" for cell in cells)
    assert sum("小计" in value for value in values) == 2
    assert "2 项" in values
    assert "138****5678" in values
    assert "13812345678" not in values
    assert AuditEvent.objects.filter(action="export", actor_id=bureau.pk).count() == 1


def test_export_holds_only_what_the_person_sees(client, district, filed, root, batch):
    ready_project(batch, UnitFactory(parent__parent=root), status=S.ELIGIBLE, title="外区的")
    client.force_login(district)

    response = client.get(reverse("brands:projects-export"))

    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).worksheets[0]
    values = [cell.value for row in sheet.iter_rows() for cell in row]
    assert filed.title in values
    assert "外区的" not in values


def test_a_long_list_is_made_in_the_background(
    client, bureau, filed, monkeypatch, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(exporting, "DIRECT_ROWS", 0)
    client.force_login(bureau)
    url = f"{reverse('brands:projects-export')}?batch={filed.batch.pk}"

    assert client.get(url).status_code == 409
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(url)

    job = Job.objects.get()
    assert response.url == reverse("jobs:job", args=[job.pk])
    content = b"".join(client.get(reverse("jobs:file", args=[job.pk])))
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert filed.title in [cell.value for row in sheet.iter_rows() for cell in row]
    assert (job.done, job.total) == (1, 1)


def test_who_sees_no_projects_exports_none(client, root):
    client.force_login(person(Role.REVIEWER, root))

    assert client.get(reverse("brands:projects-export")).status_code == 403
    assert client.post(reverse("brands:projects-export")).status_code == 403


def test_a_complete_draft_has_no_empty_card_of_moves(client, secretary, batch, unit):
    draft = ready_project(batch, unit)
    client.force_login(secretary)

    page = client.get(reverse("brands:project", args=[draft.pk]))

    assert page.context["actions"] == []
    assert "<h2>办理</h2>" not in page.text
    assert reverse("brands:project-review", args=[draft.pk]) in page.text
