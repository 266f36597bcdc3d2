"""Progress notes: added by the school, read by everybody above, changed by nobody."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse

from brands.models import Milestone, Programme, ProgressFile, ProgressNote
from brands.services import noting
from brands.timeline import timeline
from foundation import clock
from foundation.verdict import Conflict
from reviews import content
from reviews.models import RoundKind
from schools.models import Role
from tests.brands.after import city, ranked, secretary_of
from tests.factories.people import person
from tests.factories.reviews import AssignmentFactory, EntryFactory, RoundFactory
from tests.factories.schools import UnitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    return ranked(1, status="in_progress", programme_id=Programme.SECRETARY_PROJECT)[1][0]


@pytest.fixture
def milestone(project):
    return Milestone.objects.create(
        project=project, title="调研", owner="甲", due_on=clock.today() - dt.timedelta(days=9)
    )


def page_of(milestone):
    return reverse("brands:milestone", args=[milestone.pk])


def words(**fields):
    return {"day": clock.today().isoformat(), "text": "走访了三所学校", **fields}


def picture(png_bytes):
    return SimpleUploadedFile("照片.png", png_bytes, content_type="image/png")


@pytest.fixture
def png():
    import io

    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (4, 4), "white").save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.STAFF])
def test_the_school_writes_a_note_with_a_file(client, project, milestone, png, role):
    client.force_login(person(role, project.organisation))

    response = client.post(page_of(milestone), words(file=picture(png)))

    assert response.status_code == 302
    note = milestone.notes.get()
    assert (note.day, note.text) == (clock.today(), "走访了三所学校")
    assert note.files.get().name == "照片.png"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text": ""}, "必填"),
        ({"day": "2999-01-01"}, "不能晚于今天"),
        ({"file": SimpleUploadedFile("坏.pdf", b"<html>")}, "坏.pdf"),
    ],
)
def test_a_faulty_note_keeps_what_was_typed(client, project, milestone, fields, said):
    client.force_login(secretary_of(project))

    response = client.post(page_of(milestone), words(**fields))

    assert response.status_code == 200
    assert said in response.text
    assert fields.get("text", "走访了三所学校") in response.text
    assert not milestone.notes.exists()
    assert not ProgressFile.objects.exists()


def test_pressing_twice_writes_once(client, project, milestone):
    client.force_login(secretary_of(project))
    client.post(page_of(milestone), words())

    response = client.post(page_of(milestone), words())

    assert response.status_code == 409
    assert "已经保存过" in response.text
    assert milestone.notes.count() == 1


@pytest.mark.parametrize("status", ["established", "closing", "closing_review", "closed_good"])
def test_before_the_start_and_from_the_application_on_nothing_is_written(
    client, project, milestone, status
):
    project.status = status
    project.save()
    client.force_login(secretary_of(project))

    assert client.get(page_of(milestone)).context["form"] is None
    assert client.post(page_of(milestone), words()).status_code == 409
    assert not milestone.notes.exists()


def test_others_read_or_see_nothing(client, project, milestone, png):
    note = noting.add_note(
        milestone, day=clock.today(), text="走访了三所学校", by=secretary_of(project)
    )
    noting.keep_files(project, [], by=note.by, note=note)
    district = person(Role.DISTRICT, project.organisation.parent)
    for reader in (district, city().bureau):
        client.force_login(reader)
        assert "走访了三所学校" in client.get(page_of(milestone)).text
        assert client.post(page_of(milestone), words()).status_code == 403
    client.force_login(person(Role.SECRETARY, UnitFactory()))
    assert client.get(page_of(milestone)).status_code == 404
    assert client.post(page_of(milestone), words()).status_code == 404


def test_the_service_asks_too(project, milestone):
    with pytest.raises(PermissionDenied):
        noting.add_note(milestone, day=clock.today(), text="x", by=city().bureau)
    with pytest.raises(Conflict):
        noting.add_note(
            milestone,
            day=clock.today() + dt.timedelta(days=1),
            text="x",
            by=secretary_of(project),
        )


@pytest.mark.parametrize("model", [ProgressNote, ProgressFile])
@pytest.mark.parametrize("deed", ["update", "delete"])
def test_the_database_keeps_it_as_it_was(client, project, milestone, png, model, deed):
    client.force_login(secretary_of(project))
    client.post(page_of(milestone), words(file=picture(png)))
    rows = model.objects.all()
    deeds = {
        "update": lambda: rows.update(at=clock.now()),
        "delete": lambda: rows._raw_delete(rows.db),
    }

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        deeds[deed]()

    assert rows.count() == 1


def test_a_noted_milestone_is_not_removed(client, project, milestone):
    secretary = secretary_of(project)
    noting.add_note(milestone, day=clock.today(), text="走访", by=secretary)
    project.status = "established"
    project.save()
    client.force_login(secretary)

    response = client.post(reverse("brands:milestone-remove", args=[milestone.pk]))

    assert response.status_code == 409
    assert "推进记录" in response.text


def test_the_list_shows_the_last_note_and_what_is_late(client, project, milestone):
    secretary = secretary_of(project)
    for text in ("走访了三所学校", "汇总了问卷"):
        noting.add_note(milestone, day=clock.today(), text=text, by=secretary)
    client.force_login(secretary)

    page = client.get(reverse("brands:milestones", args=[project.pk]))

    assert "汇总了问卷" in page.text
    assert "走访了三所学校" not in page.text
    assert "共 2 条" in page.text
    assert ("已逾期", "1 个") in page.context["facts"]


def test_the_project_page_and_its_time_line_tell_in_order(client, project, milestone):
    secretary = secretary_of(project)
    for text in ("走访了三所学校", "汇总了问卷"):
        noting.add_note(milestone, day=clock.today(), text=text, by=secretary)
    client.force_login(secretary)

    text = client.get(reverse("brands:project", args=[project.pk])).text
    lines = timeline(project, secretary)

    assert text.index("走访了三所学校") < text.index("汇总了问卷")
    assert [line["note"] for line in lines][:2] == ["汇总了问卷", "走访了三所学校"]
    assert lines[0]["label"] == "推进记录：调研"


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_has_flat_queries(
    client, project, milestone, count, png, django_assert_max_num_queries
):
    client.force_login(secretary_of(project))
    for number in range(count):
        client.post(page_of(milestone), words(text=f"第{number}次", file=picture(png)))

    with django_assert_max_num_queries(9):
        response = client.get(page_of(milestone))

    assert len(response.context["notes"]) == count


def test_a_file_is_handed_to_those_who_see_the_project(client, project, milestone, png):
    client.force_login(secretary_of(project))
    client.post(page_of(milestone), words(file=picture(png)))
    url = reverse("brands:progress-file", args=[ProgressFile.objects.get().pk])

    assert client.get(url)["Content-Disposition"].startswith("attachment")
    client.force_login(person(Role.SECRETARY, UnitFactory()))
    assert client.get(url).status_code == 404


def test_closing_reviewers_read_notes_and_files_and_selection_reviewers_do_not(
    client, project, milestone, png
):
    client.force_login(secretary_of(project))
    client.post(page_of(milestone), words(file=picture(png)))
    project.versions.create(number=1, title="t", content={}, by=project.created_by)
    seen = {}
    for kind in RoundKind:
        round_ = RoundFactory(batch=project.batch, kind=kind, status="open")
        assignment = AssignmentFactory(entry=EntryFactory(round=round_, project=project))
        texts = [
            answer.text
            for section in content.sections_of(assignment.entry)
            for answer in section.answers
        ]
        seen[kind] = ("走访了三所学校" in texts, len(content.files_of(assignment)))

    assert seen == {RoundKind.SELECTION: (False, 0), RoundKind.CLOSING: (True, 1)}
