"""Sent back and not handed in again in time: seen, and decided by whoever sent it back."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from brands.models import Project, ProjectStatus
from foundation import clock
from foundation.outbox.models import Message
from foundation.verdict import Conflict
from foundation.workflow.engine import perform, workflow_of
from tests.factories.brands import ready_project
from tests.factories.schools import UnitFactory

S = ProjectStatus
BEGUN = "2026-11-16 09:00"  # A Monday; sent back then, three working days end on Thursday.
LATE = "2026-11-20 09:00"


@pytest.fixture(autouse=True)
def _monday(at):
    at(BEGUN)


@pytest.fixture
def by_bureau(project, secretary, district, bureau):
    """Sent back by the bureau after its recommendation; the school changed it and left it."""
    perform(project, "submit", by=secretary)
    perform(project, "recommend", by=district)
    perform(project, "return", by=bureau, note="请补充佐证")
    return project


@pytest.fixture
def by_district(project, secretary, district):
    perform(project, "submit", by=secretary)
    perform(project, "district_return", by=district, note="请补充数据")
    return project


def moves(project, user):
    """What may be decided about the return."""
    open_ = {t.name for t in workflow_of(project).open_to(project, user)}
    return open_ & {"extend", "resume", "lapse"}


def test_before_the_deadline_only_more_time_can_be_given(by_bureau, bureau, at):
    assert moves(by_bureau, bureau) == {"extend"}

    at(LATE)

    assert moves(by_bureau, bureau) == {"extend", "resume", "lapse"}


def test_the_bureau_decides_about_all_and_a_district_about_its_own(
    by_district, district, bureau, secretary, at
):
    at(LATE)

    assert (
        moves(by_district, district) == moves(by_district, bureau) == {"extend", "resume", "lapse"}
    )
    assert moves(by_district, secretary) == set()


def test_a_district_does_not_decide_about_a_return_of_the_bureau(by_bureau, district, at):
    at(LATE)

    assert moves(by_bureau, district) == set()
    with pytest.raises(PermissionDenied):
        perform(by_bureau, "lapse", by=district, note="逾期")


def test_more_time_lets_the_school_hand_in_again(by_bureau, bureau, secretary, at):
    at(LATE)
    with pytest.raises(Conflict):
        perform(by_bureau, "submit", by=secretary)

    perform(by_bureau, "extend", by=bureau, note="学校停电三天")

    assert str(by_bureau.return_due_at.date()) == "2026-11-25"
    letter = Message.objects.filter(kind="inbox").latest("pk").payload
    assert "2026年11月25日" in letter["text"]
    perform(by_bureau, "submit", by=secretary)
    assert by_bureau.status == S.RECOMMENDED


def test_more_time_before_the_deadline_begins_at_the_deadline(by_bureau, bureau):
    perform(by_bureau, "extend", by=bureau, note="学校申请")

    assert str(by_bureau.return_due_at.date()) == "2026-11-24"


def test_more_time_is_no_use_in_a_closed_batch(by_bureau, bureau, batch):
    perform(batch, "close", by=bureau)

    with pytest.raises(Conflict, match="已结束"):
        perform(by_bureau, "extend", by=bureau, note="学校申请")


def test_resumed_it_goes_on_as_it_was_submitted_and_keeps_its_place(by_bureau, bureau, at):
    submitted = by_bureau.versions.get()
    place = by_bureau.place
    Project.objects.filter(pk=by_bureau.pk).update(title="改了一半", content={"meaning": "改"})
    at(LATE)

    perform(by_bureau, "resume", by=bureau)

    assert (by_bureau.status, by_bureau.place) == (S.RECOMMENDED, place)
    assert (by_bureau.title, by_bureau.content) == (submitted.title, submitted.content)
    assert (by_bureau.returned_from, by_bureau.return_due_at) == ("", None)
    perform(by_bureau, "accept", by=bureau)


def test_resumed_under_a_title_that_another_took_is_a_conflict(by_bureau, bureau, batch, at):
    title = by_bureau.title
    Project.objects.filter(pk=by_bureau.pk).update(title="改了名")
    ready_project(batch, title=title, status=S.RECOMMENDED)
    at(LATE)

    with pytest.raises(Conflict, match=title):
        perform(by_bureau, "resume", by=bureau)


def test_lapsed_it_is_refused_and_its_place_is_free(by_bureau, bureau, at):
    at(LATE)

    perform(by_bureau, "lapse", by=bureau, note="逾期未改")

    assert (by_bureau.status, by_bureau.place) == (S.REJECTED, None)


def test_lapsed_at_the_district_it_is_not_recommended(by_district, district, at):
    at(LATE)

    perform(by_district, "lapse", by=district, note="逾期未改")

    assert by_district.status == S.NOT_RECOMMENDED


def test_lists_and_first_pages_call_it_late(client, by_district, district, bureau, at):
    def shown(user, name):
        client.force_login(user)
        return client.get(reverse(name)).text

    assert "逾期未修改" not in shown(district, "brands:desk")
    at(LATE)
    chip = '<span class="chip bad">逾期未修改</span>'
    for page in ("brands:desk", "brands:projects"):
        assert chip in shown(district, page)
    assert "逾期未修改" in shown(district, "dashboard:home")
    assert chip in shown(bureau, "brands:projects")
    # The bureau is not asked about what a district sent back.
    assert by_district.title not in _tasks(client, bureau)


def test_the_bureau_is_asked_about_its_own_returns(client, by_bureau, bureau, district, at):
    assert by_bureau.title not in _tasks(client, bureau)
    at(LATE)
    assert by_bureau.title in _tasks(client, bureau)
    assert by_bureau.title not in _tasks(client, district)


def test_the_list_filters_by_it(client, by_district, batch, unit, district, at):
    ready_project(
        batch, UnitFactory(parent=unit.parent), status=S.RETURNED, return_due_at=clock.now()
    )
    in_time = ready_project(
        batch,
        UnitFactory(parent=unit.parent),
        status=S.RETURNED,
        return_due_at=clock.now() + timedelta(days=300),
    )
    client.force_login(district)

    def listed(status):
        page = client.get(reverse("brands:projects"), {"status": status})
        return {row.title for row in page.context["rows"]}, page

    at(LATE)

    late, page = listed("return_overdue")
    assert by_district.title in late
    assert in_time.title not in late
    assert in_time.title in listed("returned")[0]
    assert {"label": "状态", "value": "逾期未修改", "remove_url": "?"} in page.context["chips"]


def _tasks(client, user):
    client.force_login(user)
    tasks = client.get(reverse("dashboard:home")).context["tasks"]
    return "".join(task.name for task in tasks)


def test_more_time_keeps_the_reason_of_the_return(client, by_bureau, bureau, secretary, at):
    at(LATE)
    client.force_login(bureau)
    confirm = client.get(reverse("brands:project-confirm", args=[by_bureau.pk, "extend"]))
    url = reverse("brands:project-transition", args=[by_bureau.pk, "extend"])
    client.post(url, {"version": by_bureau.version, "note": "学校申请"})

    client.force_login(secretary)
    page = client.get(reverse("brands:project", args=[by_bureau.pk]))

    assert confirm.status_code == 200
    assert page.context["returned"] == "请补充佐证"
