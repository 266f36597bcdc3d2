"""Two at once: a check opens once, is judged once, and an acceptance keeps its cap."""

from datetime import timedelta

import pytest

from brands.models import Honour, Recheck, RecheckStatus
from brands.services import keeping
from foundation import clock
from foundation.outbox.models import Message
from foundation.workflow.engine import perform
from schools.models import Role
from tests.brands.after import city
from tests.brands.keeping import named_brand, points_for, recheck_of
from tests.crowd import answers_of
from tests.factories.brands import BatchFactory, ProjectFactory
from tests.factories.people import person

pytestmark = pytest.mark.django_db(transaction=True)
R = RecheckStatus


def test_two_workers_open_a_check_once():
    recheck = recheck_of(named_brand(), status=R.PLANNED, opens_on=clock.today())
    person(Role.SECRETARY, recheck.organisation)

    answers = answers_of([keeping.tick] * 2)

    assert sum(answers) == 1
    assert recheck.events.count() == 1
    assert Message.objects.filter(kind="inbox").count() == 1


def test_passed_and_corrected_at_once_one_wins():
    people = city()
    recheck = recheck_of(named_brand(), status=R.SUBMITTED)
    due = clock.today() + timedelta(days=30)

    answers = answers_of(
        [
        lambda: perform(recheck, "pass", by=people.bureau, version=0).target,
        lambda: perform(
            Recheck.objects.get(pk=recheck.pk), "demand", by=people.second, version=0,
            note="x", due_on=due,
        ).target,
        ]
    )  # fmt: skip

    assert sorted(answers)[0] == "conflict"
    recheck.refresh_from_db()
    assert recheck.status in answers


def test_revoked_and_renewed_at_once_never_both_and_never_stuck():
    people = city()
    honour = named_brand()
    recheck = recheck_of(honour, status=R.SUBMITTED)

    answers_of(
        [
            lambda: perform(recheck, "pass", by=people.bureau).target,
            lambda: perform(honour, "revoke", by=people.leader, note="x", document="1号").target,
        ]
    )

    honour.refresh_from_db()
    assert honour.status == "revoked"
    names = list(honour.events.order_by("pk").values_list("name", flat=True))
    assert names in (["revoke"], ["renew", "revoke"])


def test_two_re_verifications_arranged_at_once_are_one():
    people = city()
    honour = named_brand()
    days = [clock.today() + timedelta(days=n) for n in (90, 91)]

    answers = answers_of(
        [
            lambda day=day: str(keeping.arrange(honour, due_on=day, by=people.bureau, via=None))
            for day in days
        ]
    )

    assert "conflict" in answers
    assert Recheck.objects.count() == 1


def test_the_last_excellent_place_is_given_once():
    people = city()
    batch = BatchFactory()
    rows = [
        recheck_of(
            named_brand(ProjectFactory(batch=batch, status="named")), "acceptance", R.SUBMITTED
        )
        for _ in range(4)
    ][:2]
    for row in rows:
        perform(row, "score", by=people.bureau, note="x", points=points_for(90))

    answers = answers_of(
        [lambda row=row: perform(row, "grade", by=people.second).target for row in rows]
    )

    assert sorted(answers) == [R.EXCELLENT, R.PASSED]
    assert Honour.objects.filter(rechecks__status=R.EXCELLENT).count() == 1
