import pytest
from django.core.exceptions import PermissionDenied

from brands.models import Programme, Project, ProjectStatus, Stage
from brands.workflow import BEFORE, ESTABLISHING, NAMING
from foundation.verdict import Conflict
from foundation.workflow.engine import perform
from schools.models import Role
from tests.factories.brands import open_batch, ready_project
from tests.factories.people import person
from tests.factories.schools import AreaCommitteeFactory, AreaFactory, UnitFactory

S = ProjectStatus


def _reached(table):
    return {S.DRAFT} | {target for transition in table for target in transition.targets}


@pytest.mark.parametrize("workflow", [NAMING, ESTABLISHING])
def test_table_every_source_can_be_reached(workflow):
    reached = _reached(workflow.transitions.values())

    assert {s for t in workflow.transitions.values() for s in t.sources} <= reached


def test_table_before_the_scores_reaches_every_status_of_its_stretch():
    assert _reached(BEFORE) == {
        S.DRAFT, S.DISTRICT_REVIEW, S.RECOMMENDED, S.NOT_RECOMMENDED, S.FORMAL_CHECK, S.PRECHECK,
        S.RETURNED, S.WITHDRAWN, S.ELIGIBLE, S.REJECTED, S.IN_REVIEW, S.SCORED,
    }  # fmt: skip


def test_table_only_refusals_are_final_before_the_scores():
    """Final but for the one who takes back their own step."""
    undoing = {"unaccept", "unreject", "unreturn", "reconsider"}
    left = {s for t in BEFORE if t.name not in undoing for s in t.sources}

    assert _reached(BEFORE) - left == {S.NOT_RECOMMENDED, S.REJECTED, S.SCORED}


def test_submit_goes_to_the_district_for_a_district_school(batch, unit, secretary):
    project = ready_project(batch, unit)

    perform(project, "submit", by=secretary)

    assert project.status == S.DISTRICT_REVIEW
    assert project.number == f"{batch.year}-YP-0001"
    assert project.submitted_at is not None
    assert [v.content for v in project.versions.all()] == [project.content]


def test_submit_goes_to_the_formal_check_for_a_direct_school(batch, root):
    area = AreaFactory(is_direct=True)
    direct = UnitFactory(parent=AreaCommitteeFactory(area=area, parent=root))
    project = ready_project(batch, direct)

    perform(project, "submit", by=person(Role.SECRETARY, direct))

    assert project.status == S.FORMAL_CHECK


def test_submit_goes_to_the_precheck_for_a_secretary_project(unit, secretary):
    project = ready_project(open_batch(Programme.SECRETARY_PROJECT), unit)

    perform(project, "submit", by=secretary)

    assert project.status == S.PRECHECK
    assert project.number == "2026-SJ-0001"


def test_submit_gives_each_project_the_next_number(batch, unit, secretary):
    other = UnitFactory(parent=unit.parent)
    perform(ready_project(batch, unit), "submit", by=secretary)
    second = ready_project(batch, other)

    perform(second, "submit", by=person(Role.SECRETARY, other))

    assert second.number == "2026-YP-0002"


def test_submit_is_the_secretarys_alone(batch, unit, district, bureau):
    project = ready_project(batch, unit)

    for other in (person(Role.STAFF, unit), district, bureau):
        with pytest.raises(PermissionDenied):
            perform(project, "submit", by=other)


def test_submit_refuses_an_incomplete_form(batch, unit, secretary):
    project = ready_project(batch, unit)
    Project.objects.filter(pk=project.pk).update(content={})

    with pytest.raises(Conflict, match="必填内容未完成"):
        perform(project, "submit", by=secretary)


def test_submit_refuses_a_title_taken_in_the_batch(batch, unit, secretary):
    other = UnitFactory(parent=unit.parent)
    perform(ready_project(batch, unit, title="红烛"), "submit", by=secretary)

    with pytest.raises(Conflict, match="请更换名称"):
        perform(
            ready_project(batch, other, title="红烛"), "submit", by=person(Role.SECRETARY, other)
        )


def test_submit_late_says_when_it_closed(batch, unit, secretary, at):
    project = ready_project(batch, unit)
    at("2099-01-01 09:00")
    secretary.appointments.update(until=None)

    with pytest.raises(Conflict, match="截止"):
        perform(project, "submit", by=secretary)


def test_submit_refuses_a_closed_batch(batch, unit, secretary, bureau):
    project = ready_project(batch, unit)
    perform(batch, "close", by=bureau)

    with pytest.raises(Conflict, match="未开启或已结束"):
        perform(Project.objects.get(pk=project.pk), "submit", by=secretary)


def test_withdraw_and_revive_bring_the_draft_back(batch, unit, secretary):
    project = ready_project(batch, unit)

    for name in ("submit", "withdraw", "revive"):
        perform(project, name, by=secretary)

    assert project.status == S.DRAFT
    assert project.number == "2026-YP-0001"


def test_return_by_the_bureau_happens_once_and_keeps_the_place(
    batch, unit, secretary, district, bureau
):
    project = ready_project(batch, unit)
    perform(project, "submit", by=secretary)
    perform(project, "recommend", by=district)
    place = project.place_id

    perform(project, "return", by=bureau, note="请补充会议日期")
    assert (project.status, project.returned_from, project.place_id) == (
        S.RETURNED, S.RECOMMENDED, place,
    )  # fmt: skip
    perform(project, "submit", by=secretary)

    assert (project.status, project.place_id, project.returned_from) == (S.RECOMMENDED, place, "")
    assert project.versions.count() == 2
    with pytest.raises(Conflict, match="只能退回一次"):
        perform(project, "return", by=bureau, note="再退")
    with pytest.raises(Conflict, match="不能取消推荐"):
        perform(project, "unrecommend", by=district)


def test_return_gives_the_batchs_working_days(batch, unit, secretary, district, at):
    at("2026-04-01 09:00")
    own = open_batch(quotas=[(unit.area, 2)])
    project = ready_project(own, unit)
    perform(project, "submit", by=secretary)

    perform(project, "district_return", by=district, note="请修改")

    # Three working days after 1 April 2026: 2, 3 and, after Qingming, 7 April.
    assert project.return_due_at.isoformat() == "2026-04-07T23:59:59+08:00"
    at("2026-04-08 00:00")
    with pytest.raises(Conflict, match="修改期限"):
        perform(project, "submit", by=secretary)


def test_return_needs_a_reason(batch, unit, secretary, district):
    project = ready_project(batch, unit)
    perform(project, "submit", by=secretary)

    with pytest.raises(Conflict, match="理由"):
        perform(project, "district_return", by=district)


def test_accept_review_and_scores(batch, unit, secretary, district, bureau):
    project = ready_project(batch, unit)
    perform(project, "submit", by=secretary)
    perform(project, "recommend", by=district)

    perform(project, "accept", by=bureau)
    perform(project, "start_review", by=bureau)
    perform(project, "finish_review", by=bureau, score="91.25", rank=1)

    project.refresh_from_db()
    assert (project.status, str(project.score), project.rank) == (S.SCORED, "91.25", 1)


def test_recommend_is_the_own_districts_and_in_its_window(batch, unit, secretary, root):
    project = ready_project(batch, unit)
    perform(project, "submit", by=secretary)
    batch.stages.filter(stage=Stage.DISTRICT).delete()

    with pytest.raises(PermissionDenied):
        perform(project, "recommend", by=person(Role.DISTRICT, AreaCommitteeFactory(parent=root)))
    with pytest.raises(Conflict, match="不设"):
        perform(project, "recommend", by=person(Role.DISTRICT, unit.parent))
