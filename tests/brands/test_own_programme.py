"""Programmes of the bureau's own, with another course than those that come with the product."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from brands import presenting
from brands.models import Batch, BatchStage, Honour, Programme, Project, ProjectStatus, Quota
from brands.permissions import shown_status
from brands.services import releasing
from brands.services.projects import start_project
from foundation import clock
from foundation.outbox.models import Message
from foundation.verdict import Conflict
from foundation.workflow.engine import perform
from reviews.models import Rubric
from schools.models import OrganisationKind, Role, Tier
from schools.rights import rights_of
from tests.brands.after import city, draft
from tests.brands.keeping import named_brand
from tests.factories.people import person
from tests.factories.schools import UnitFactory

pytestmark = pytest.mark.django_db
S = ProjectStatus
LEADING = {
    "name": "支部书记领航项目", "noun": "领航项目", "track": "naming", "applicant": "branch",
    "has_review": "on", "number_code": "ZS", "honour_code": "LH", "result_label": "领航成果",
    "checklist": "材料齐全", "label_check": "资格审查", "renewal_years": "3",
}  # fmt: skip


@pytest.fixture
def people():
    return city()


@pytest.fixture
def branch(unit):
    return UnitFactory(
        parent=unit, tier=Tier.BRANCH, kind=OrganisationKind.BRANCH, name="第一党支部", school=None
    )


def made(client, by, **data):
    """A programme made on screen by bureau staff."""
    client.force_login(by)
    answer = client.post(reverse("brands:programme-new"), data)
    assert answer.status_code == 302, answer.context["form"].errors
    return Programme.objects.get(name=data["name"])


def opened(programme, by):
    """Its batch, through the real opening."""
    batch = Batch.objects.create(
        programme=programme, year=2026, number=1, title=f"2026年{programme}申报",
        source_document="苏教工委〔2026〕30号", result_label=programme.result_label,
        needs_stamp=False,
    )  # fmt: skip
    for number, stage in enumerate(batch.stages_used):
        BatchStage.objects.create(
            batch=batch,
            stage=stage,
            opens_at=clock.now(),
            closes_at=clock.now() + timedelta(days=number + 10),
        )
    return batch


def begun(batch, organisation, by):
    via = rights_of(by).appointments[0]
    project = start_project(batch, organisation=organisation, by=by, via=via)
    Project.objects.filter(pk=project.pk).update(title="头雁领航")
    project.refresh_from_db()
    return project


def subjects(user):
    return [row.payload["subject"] for row in Message.objects.filter(payload__user=user.pk)]


class TestBranchesWithoutRecommendation:
    """支部书记领航项目, from the screen to the honour's number."""

    def test_it_walks_from_the_application_to_its_own_honour_number(
        self, client, people, unit, branch, at
    ):
        at("2026-03-02 09:00")
        named_brand()  # The numbers of other programmes are no business of this one.
        batch = opened(made(client, people.bureau, **LEADING), people.bureau)
        perform(batch, "open", by=people.bureau)
        secretary, of_school = person(Role.SECRETARY, branch), person(Role.SECRETARY, unit)
        officer = person(Role.DISTRICT, unit.parent)

        assert [batch.stage_label(stage) for stage in batch.stages_used] == [
            "支部申报", "资格审查", "专家评审", "审定",
        ]  # fmt: skip
        client.force_login(of_school)
        assert client.post(reverse("brands:project-new"), {"batch": batch.pk}).status_code == 403
        project = begun(batch, branch, secretary)
        for wrong in (of_school, people.bureau):
            with pytest.raises((PermissionDenied, Conflict)):
                perform(project, "recommend", by=wrong)
        with pytest.raises(PermissionDenied):
            perform(project, "submit", by=people.bureau)
        perform(project, "submit", by=secretary)

        assert (project.status, project.number) == (S.FORMAL_CHECK, "2026-ZS-0001")
        with pytest.raises(Conflict):  # There is no recommendation on this course.
            perform(project, "recommend", by=officer)
        with pytest.raises(PermissionDenied):
            perform(project, "accept", by=secretary)
        perform(project, "accept", by=people.bureau, items=["材料齐全"])
        with pytest.raises(Conflict):  # Not decided before the experts have scored.
            perform(project, "propose", by=people.bureau)
        perform(project, "start_review", by=people.bureau)
        perform(project, "finish_review", by=people.bureau, score=91, rank=1)
        perform(project, "propose", by=people.bureau)
        with pytest.raises(PermissionDenied):
            perform(project, "approve", by=people.bureau, minutes_number="1号")
        perform(project, "approve", by=people.leader, minutes_number="1号")
        notice = draft(batch, [project], people.bureau)
        with pytest.raises(PermissionDenied):
            perform(notice, "confirm", by=people.bureau)
        perform(notice, "confirm", by=people.second)
        project.refresh_from_db()
        assert "领航项目进入公示" in subjects(secretary)
        with pytest.raises(Conflict):
            perform(project, "name", by=people.leader, document_number="1号")
        over = timezone.localtime(notice.closes_at) + timedelta(seconds=2)
        at(over.replace(tzinfo=None).isoformat())
        with pytest.raises(PermissionDenied):
            perform(project, "name", by=secretary, document_number="1号")
        perform(project, "name", by=people.leader, document_number="1号")

        honour = Honour.objects.get(project=project)
        assert (honour.number, honour.label) == ("苏LH-2026-0001", "领航成果")
        assert "领航项目命名结果" in subjects(secretary)
        rail = presenting.stage_rail(project, secretary)
        assert [step["label"] for step in rail] == [
            "支部申报", "资格审查", "专家评审", "审定", "公示", "命名",
        ]  # fmt: skip

    def test_it_has_no_milestones_where_none_were_asked_for(self, client, people, unit, branch):
        batch = opened(made(client, people.bureau, **LEADING), people.bureau)
        secretary = person(Role.SECRETARY, branch)
        project = begun(batch, branch, secretary)
        Project.objects.filter(pk=project.pk).update(status=S.NAMED)
        client.force_login(secretary)
        assert client.get(reverse("brands:milestone-new", args=[project.pk])).status_code == 409
        assert (
            "本批次不设节点任务" in client.get(reverse("brands:milestones", args=[project.pk])).text
        )


class TestWithoutExperts:
    """Decided straight after the check; nobody reads of experts who were never asked."""

    @pytest.fixture
    def batch(self, client, people):
        data = {key: value for key, value in LEADING.items() if key != "has_review"}
        batch = opened(made(client, people.bureau, **data), people.bureau)
        perform(batch, "open", by=people.bureau)
        return batch

    def test_what_is_accepted_waits_for_the_decision(self, client, people, batch, branch):
        secretary = person(Role.SECRETARY, branch)
        project = begun(batch, branch, secretary)
        perform(project, "submit", by=secretary)
        perform(project, "accept", by=people.bureau)

        assert project.status == S.SCORED
        assert shown_status(project, secretary).label == "审查通过"
        assert shown_status(project, people.leader).label == "审查通过"
        client.force_login(people.leader)
        page = client.get(reverse("brands:decision", args=[batch.pk])).text
        assert "本类别不设专家评审" in page
        assert "评审完成" not in page
        client.force_login(people.bureau)
        assert "提出拟定名单" in client.get(reverse("dashboard:home")).text
        perform(project, "propose", by=people.bureau)
        perform(project, "approve", by=people.leader, minutes_number="1号")
        assert shown_status(project, secretary).label == "审查通过"
        client.force_login(secretary)
        for name, args in (("projects", []), ("project", [project.pk])):
            page = client.get(reverse(f"brands:{name}", args=args)).text
            shown = page.partition("<main")[2].replace("</option>", "")
            assert "审查通过" in shown
            for hidden in ("专家评审", "已审定"):
                assert hidden not in re.sub(r"<select.*?</select>", "", shown, flags=re.S)

    def test_the_acceptance_is_taken_back_and_nobody_makes_a_round(
        self, client, people, batch, branch
    ):
        secretary = person(Role.SECRETARY, branch)
        project = begun(batch, branch, secretary)
        perform(project, "submit", by=secretary)
        perform(project, "accept", by=people.bureau)
        perform(project, "unaccept", by=people.bureau, note="误点")
        assert project.status == S.FORMAL_CHECK

        client.force_login(people.bureau)
        rubric = Rubric.objects.filter(code="R1").first()
        now = clock.now()
        data = {
            "rubric": rubric.pk, "per_entry": 5,
            "opens_at": now.strftime("%Y-%m-%dT%H:%M"),
            "closes_at": (now + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M"),
        }  # fmt: skip
        answer = client.post(reverse("reviews:round-new", args=[batch.pk]), data)
        assert "本批次不设专家评审" in answer.text
        assert not batch.rounds.exists()


class TestRecommendedAndEstablished:
    """A district recommends, and what is established is neither tracked nor closed."""

    def test_it_ends_with_the_establishment(self, client, people, unit):
        data = {
            "name": "区域党建联建", "noun": "联建项目", "track": "establishing",
            "applicant": "unit", "has_district": "on", "number_code": "LJ",
            "result_label": "建设成果",
        }  # fmt: skip
        programme = made(client, people.bureau, **data)
        assert programme.honour_code == ""
        batch = opened(programme, people.bureau)
        Quota.objects.create(batch=batch, area=unit.area, places=1)
        perform(batch, "open", by=people.bureau)
        secretary = person(Role.SECRETARY, unit)
        officer = person(Role.DISTRICT, unit.parent)
        stranger = person(Role.DISTRICT, UnitFactory(parent__parent=unit.parent.parent).parent)
        project = begun(batch, unit, secretary)
        perform(project, "submit", by=secretary)

        assert project.status == S.DISTRICT_REVIEW
        with pytest.raises(PermissionDenied):
            perform(project, "recommend", by=stranger)
        with pytest.raises(Conflict):
            perform(project, "accept", by=people.bureau)
        perform(project, "recommend", by=officer)
        perform(project, "accept", by=people.bureau)
        perform(project, "approve", by=people.leader, minutes_number="1号")
        releasing.release(batch, [project.pk], by=people.leader, minutes_number="1号")
        project.refresh_from_db()

        assert project.status == S.ESTABLISHED
        assert "联建项目已立项" in subjects(secretary)
        assert {step["state"] for step in presenting.stage_rail(project, secretary)} == {"done"}
        client.force_login(secretary)
        assert "节点任务" not in client.get(reverse("dashboard:home")).text
        closing = reverse("brands:project-closing", args=[project.pk])
        assert client.get(closing).status_code == 404
        with pytest.raises(Conflict, match="不再跟踪"):
            perform(project, "start", by=secretary)


class TestScope:
    """A programme for the organisations of one committee alone."""

    def test_others_are_not_asked_and_may_not_apply(self, client, people, unit, stranger):
        own = {**LEADING, "applicant": "unit", "under": unit.parent.pk}
        batch = opened(made(client, people.bureau, **own), people.bureau)
        perform(batch, "open", by=people.bureau)
        secretary = person(Role.SECRETARY, unit)

        client.force_login(stranger)
        answer = client.post(reverse("brands:project-new"), {"batch": batch.pk})
        assert answer.status_code == 403
        assert f"{unit.parent}所属" in answer.text
        assert batch.title not in client.get(reverse("dashboard:home")).text
        client.force_login(secretary)
        assert batch.title in client.get(reverse("dashboard:home")).text
        page = client.get(reverse("brands:batch", args=[batch.pk])).text
        assert "申报范围" in page
        assert client.post(reverse("brands:project-new"), {"batch": batch.pk}).status_code == 302

    def test_one_that_moved_elsewhere_meanwhile_may_not_submit(
        self, client, people, unit, stranger
    ):
        own = {**LEADING, "applicant": "unit", "under": unit.parent.pk}
        batch = opened(made(client, people.bureau, **own), people.bureau)
        perform(batch, "open", by=people.bureau)
        other = rights_of(stranger).appointments[0].organisation
        project = begun(batch, other, stranger)
        with pytest.raises(Conflict, match="只面向"):
            perform(project, "submit", by=stranger)

    def test_only_a_committee_can_be_the_scope(self, client, people, unit):
        client.force_login(people.bureau)
        answer = client.post(reverse("brands:programme-new"), {**LEADING, "under": unit.pk})
        assert answer.status_code == 200
        assert "under" in answer.context["form"].errors


class TestForm:
    def test_two_programmes_never_share_an_honour_code(self, client, people):
        client.force_login(people.bureau)
        answer = client.post(
            reverse("brands:programme-new"), {**LEADING, "honour_code": "yp", "number_code": "QQ"}
        )
        assert "“一校一品”已在使用这个荣誉编号代码" in answer.text
        assert not Programme.objects.filter(number_code="QQ").exists()

    def test_what_was_left_open_takes_the_usual(self, client, people):
        data = {key: LEADING[key] for key in ("name", "track", "applicant", "number_code")}
        programme = made(client, people.bureau, **data, result_label="成果", rubric_closing="R4")
        assert (programme.noun, programme.honour_code) == ("项目", "ZS")
        assert programme.rubrics == {"selection": "R1", "acceptance": "R2"}
        assert not programme.has_closing

    def test_an_open_batch_keeps_the_words_it_was_opened_with(self, client, people):
        programme = made(client, people.bureau, **LEADING)
        batch = opened(programme, people.bureau)
        perform(batch, "open", by=people.bureau)
        client.post(
            reverse("brands:programme", args=[programme.pk]),
            {**LEADING, "noun": "别的项目", "label_check": "", "has_district": "on"},
        )
        batch = Batch.objects.get(pk=batch.pk)
        batch.save()
        programme.refresh_from_db()
        assert (programme.noun, programme.has_district) == ("别的项目", True)
        assert (batch.noun, batch.stage_label("check")) == ("领航项目", "资格审查")
        assert not batch.has_district

    @pytest.mark.parametrize("role", [Role.LEADER, Role.SUPERVISION])
    def test_nobody_but_staff_makes_one(self, client, people, role):
        client.force_login(getattr(people, role.value))
        assert client.post(reverse("brands:programme-new"), LEADING).status_code == 403
