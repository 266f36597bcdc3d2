"""Reminders, exactly: which key on which day, once, and the latest only after an outage."""

from datetime import datetime, timedelta

import pytest
from django.core import mail

from checkups import reminders
from checkups.models import Checkup, Cycle
from checkups.tasks import mark_late, open_due_cycles
from foundation.notifications import tasks
from foundation.notifications.models import Notice
from foundation.outbox.models import Message
from foundation.outbox.services import drain
from foundation.workflow.engine import perform
from schools.models import Role
from tests.crowd import at_once
from tests.factories.checkups import answer_all, documented
from tests.factories.people import person
from tests.factories.schools import AreaCommitteeFactory, RootFactory, UnitFactory

pytestmark = pytest.mark.django_db
DUE = "2026-10-20"


def plan_reminders():
    """As the scheduler does it, tick by tick."""
    mark_late()
    tasks.plan_reminders()


@pytest.fixture(autouse=True)
def _documented(db):
    documented()


@pytest.fixture
def root():
    return RootFactory()


@pytest.fixture
def area(root):
    return AreaCommitteeFactory(parent=root)


@pytest.fixture
def unit(area):
    return UnitFactory(parent=area)


@pytest.fixture
def secretary(unit):
    return person(Role.SECRETARY, unit)


def keys():
    return set(Message.objects.filter(kind="inbox").values_list("key", flat=True))


def school_key(checkup, step, user):
    return f"inbox:checkup:{checkup.pk}:{step}:{DUE}:{user.pk}"


def list_key(step, user):
    return f"inbox:cycle:{Cycle.objects.get().pk}:{step}:{DUE}:{user.pk}"


def test_a_quarter_day_by_day(at, root, area, unit, secretary):
    district, bureau = person(Role.DISTRICT, area), person(Role.BUREAU, root)
    other = AreaCommitteeFactory(parent=root)
    person(Role.DISTRICT, other)
    planned = {}
    day = datetime(2026, 9, 15)  # noqa: DTZ001
    while day < datetime(2026, 11, 10):  # noqa: DTZ001
        for time in ("00:05", "09:05", "09:15", "15:00", "23:50"):
            at(f"{day:%Y-%m-%d} {time}")
            before = keys()
            open_due_cycles()
            plan_reminders()
            plan_reminders()
            for key in keys() - before:
                planned[key] = f"{day:%m-%d} {time}"
        day += timedelta(days=1)

    checkup = Checkup.objects.get()
    assert planned == {
        school_key(checkup, "open", secretary): "09-20 09:15",
        school_key(checkup, "T-7", secretary): "10-10 09:15",
        school_key(checkup, "T-3", secretary): "10-15 09:15",
        school_key(checkup, "T-1", secretary): "10-19 09:15",
        school_key(checkup, "T0", secretary): "10-20 09:15",
        school_key(checkup, "T+1", secretary): "10-21 09:15",
        school_key(checkup, "T+3", secretary): "10-23 09:15",
        list_key("T+3", district): "10-23 09:15",
        school_key(checkup, "T+5", secretary): "10-27 09:15",
        list_key("T+5", district): "10-27 09:15",
        list_key("T+5", bureau): "10-27 09:15",
    }
    checkup.refresh_from_db()
    assert (checkup.colour, checkup.status) == ("red", "open")
    event = checkup.events.get()
    assert (event.name, event.by, checkup.version) == ("mark_late", None, 1)
    assert str(event.at.astimezone().date()) >= "2026-10-28"


def test_opening_day_on_a_day_off_is_told_on_the_next_working_day(at, secretary):
    at("2026-06-20 09:30")  # a Saturday within the Dragon Boat holiday
    open_due_cycles()
    plan_reminders()
    assert keys() == set()

    at("2026-06-22 09:10")
    plan_reminders()

    assert len(keys()) == 1


def test_after_an_outage_each_person_gets_the_latest_step_only(at, secretary):
    at("2026-09-21 10:00")
    open_due_cycles()
    plan_reminders()
    checkup = Checkup.objects.get()

    at("2026-10-20 10:00")
    plan_reminders()

    assert keys() == {
        school_key(checkup, "open", secretary),
        school_key(checkup, "T0", secretary),
    }


def test_what_falls_due_at_night_waits_for_the_morning(at, secretary):
    at("2026-09-20 21:00")
    open_due_cycles()
    plan_reminders()
    assert keys() == set()

    at("2026-09-21 08:00")
    plan_reminders()

    assert len(keys()) == 1


def test_staff_hear_where_there_is_no_secretary(at, unit):
    staff = person(Role.STAFF, unit)
    at("2026-09-21 10:00")

    open_due_cycles()
    plan_reminders()

    assert keys() == {school_key(Checkup.objects.get(), "open", staff)}


def test_nobody_to_tell_yet_is_told_when_appointed(at, unit):
    at("2026-09-21 10:00")
    open_due_cycles()
    plan_reminders()
    assert keys() == set()

    secretary = person(Role.SECRETARY, unit)
    plan_reminders()

    assert keys() == {school_key(Checkup.objects.get(), "open", secretary)}


def test_not_when_submitted(at, secretary):
    at("2026-09-21 10:00")
    open_due_cycles()
    checkup = answer_all(Checkup.objects.get())
    perform(checkup, "submit", by=secretary)

    at("2026-10-20 10:00")
    plan_reminders()

    assert keys() == set()


def test_submitted_between_planning_and_sending_is_dropped(at, secretary):
    at("2026-09-21 10:00")
    open_due_cycles()
    plan_reminders()
    perform(answer_all(Checkup.objects.get()), "submit", by=secretary)

    drain()

    assert set(Message.objects.values_list("state", flat=True)) == {"dropped"}
    assert (Notice.objects.count(), len(mail.outbox)) == (0, 0)


def test_deadline_moved_between_planning_and_sending_is_dropped(at, secretary):
    at("2026-09-21 10:00")
    open_due_cycles()
    plan_reminders()
    Cycle.objects.update(due_on="2026-10-21")

    drain()

    assert set(Message.objects.values_list("state", flat=True)) == {"dropped"}


def test_list_is_dropped_when_everybody_has_filed(at, area, secretary):
    person(Role.DISTRICT, area)
    at("2026-10-20 10:00")
    open_due_cycles()
    at("2026-10-23 10:00")
    plan_reminders()
    perform(answer_all(Checkup.objects.get()), "submit", by=secretary)

    drain()

    assert Notice.objects.count() == 0


def test_sent_once_with_item_deadline_and_link_but_no_score(at, secretary):
    at("2026-10-15 10:00")
    open_due_cycles()
    plan_reminders()
    drain()
    plan_reminders()
    drain()

    notice = Notice.objects.get()
    assert notice.user == secretary
    assert "2026年10月20日" in notice.text
    assert "2026年第三季度党建工作体检" in notice.text
    assert notice.link == f"/checkups/{Checkup.objects.get().pk}/"
    assert "得分" not in notice.text
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("count", [3, 300])
def test_one_tick_takes_few_queries(at, area, django_assert_max_num_queries, count):
    for _ in range(count):
        person(Role.SECRETARY, UnitFactory(parent=area))
    at("2026-10-15 10:00")
    open_due_cycles()

    with django_assert_max_num_queries(36):
        plan_reminders()
    with django_assert_max_num_queries(36):
        plan_reminders()

    assert len(keys()) == count


def test_queries_of_a_late_tick_are_few_too(at, area, django_assert_max_num_queries):
    for _ in range(100):
        person(Role.SECRETARY, UnitFactory(parent=area))
    at("2026-10-20 10:00")
    open_due_cycles()
    at("2026-10-28 10:00")

    with django_assert_max_num_queries(46):
        plan_reminders()

    assert Checkup.objects.filter(colour="red").count() == 100


def test_steps_stand_in_the_order_of_their_moments():
    days = [step.days for step in reminders.STEPS[1:]]

    assert reminders.STEPS[0].days is None
    assert days == sorted(days)


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_plan_each_letter_once(at):
    area = AreaCommitteeFactory(parent=RootFactory())
    for _ in range(5):
        person(Role.SECRETARY, UnitFactory(parent=area))
    at("2026-10-15 10:00")
    open_due_cycles()

    assert at_once([plan_reminders] * 4) == [None] * 4
    drain()

    assert Message.objects.filter(kind="inbox").count() == 5
    assert Notice.objects.count() == 5
    assert len(mail.outbox) == 5
