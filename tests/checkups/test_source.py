"""No quarter opens without a document number, and none is missed in silence."""

import pytest
from django.urls import reverse

from checkups import cycles
from checkups.models import Checkup, Cycle, Template
from checkups.tasks import open_due_cycles
from foundation.notifications.models import Notice
from foundation.notifications.reminding import plan
from foundation.outbox.services import drain
from foundation.verdict import Conflict
from schools.models import Role
from tests.factories.checkups import documented
from tests.factories.people import person
from tests.factories.schools import RootFactory, UnitFactory

pytestmark = pytest.mark.django_db
WORDS = "《关于落实季度体检制度的通知》（苏教工委〔2026〕8号）"
PAGE = "checkups:template-source"


@pytest.fixture
def unit():
    return UnitFactory(parent=RootFactory())


@pytest.fixture
def bureau(unit):
    return person(Role.BUREAU, unit.parent)


def tasks_of(client):
    tasks = client.get(reverse("dashboard:home")).context["tasks"]
    return [task.name for task in tasks if "依据文件" in task.name]


def test_what_is_shipped_opens_nothing(at, unit):
    at("2026-09-20 08:00")
    assert not Template.objects.get().is_documented

    open_due_cycles()

    assert not Cycle.objects.exists()
    with pytest.raises(Conflict, match="文号"):
        cycles.open_cycle(2026, 3)


def test_staff_have_a_task_and_letters_until_it_is_typed(at, client, unit, bureau):
    at("2026-09-14 09:30")
    client.force_login(bureau)
    assert tasks_of(client) == ["填写2026年第三季度体检的依据文件和文号"]
    assert plan("source") == 1
    assert plan("source") == 0

    documented()
    drain()

    assert tasks_of(client) == []
    assert not Notice.objects.filter(user=bureau, subject__contains="文号").exists()


def test_the_letters_go_on_while_the_quarter_cannot_open(at, unit, bureau):
    for moment in ("2026-09-18 09:30", "2026-09-21 09:30", "2026-09-23 09:30", "2026-10-12 09:30"):
        at(moment)
        assert plan("source") == 1, moment
        drain()
    assert "没有开启" in Notice.objects.filter(user=bureau).first().text


def test_it_opens_as_soon_as_the_number_is_typed(at, client, unit, bureau):
    at("2026-10-09 10:00")
    client.force_login(bureau)
    assert "没有开启" in client.get(reverse(PAGE)).text

    assert client.post(reverse(PAGE), {"source_document": "没有号"}).status_code == 200
    assert not Cycle.objects.exists()
    client.post(reverse(PAGE), {"source_document": WORDS})

    cycle = Cycle.objects.get()
    assert (cycle.code, str(cycle.due_on)) == ("2026Q3", "2026-10-20")
    assert Checkup.objects.get().organisation == unit


def test_typed_at_the_last_it_leaves_five_working_days(at, client, unit, bureau):
    at("2026-10-20 10:00")
    client.force_login(bureau)

    client.post(reverse(PAGE), {"source_document": WORDS})

    assert str(Cycle.objects.get().due_on) == "2026-10-27"
    open_due_cycles()
    assert str(Cycle.objects.get().due_on) == "2026-10-27"


@pytest.mark.parametrize(("data", "count"), [({}, 1), ({"open_late": "2026Q3"}, 2)])
def test_past_its_deadline_staff_say_whether_it_opens(at, client, unit, bureau, data, count):
    at("2026-06-22 08:00")
    documented()
    open_due_cycles()
    Template.objects.update(source_document="没有文号的新通知")
    at("2026-11-02 10:00")
    client.force_login(bureau)
    assert tasks_of(client) == ["填写2026年第三季度体检的依据文件和文号"]
    assert "补开2026年第三季度体检" in client.get(reverse(PAGE)).text

    client.post(reverse(PAGE), {"source_document": WORDS} | data)

    assert Cycle.objects.count() == count
    if count == 2:
        assert str(Cycle.objects.first().due_on) == "2026-11-09"


def test_a_new_system_owes_no_quarter_of_before(at, client, unit, bureau):
    at("2026-11-02 10:00")
    client.force_login(bureau)

    assert cycles.awaiting_source().words == "2026年第四季度"
    assert tasks_of(client) == []  # It opens in seven weeks.
    client.post(reverse(PAGE), {"source_document": WORDS})
    assert not Cycle.objects.exists()


def test_a_quarter_under_way_goes_on_when_the_number_is_taken_away(at, unit):
    at("2026-09-20 08:00")
    documented()
    open_due_cycles()
    Template.objects.update(source_document="没有文号的新通知")
    late = UnitFactory(parent=unit.parent)

    open_due_cycles()

    assert Checkup.objects.filter(organisation=late).exists()


def test_a_quarter_that_was_missed_is_offered_for_ever_and_opens_once(at, client, unit, bureau):
    """Its document came after the next quarter had opened, and after the letters had ended."""
    at("2026-03-22 08:00")
    documented()
    open_due_cycles()
    Template.objects.update(source_document="没有文号的新通知")
    at("2027-01-04 10:00")
    client.force_login(bureau)
    client.post(reverse(PAGE), {"source_document": WORDS})
    assert {cycle.code for cycle in Cycle.objects.all()} == {"2026Q1", "2026Q4"}

    at("2027-02-23 10:00")
    page = client.get(reverse(PAGE)).text
    assert ("补开2026年第三季度体检" in page, "补开2026年第二季度体检" in page) == (True, True)
    forged = client.post(reverse(PAGE), {"source_document": WORDS, "open_late": "2025Q4"})
    assert forged.status_code == 200
    client.post(reverse(PAGE), {"source_document": WORDS, "open_late": "2026Q3"})

    cycle = Cycle.objects.get(year=2026, quarter=3)
    assert str(cycle.due_on) == "2027-03-02"
    assert Checkup.objects.filter(cycle=cycle, organisation=unit).count() == 1
    page = client.get(reverse(PAGE)).text
    assert ("补开2026年第三季度体检" in page, "补开2026年第二季度体检" in page) == (False, True)
    client.force_login(person(Role.LEADER, unit.parent))
    assert client.get(reverse(PAGE)).status_code == 403
