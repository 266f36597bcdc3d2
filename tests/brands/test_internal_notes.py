"""Why a project was chosen or passed over is for the file: no school and no district reads it."""

import io
from zipfile import ZipFile

import docx
import pytest
from django.urls import reverse

from brands import workflow
from brands.models import Programme
from brands.models.project import UNRELEASED
from brands.outputs import dossier
from brands.services import releasing
from brands.timeline import timeline
from foundation.outbox.models import Message
from foundation.workflow.engine import perform
from schools.models import Role
from tests.brands.after import city, draft, ranked, secretary_of
from tests.factories.people import person

pytestmark = pytest.mark.django_db

WHY = "照顾地区平衡，名次靠前者材料有疑"
CITY = ("bureau", "leader", "supervision")
BELOW = ("secretary", "staff", "district")


@pytest.fixture
def people():
    return city()


def led(count, **batch):
    """Ranked projects, each with a secretary who gets the letters."""
    batch, projects = ranked(count, **batch)
    for project in projects:
        secretary_of(project)
    return batch, projects


def reader(project, people, who):
    if who in CITY:
        return getattr(people, who)
    at = project.organisation.parent if who == "district" else project.organisation
    return person(Role(who), at)


def released(project, people):
    releasing.release(project.batch, [project.pk], by=people.bureau, minutes_number="4号")
    project.refresh_from_db()
    return project


def declined_brand(people):
    """Its batch had its publicity, so everybody knows that it was declined."""
    batch, (named, project) = led(2, status="proposed")
    perform(named, "approve", by=people.leader, minutes_number="3号", note=WHY)
    perform(project, "decline", by=people.leader, note=WHY)
    perform(draft(batch, [named], people.bureau), "confirm", by=people.second)
    return project


def established(people):
    _, (project,) = led(1, programme_id=Programme.SECRETARY_PROJECT)
    perform(project, "approve", by=people.leader, minutes_number="4号", note=WHY)
    return released(project, people)


def declined_secretary(people):
    _, (project,) = led(1, programme_id=Programme.SECRETARY_PROJECT)
    perform(project, "decline", by=people.leader, note=WHY)
    return released(project, people)


def recalled(people):
    batch, (project,) = led(1, status="approved")
    publicity = draft(batch, [project], people.bureau)
    perform(publicity, "confirm", by=people.second)
    perform(publicity, "ask_take_down", by=people.bureau, note=WHY)
    perform(publicity, "take_down", by=people.second)
    project.refresh_from_db()
    return project


DECIDED = [declined_brand, established, declined_secretary, recalled]


def history_in_archive(project, user):
    file = io.BytesIO()
    dossier.write(project, file, user=user, step=lambda *_: None)
    paper = docx.Document(io.BytesIO(ZipFile(file).read("办理记录.docx")))
    return "\n".join(
        cell.text for table in paper.tables for row in table.rows for cell in row.cells
    )


@pytest.mark.parametrize("decide", DECIDED)
@pytest.mark.parametrize("who", BELOW)
def test_a_reason_is_read_nowhere_below_the_city(client, people, decide, who):
    project = decide(people)
    user = reader(project, people, who)
    client.force_login(user)

    shown = client.get(reverse("brands:project", args=[project.pk]))
    versions = client.get(reverse("brands:project-versions", args=[project.pk]))
    history = client.get(reverse("brands:project-history", args=[project.pk]))

    assert shown.status_code == 200
    assert WHY not in shown.text
    assert WHY not in versions.text
    assert WHY not in history.text
    assert WHY not in history_in_archive(project, user)


@pytest.mark.parametrize("decide", DECIDED)
@pytest.mark.parametrize("who", CITY)
def test_the_city_reads_the_reason(client, people, decide, who):
    project = decide(people)
    user = reader(project, people, who)
    client.force_login(user)

    assert WHY in client.get(reverse("brands:project", args=[project.pk])).text
    assert WHY in history_in_archive(project, user)


@pytest.mark.parametrize("decide", DECIDED)
def test_no_letter_to_the_school_holds_the_reason(people, decide):
    decide(people)
    city_people = {one.pk for one in vars(people).values()}

    letters = [m.payload for m in Message.objects.all() if m.payload["user"] not in city_people]

    assert WHY not in str(letters)


def test_a_move_that_is_told_with_its_reason_shows_it(people):
    _, (project,) = ranked(1, status="recommended")
    perform(project, "reject", by=people.bureau, note="材料不全")

    lines = timeline(project, reader(project, people, "secretary"))

    assert [line["note"] for line in lines] == ["材料不全"]


@pytest.mark.parametrize("table", [workflow.NAMING, workflow.ESTABLISHING])
def test_every_move_of_the_decision_keeps_its_reason_internal(table):
    """`uphold` says the number of the objection and no more; freeze and release write no note; the
    check is told, also where it leads straight to the decision."""
    told = {"accept", "finish_review", "uphold", "disclose"}
    decisions = {"establish"} | {
        name for name, one in table.transitions.items() if one.targets & UNRELEASED
    }

    internal = {name for name, one in table.transitions.items() if one.internal_note}

    assert internal == (decisions & set(table.transitions)) - told
