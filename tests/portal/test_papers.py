"""The public page for the paper in somebody's hand: what it tells, and that nobody can guess."""

import datetime as dt
import io

import docx
import pytest
from django.urls import reverse

from brands.documents import application_form
from brands.models import PaperMiss, ProjectStatus
from brands.services import proving
from foundation import clock
from foundation.workflow.engine import perform
from schools.models import Role
from tests.factories.brands import open_batch, ready_project
from tests.factories.people import person
from tests.factories.schools import UnitFactory

pytestmark = pytest.mark.django_db
PAGE = "portal:paper"
S = ProjectStatus


@pytest.fixture
def filed():
    unit = UnitFactory()
    project = ready_project(open_batch(quotas=[(unit.area, 2)]), unit)
    perform(project, "submit", by=person(Role.SECRETARY, unit))
    return type(project).objects.get(pk=project.pk)


def _at(project, status):
    type(project).objects.filter(pk=project.pk).update(status=status)
    return type(project).objects.get(pk=project.pk)


def ask(client, number, code, **headers):
    return client.post(reverse(PAGE), {"number": number, "code": code}, **headers)


def test_the_paper_names_the_page(filed, settings):
    settings.SITE_URL = "https://yipin.example"

    footers = (
        docx.Document(io.BytesIO(application_form(filed, full_phone=False))).sections[0].footer
    )

    words = "".join(line.text for line in footers.paragraphs)
    assert "核验网址：https://yipin.example/paper/" in words
    assert filed.versions.get().code in words


def test_it_tells_whose_which_and_of_when_and_nothing_else(client, filed):
    version = filed.versions.get()

    page = ask(
        client, f" {filed.number.lower()} ", f"{version.code[:5].lower()} {version.code[5:]}"
    )

    assert "与系统中最新一次提交相符" in page.text
    assert filed.organisation.short in page.text
    assert "第1次提交" in page.text
    for hidden in (filed.title, filed.batch.title, filed.get_status_display(), version.by.name):
        assert hidden not in page.text
    assert not PaperMiss.objects.exists()


@pytest.mark.parametrize("status", [S.RETURNED, S.REJECTED, S.DECLINED, S.NAMED])
def test_the_answer_is_the_same_whatever_came_of_it(client, filed, status):
    code = filed.versions.get().code
    before = proving.proven(filed.number, code)

    assert proving.proven(_at(filed, status).number, code) == before


def test_an_older_submission_is_told_from_the_last(client, filed):
    old = filed.versions.get()
    perform(_at(filed, S.RETURNED), "submit", by=person(Role.SECRETARY, filed.organisation))

    page = ask(client, filed.number, old.code)

    assert "不是最新的一次提交" in page.text
    assert "与系统中最新一次提交相符" in ask(client, filed.number, filed.versions.last().code).text


@pytest.mark.parametrize("status", [S.DRAFT, S.WITHDRAWN])
def test_what_was_taken_back_is_not_there(client, filed, status):
    code = filed.versions.get().code

    assert "没有查到" in ask(client, _at(filed, status).number, code).text


def test_neither_the_number_nor_the_code_alone_tells_anything(client, filed):
    code = filed.versions.get().code

    wrong = [ask(client, filed.number, "0123456789"), ask(client, "YX-9", code)]

    marks = ("受理编号", "没有查到")
    assert [[mark in page.text for mark in marks] for page in wrong] == [[True, True]] * 2
    assert all(filed.organisation.short not in page.text for page in wrong)
    assert ask(client, "", code).context["is_asked"] is False
    assert ask(client, filed.number, "").context["is_asked"] is False


def test_who_guesses_waits_and_others_do_not(client, filed, at):
    code = filed.versions.get().code
    for _ in range(proving.MISSES):
        assert ask(client, filed.number, "0123456789").status_code == 200

    shut = ask(client, filed.number, code)

    assert shut.status_code == 429
    assert 0 < int(shut["Retry-After"]) <= proving.WAIT.total_seconds()
    assert filed.organisation.short not in shut.text
    assert PaperMiss.objects.count() == proving.MISSES
    assert ask(client, filed.number, code, REMOTE_ADDR="203.0.113.9").status_code == 200


def test_the_wait_ends_and_leaves_no_row(client, filed):
    late = clock.wall_now() - proving.WAIT - dt.timedelta(seconds=1)
    for _ in range(proving.MISSES):
        PaperMiss.objects.create(address="127.0.0.1", at=late)

    assert ask(client, filed.number, filed.versions.get().code).status_code == 200
    ask(client, filed.number, "0123456789")

    assert PaperMiss.objects.count() == 1


def test_a_pile_of_paper_can_be_gone_through(client, filed):
    code = filed.versions.get().code

    pages = [ask(client, filed.number, code) for _ in range(proving.MISSES + 2)]

    assert {page.status_code for page in pages} == {200}


def test_no_code_stands_in_an_address(client, filed):
    page = client.get(reverse(PAGE), {"number": filed.number, "code": filed.versions.get().code})

    assert filed.organisation.short not in page.text
