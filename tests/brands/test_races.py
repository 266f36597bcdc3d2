"""Many press at once (T5): one wins, the others are told why not, and nobody meets a fault."""

import json

import pytest
from django.urls import reverse

from brands.models import Bulk, Project, ProjectStatus, PublicityStatus, QuotaPlace
from brands.services import bulk
from brands.services.publishing import digest
from brands.services.recommending import order_of
from foundation.workflow.engine import perform
from schools.models import Role
from tests.brands import after
from tests.crowd import CROWD, browsers, ends, press
from tests.factories.brands import open_batch, ready_project
from tests.factories.people import person
from tests.factories.schools import UnitFactory

S = ProjectStatus
pytestmark = pytest.mark.django_db(transaction=True)


def _move(project, name):
    return reverse("brands:project-transition", args=[project.pk, name])


@CROWD
def test_one_project_is_submitted_once(batch, unit, crowd):
    for _ in range(crowd.times):
        school = UnitFactory(parent=unit.parent)
        project = ready_project(batch, school)
        windows = browsers(person(Role.SECRETARY, school), crowd.people)

        answers = press([(window, _move(project, "submit"), {"version": 0}) for window in windows])

        assert ends(answers) == {"done": 1, "conflict": crowd.people - 1}
        assert (project.versions.count(), project.events.count()) == (1, 1)


@CROWD
def test_accept_against_return_has_one_winner(batch, unit, bureau, crowd):
    windows = browsers(bureau, crowd.people)
    moves = {"accept": {"items": batch.programme.checklist}, "return": {"note": "请补充"}}
    names = [*moves] * (crowd.people // 2)
    for _ in range(crowd.times):
        project = ready_project(batch, UnitFactory(parent=unit.parent), status=S.FORMAL_CHECK)

        answers = press(
            [
                (window, _move(project, name), moves[name] | {"version": 0})
                for window, name in zip(windows, names, strict=True)
            ]
        )

        assert ends(answers) == {"done": 1, "conflict": crowd.people - 1}
        won = names[[answer.status_code for answer in answers].index(302)]
        project.refresh_from_db()
        assert project.status == {"accept": S.ELIGIBLE, "return": S.RETURNED}[won]
        assert [event.name for event in project.events.all()] == [won]


@CROWD
def test_places_of_an_area_are_given_once_each(unit, district, crowd):
    schools = [UnitFactory(parent=unit.parent) for _ in range(crowd.people)]
    windows = browsers(district, crowd.people)
    for places in range(1, crowd.times + 1):
        batch = open_batch(quotas=[(unit.area, places)])
        projects = [ready_project(batch, each, status=S.DISTRICT_REVIEW) for each in schools]

        answers = press(
            [
                (window, _move(project, "recommend"), {"version": 0})
                for window, project in zip(windows, projects, strict=True)
            ]
        )

        assert ends(answers) == {"done": places, "conflict": crowd.people - places}
        held = QuotaPlace.objects.filter(quota__batch=batch, project__isnull=False)
        assert sorted(held.values_list("number", flat=True)) == [*range(1, places + 1)]
        assert batch.projects.filter(status=S.RECOMMENDED).count() == places


@CROWD
def test_one_order_of_many_is_saved_and_the_others_are_told(unit, district, crowd):
    windows = browsers(district, crowd.people)
    for _ in range(crowd.times):
        batch = open_batch(quotas=[(unit.area, 3)])
        schools = [UnitFactory(parent=unit.parent) for _ in range(3)]
        projects = [ready_project(batch, each, status=S.DISTRICT_REVIEW) for each in schools]
        for project in projects:
            perform(project, "recommend", by=district)
        a, b, c = (project.pk for project in projects)
        url = reverse("brands:desk-reorder", args=[batch.pk, unit.area_id])
        orders = [f"{b},{a},{c}", f"{c},{a},{b}"] * (crowd.people // 2)

        answers = press(
            [
                (window, url, {"order": order, "seen": f"{a},{b},{c}"})
                for window, order in zip(windows, orders, strict=True)
            ]
        )

        assert ends(answers) == {"done": 1, "conflict": crowd.people - 1}
        won = orders[[answer.status_code for answer in answers].index(302)]
        assert ",".join(map(str, order_of(batch, unit.area))) == won


@CROWD
def test_bulks_over_the_same_projects_move_each_once_and_never_a_part(unit, root, crowd):
    """Half of the clerks accept, half reject, each with one project that others chose too."""
    batch = open_batch()
    clerk, second = (browsers(person(Role.BUREAU, root), crowd.people // 2) for _ in "12")
    lines = batch.programme.checklist
    for _ in range(crowd.times):
        rows = [
            ready_project(batch, UnitFactory(parent=unit.parent), status=S.FORMAL_CHECK)
            for _ in range(6)
        ]
        left, right = [p.pk for p in rows[:4]], [p.pk for p in rows[2:]][::-1]
        before = Bulk.objects.count()

        answers = press(
            [
                (one, reverse("brands:bulk-new", args=["accept"]),
                 {"project": [f"{pk}.0" for pk in left], "items": lines})
                for one in clerk
            ]
            + [
                (one, reverse("brands:bulk-new", args=["reject"]),
                 {"project": [f"{pk}.0" for pk in right], "note": "不符合"})
                for one in second
            ]
        )  # fmt: skip

        assert ends(answers) == {"done": 1, "conflict": crowd.people - 1}
        accepted = 302 in [answer.status_code for answer in answers[: len(clerk)]]
        moved = set(left if accepted else right)
        target = S.ELIGIBLE if accepted else S.REJECTED
        for project in rows:
            project.refresh_from_db()
            assert project.status == (target if project.pk in moved else S.FORMAL_CHECK)
        assert Bulk.objects.count() == before + 1


@CROWD
def test_undone_by_one_of_many(unit, root, crowd):
    clerk = person(Role.BUREAU, root)
    windows = browsers(clerk, crowd.people)
    batch = open_batch()
    for _ in range(crowd.times):
        rows = [
            ready_project(batch, UnitFactory(parent=unit.parent), status=S.FORMAL_CHECK)
            for _ in range(3)
        ]
        row = bulk.carry_out(
            "accept", {p.pk: 0 for p in rows}, note="", by=clerk,
            via=bulk.may_do(clerk, "accept").via,
        )  # fmt: skip
        undo = reverse("brands:bulk-undo", args=[row.pk])

        answers = press([(window, undo, {"note": "选错了"}) for window in windows])

        assert ends(answers) == {"done": 1, "conflict": crowd.people - 1}
        assert [project.events.count() for project in rows] == [2, 2, 2]


@CROWD
def test_a_section_saved_from_an_old_page_loses_nothing(batch, unit, crowd):
    for _ in range(crowd.times):
        school = UnitFactory(parent=unit.parent)
        project = ready_project(batch, school)
        windows = browsers(person(Role.STAFF, school), crowd.people)
        url = reverse("brands:project-section", args=[project.pk, "basics"])
        drawn = json.dumps({"title": [0, ""]})

        answers = press(
            [
                (window, url, {"drawn": drawn, "title": f"第{n}人写的"})
                for n, window in enumerate(windows)
            ]
        )

        assert ends(answers) == {"done": 1, "conflict": crowd.people - 1}
        project.refresh_from_db()
        for n, answer in enumerate(answers):
            if answer.status_code == 302:
                assert project.title == f"第{n}人写的"
            else:
                assert f"第{n}人写的" in answer.text


@CROWD
def test_publishing_against_editing_publishes_what_is_there(crowd):
    people = after.city()
    writing = browsers(people.bureau, crowd.people // 2)
    confirming = browsers(people.second, crowd.people // 2)
    for _ in range(crowd.times):
        batch, projects = after.ranked(2, status="approved")
        notice = after.draft(batch, projects, people.bureau)
        confirm = reverse("brands:publicity-confirm", args=[notice.pk])
        edit = reverse("brands:publicity-edit", args=[notice.pk])
        changed = {
            "title": "改过的公示", "text": "改过。", "contact_office": "组织处",
            "contact_phone": "0512-00000000", "contact_address": "示例路2号",
            "project": [projects[0].pk], "version": notice.version,
        }  # fmt: skip

        answers = press(
            [(window, confirm, {"version": notice.version}) for window in confirming]
            + [(window, edit, changed) for window in writing]
        )

        confirmed, edited = ends(answers[: len(confirming)]), ends(answers[len(confirming) :])
        assert set(confirmed) | set(edited) <= {"done", "conflict"}
        notice.refresh_from_db()
        is_out = notice.status == PublicityStatus.PUBLISHED
        assert (confirmed["done"], edited["done"] > 0) == ((1, False) if is_out else (0, True))
        if is_out:
            listed = [entry["project"] for entry in notice.snapshot["entries"]]
            assert notice.snapshot["title"] == notice.title == "拟定名单的公示"
            assert notice.sha256 == digest(notice.snapshot)
            assert listed == [project.pk for project in projects]
            assert batch.projects.filter(status=S.PUBLICITY).count() == len(listed)


def test_schools_that_submit_together_get_numbers_without_a_gap(batch, unit):
    schools = [UnitFactory(parent=unit.parent) for _ in range(20)]

    answers = _submit_all(batch, schools)

    numbers = sorted(Project.objects.values_list("number", flat=True))
    assert ends(answers) == {"done": 20}
    assert numbers == [f"{batch.year}-YP-{n:04d}" for n in range(1, 21)]


def test_one_title_is_taken_once(batch, unit):
    schools = [UnitFactory(parent=unit.parent) for _ in range(8)]

    answers = _submit_all(batch, schools, title="同名")

    assert ends(answers) == {"done": 1, "conflict": 7}


def _submit_all(batch, schools, **fields):
    presses = []
    for school in schools:
        (window,) = browsers(person(Role.SECRETARY, school), 1)
        project = ready_project(batch, school, **fields)
        presses.append((window, _move(project, "submit"), {"version": 0}))
    return press(presses)
