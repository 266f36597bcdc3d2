"""T5 at the city's desks: two who decide, enter or set at the same moment, in threads of their own."""

import time
from types import SimpleNamespace

import pytest
from django.urls import reverse

from brands.models import Honour, HonourImport, Programme
from brands.permissions_after import may_allot
from brands.services import backfilling, proposing
from foundation.audit.models import AuditEvent
from reviews.services import freeze_round
from schools.models import Role
from tests.brands.after import city, ranked
from tests.brands.test_honour_import import row, sheet
from tests.crowd import CROWD, at_once, browsers, ends, press
from tests.factories.brands import BatchFactory
from tests.factories.people import person
from tests.factories.reviews import EntryFactory, RoundFactory, submitted
from tests.factories.schools import SchoolFactory
from tests.moving import chosen

pytestmark = pytest.mark.django_db(transaction=True)


def page(name, batch):
    return reverse(f"brands:decision-{name}", args=[batch.pk])


@CROWD
def test_many_clerks_who_propose_the_same_do_it_once(crowd):
    people = city()
    half = crowd.people // 2
    windows = [*browsers(people.bureau, half), *browsers(people.second, half)]
    for _ in range(crowd.times):
        batch, projects = ranked(2)
        data = chosen(projects[0])

        answers = press([(window, page("propose", batch), data) for window in windows])

        assert ends(answers) == {"done": 1, "conflict": 2 * half - 1}
        projects[0].refresh_from_db()
        assert (projects[0].status, projects[0].version) == ("proposed", 1)
        assert projects[0].events.count() == 1


@CROWD
def test_of_those_who_approve_and_those_who_decline_one_is_heard(crowd):
    people = city()
    second = person(Role.LEADER, people.leader.appointments.get().organisation)
    half = crowd.people // 2
    for _ in range(crowd.times):
        batch, (project,) = ranked(1, status="proposed")
        approve = chosen(project, minutes_number="3号")
        decline = chosen(project, note="名额所限")

        answers = press(
            [(window, page("approve", batch), approve) for window in browsers(people.leader, half)]
            + [(window, page("decline", batch), decline) for window in browsers(second, half)]
        )

        assert ends(answers) == {"done": 1, "conflict": 2 * half - 1}
        project.refresh_from_db()
        assert project.status == ("approved" if ends(answers[:half])["done"] else "declined")
        assert project.events.count() == 1


@pytest.mark.postgres
@pytest.mark.parametrize("later", [0, 0.02, 0.05, 0.1, 0.2, 0.3])
def test_places_are_never_set_once_the_scores_are_in(later):
    """Either before the lock of the round or not at all, whoever of the two begins first."""
    people = city()
    round = RoundFactory(status="open")
    for share in (0.7, 0.8, 0.9):
        submitted(EntryFactory(round=round), share)
    via = may_allot(people.bureau, round.batch).via

    def allot():
        time.sleep(later)
        proposing.allot(round.batch, {(None, ""): 2}, by=people.bureau, via=via)

    frozen, allotted = at_once([lambda: freeze_round(round, by=people.second), allot])

    assert frozen is None
    numbers = AuditEvent.objects.values_list("number", flat=True)
    scored = numbers.filter(action="project.finish_review").earliest("number")
    if allotted is None:
        assert numbers.get(action="batch.allot") < scored
    else:
        assert type(allotted).__name__ == "Conflict"
        assert not round.batch.allotments.exists()


def drafted(by):
    programme = Programme.objects.get(pk=Programme.SCHOOL_BRAND)
    return backfilling.draft_import(sheet(row()), programme, name="表.xlsx", by=by)


@pytest.mark.postgres
@pytest.mark.parametrize("has_batch", [True, False])
def test_the_same_honour_in_two_sheets_is_entered_once(has_batch):
    people = city()
    SchoolFactory(code="2132999901", name="第一小学")
    if has_batch:
        BatchFactory(year=2022)
    drafts = [SimpleNamespace(by=by, row=drafted(by)) for by in (people.bureau, people.second)]

    raised = at_once([lambda d=d: backfilling.apply_import(d.row, by=d.by) for d in drafts])

    assert sorted(type(one).__name__ for one in raised) == ["Conflict", "NoneType"]
    assert Honour.objects.filter(brand_name="红烛").count() == 1


@pytest.mark.postgres
def test_one_sheet_pressed_many_times_is_entered_once():
    people = city()
    SchoolFactory(code="2132999901", name="第一小学")
    draft = drafted(people.bureau)
    windows = browsers(people.bureau, 8)
    url = reverse("brands:honour-import-apply", args=[draft.pk])

    answers = press([(window, url, {}) for window in windows])

    assert ends(answers) == {"done": 8}
    assert Honour.objects.filter(brand_name="红烛").count() == 1
    assert HonourImport.objects.get().applied_at
