"""Programmes and forms built in the browser (issue: selection engine; domain.md M18)."""

import json
from pathlib import Path

import pytest
from django.urls import reverse

from brands.forms import building, spec
from brands.forms.fields import Field, FormSpec, Section
from brands.models import ApplicationForm, Batch, Programme, Project, ProjectStatus, Stage
from brands.services import programmes
from brands.services.projects import start_project
from brands.shipping import renew, ship, shipped
from foundation.audit.models import AuditEvent
from foundation.verdict import Conflict
from foundation.workflow.engine import perform
from schools.models import OrganisationKind, Role, Tier
from schools.rights import rights_of
from tests.factories.brands import BatchFactory, open_batch, ready_project
from tests.factories.people import person
from tests.factories.schools import UnitFactory

pytestmark = pytest.mark.django_db


def _url(name, *args):
    return reverse(f"brands:{name}", args=args)


@pytest.fixture
def form():
    return ApplicationForm.objects.get(programme=Programme.SCHOOL_BRAND)


def _field_data(**changes):
    return {"label": "佐证材料", "kind": "text", "required": "on", "max_length": "80", **changes}


class TestPlan:
    def test_shipped_forms_are_read_written_and_without_fault(self):
        for facts in shipped():
            read = FormSpec.read(facts["form"])
            assert read.faults() == []
            assert FormSpec.read(read.write()) == read

    @pytest.mark.parametrize(
        ("fields", "word"),
        [
            ((Field("a", "甲"),), "有且只有一个"),
            ((Field("title", "名称"), Field("title", "名称")), "有且只有一个"),
            ((Field("title", "名称", max_length=61),), "不超过60字"),
            ((Field("title", "名称", max_length=30), Field("a", "类", "choice")), "两个选项"),
            ((Field("title", "名称", max_length=30), Field("a", "表", "table")), "一列"),
            (
                (Field("title", "名称", max_length=30), Field("a", "甲", shown_if=("b", "x"))),
                "显示条件",
            ),
        ],
    )
    def test_a_form_that_cannot_be_filled_in_says_why(self, fields, word):
        faults = FormSpec("表", (Section("s1", "栏", fields),)).faults()
        assert any(word in fault for fault in faults)

    def test_parts_are_moved_within_their_bounds_and_dropped(self, form):
        plan = form.spec
        first, second = plan.sections[0].key, plan.sections[1].key
        assert [s.key for s in building.moved(plan, second, -1).sections][:2] == [second, first]
        assert building.moved(plan, first, -1) == plan
        assert "slogan" not in [f.key for f in building.without(plan, "slogan").fields]
        with pytest.raises(Conflict):
            building.without(plan, "title")
        with pytest.raises(Conflict):
            building.without(plan, first)

    def test_shipping_leaves_what_the_bureau_changed(self):
        Programme.objects.filter(pk=Programme.SCHOOL_BRAND).update(name="一校一品牌")
        ship(Programme.objects, ApplicationForm.objects)
        assert Programme.objects.get(pk=Programme.SCHOOL_BRAND).name == "一校一品牌"
        assert ApplicationForm.objects.count() == len(shipped())

    def test_a_new_release_makes_a_version_where_the_bureau_changed_nothing(self, bureau):
        """As on a machine with a batch under way, and a form that was worked on."""
        old = ApplicationForm.objects.get(programme=Programme.SCHOOL_BRAND)
        old.content, old.frozen = _first_form(), True
        old.save()
        batch = open_batch(form=old)
        before = spec.form_of(batch)
        renew(ApplicationForm.objects)
        renew(ApplicationForm.objects)
        assert old.programme.newest_form.version == 2
        assert not old.programme.newest_form.frozen
        assert "evidence" in [field.key for field in old.programme.newest_form.spec.fields]
        batch.refresh_from_db()
        assert spec.form_of(Batch.objects.get(pk=batch.pk)) == before
        assert ApplicationForm.objects.filter(programme="secretary").count() == 1

    def test_what_the_bureau_changed_is_left_alone(self):
        old = ApplicationForm.objects.get(programme=Programme.SCHOOL_BRAND)
        old.content = building.without(FormSpec.read(_first_form()), "awards").write()
        old.save()
        renew(ApplicationForm.objects)
        assert old.programme.newest_form == old


class TestBuilder:
    def test_fields_of_each_kind_are_added_changed_and_asked(self, client, bureau, form):
        client.force_login(bureau)
        new = _url("form-field", form.pk, "basics", "new")
        for changes in [
            {},
            {"label": "等级", "kind": "choice", "choices": "省级\n市级"},
            {"label": "节点", "kind": "table", "columns": "任务\n时间"},
            {"label": "人数", "kind": "number", "minimum": "1", "maximum": "9"},
        ]:
            assert client.post(new, _field_data(**changes)).status_code == 302
        form = ApplicationForm.objects.get(pk=form.pk)
        fields = {field.label: field for field in form.spec.fields}
        assert fields["等级"].choices == (("c1", "省级"), ("c2", "市级"))
        assert fields["节点"].columns == (("k1", "任务"), ("k2", "时间"))
        assert (fields["人数"].minimum, fields["人数"].maximum) == (1, 9)

        level = fields["等级"].key
        condition = {"label": "人数", "kind": "number", "shown_if": f"{level}=c2"}
        change = _url("form-field", form.pk, "basics", fields["人数"].key)
        assert client.post(change, _field_data(**condition)).status_code == 302
        page = client.get(_url("form-preview", form.pk)).text
        assert f'data-shown-if="{level}=c2"' in page
        assert "data-rows" in page
        assert AuditEvent.objects.filter(action="form.change").count() == 5

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"kind": "choice", "choices": "只有一个"}, "至少填写两个选项"),
            ({"kind": "choice", "choices": "甲\n甲"}, "重复的行"),
            ({"kind": "table", "columns": ""}, "1至6个列名"),
            ({"kind": "number", "minimum": "9", "maximum": "1"}, "不能小于最小值"),
            ({"kind": "secret"}, "kind"),
            ({"shown_if": "nobody=1"}, "shown_if"),
        ],
    )
    def test_bad_input_is_told_and_changes_nothing(self, client, bureau, form, changes, words):
        client.force_login(bureau)
        if "shown_if" in changes:
            choice = _field_data(label="等级", kind="choice", choices="省级\n市级")
            client.post(_url("form-field", form.pk, "basics", "new"), choice)
        before = ApplicationForm.objects.get(pk=form.pk).content
        response = client.post(_url("form-field", form.pk, "basics", "new"), _field_data(**changes))
        assert response.status_code == 200
        assert words in response.text
        assert ApplicationForm.objects.get(pk=form.pk).content == before

    def test_the_name_keeps_its_kind_whatever_is_sent(self, client, bureau, form):
        client.force_login(bureau)
        data = _field_data(label="品牌名称", kind="table", columns="甲", max_length="20")
        client.post(_url("form-field", form.pk, "basics", "title"), data)
        title = next(f for f in ApplicationForm.objects.get(pk=form.pk).spec.fields)
        assert (title.key, title.kind, title.max_length) == ("title", "text", 20)

    def test_a_form_in_use_is_frozen_and_a_new_version_leaves_the_old_one(self, client, bureau, at):
        batch = _ready_batch()
        perform(batch, "open", by=bureau)
        old = batch.form
        assert old is not None
        client.force_login(bureau)
        before = old.content

        assert ApplicationForm.objects.get(pk=old.pk).frozen
        refused = client.post(_url("form-field", old.pk, "basics", "new"), _field_data())
        assert refused.status_code == 409
        assert ApplicationForm.objects.get(pk=old.pk).content == before

        client.post(_url("form-version", batch.programme_id))
        client.post(_url("form-version", batch.programme_id))
        new = batch.programme.newest_form
        assert new.version == 2
        client.post(_url("form-field", new.pk, "basics", "new"), _field_data(label="新增"))
        batch.refresh_from_db()
        assert "新增" not in [field.label for field in spec.form_of(batch).fields]
        assert "新增" in [field.label for field in batch.programme.newest_form.spec.fields]

    def test_a_batch_does_not_open_with_a_form_that_cannot_be_filled_in(self, bureau, form):
        batch = _ready_batch()
        empty = building.with_section(form.spec, "new", "空栏目", "")
        ApplicationForm.objects.filter(pk=form.pk).update(content=empty.write())
        with pytest.raises(Conflict, match="空栏目"):
            perform(batch, "open", by=bureau)

    def test_staff_of_a_school_find_nothing_and_the_leader_only_looks(
        self, client, unit, root, form
    ):
        client.force_login(person(Role.SECRETARY, unit))
        assert client.get(_url("programmes")).status_code == 404
        assert client.get(_url("form", form.pk)).status_code == 404
        client.force_login(person(Role.LEADER, root))
        assert client.get(_url("form", form.pk)).status_code == 200
        assert (
            client.post(
                _url("form-arrange", form.pk), {"part": "slogan", "do": "delete"}
            ).status_code
            == 403
        )


class TestNewProgramme:
    def test_the_record_says_what_a_setting_was_before(self, client, bureau):
        client.force_login(bureau)
        programme = Programme.objects.get(pk=Programme.SCHOOL_BRAND)
        url = _url("programme", programme.pk)
        data = {name: v for name, v in client.get(url).context["form"].initial.items() if v}
        data["checklist"] = "\n".join([*programme.checklist, "新的一条"])

        answer = client.post(url, data | {"result_label": "新的称谓"})

        assert answer.status_code == 302, answer.context["form"].errors
        event = AuditEvent.objects.filter(action="programme.save").first()
        changed = json.loads(event.detail)["changed"]
        assert changed["结果称谓"] == [programme.result_label, "新的称谓"]
        assert set(changed) == {"结果称谓", "审查要点"}
        assert changed["审查要点"][1].endswith("；新的一条")

    def test_made_in_the_browser_it_carries_an_application_to_the_check(self, client, bureau, unit):
        client.force_login(bureau)
        data = {
            "name": "示范支部", "track": "establishing", "applicant": "branch",
            "number_code": "zb", "result_label": "建设成果", "checklist": "材料齐全\n任务明确",
            "has_review": "on",
        }  # fmt: skip
        response = client.post(_url("programme-new"), data)
        programme = Programme.objects.get(name="示范支部")
        assert response.url == _url("form", programme.newest_form.pk)

        branch = UnitFactory(parent=unit, tier=Tier.BRANCH, kind=OrganisationKind.BRANCH)
        secretary = person(Role.SECRETARY, branch)
        batch = open_batch(programme.pk)
        via = rights_of(secretary).appointments[0]
        project = start_project(batch, organisation=branch, by=secretary, via=via)
        Project.objects.filter(pk=project.pk).update(title="头雁工程")
        project.refresh_from_db()
        perform(project, "submit", by=secretary)
        assert project.status == ProjectStatus.PRECHECK
        assert project.number == "2026-ZB-0001" or project.number.endswith("-ZB-0001")
        with pytest.raises(Conflict):
            perform(project, "accept", by=bureau, items=["材料齐全"])
        perform(project, "accept", by=bureau, items=["材料齐全", "任务明确"])
        assert project.status == ProjectStatus.ELIGIBLE

    def test_only_its_kind_of_applicant_may_start(self, client, unit):
        batch = open_batch("organ_project")
        branch = UnitFactory(parent=unit, tier=Tier.BRANCH, kind=OrganisationKind.BRANCH)
        for organisation, status in [(unit, 403), (branch, 302)]:
            client.force_login(person(Role.SECRETARY, organisation))
            answer = client.post(_url("project-new"), {"batch": batch.pk})
            assert answer.status_code == status


class TestAnswers:
    def test_what_is_not_asked_is_neither_missing_nor_shown(self, unit):
        branch = UnitFactory(parent=unit, tier=Tier.BRANCH, kind=OrganisationKind.BRANCH)
        project = ready_project(open_batch("organ_project"), branch)
        assert project.content["project_class"] == "institution"
        project.content.pop("trainees")
        section = spec.form_of(project.batch).section("plan")
        assert "trainees" not in [a.field.key for a in spec.answers(project, section)]
        assert spec.gaps(project) == []

        project.content["project_class"] = "training"
        assert [field.key for field in spec.gaps(project)] == ["trainees"]

    def test_a_table_and_a_number_are_saved_and_read_back(self, client, unit):
        branch = UnitFactory(parent=unit, tier=Tier.BRANCH, kind=OrganisationKind.BRANCH)
        project = ready_project(open_batch("organ_project"), branch)
        client.force_login(person(Role.SECRETARY, branch))
        url = _url("project-section", project.pk, "plan")
        drawn = client.get(url).context["form"]["drawn"].value()
        data = {
            "drawn": drawn, "aims": "成果", "measures": "做法", "trainees": "30",
            "schedule-0-task": "调研", "schedule-0-owner": "组长", "schedule-0-due": "5月",
            "schedule-1-task": "", "schedule-3-task": "总结", "save": "1",
        }  # fmt: skip
        assert client.post(url, data).status_code == 302
        project.refresh_from_db()
        assert project.content["schedule"] == [
            {"task": "调研", "owner": "组长", "due": "5月"},
            {"task": "总结", "owner": "", "due": ""},
        ]
        page = client.get(url).text
        assert 'value="调研"' in page
        assert "调研；组长；5月" in client.get(_url("project-review", project.pk)).text
        too_long = client.post(url, data | {"schedule-0-task": "长" * 201})
        assert "第1行有一格超过200字" in too_long.text


def test_programme_cannot_be_changed_under_a_batch(client, bureau):
    BatchFactory()
    client.force_login(bureau)
    data = {"name": "一校一品", "track": "establishing", "applicant": "branch",
            "number_code": "ZZ", "result_label": "成果", "checklist": "一条"}  # fmt: skip
    client.post(_url("programme", Programme.SCHOOL_BRAND), data)
    programme = Programme.objects.get(pk=Programme.SCHOOL_BRAND)
    assert (programme.track, programme.number_code) == ("naming", "YP")
    assert programme.checklist == ["一条"]


def test_new_programme_service_makes_a_form_without_fault(bureau):
    programme = Programme(key="x1", name="新", track="naming", applicant="unit", number_code="XX")
    programmes.found_programme(programme, by=bureau, via=None)
    assert programme.newest_form.spec.faults() == []


def _first_form():
    """As it was shipped first."""
    path = Path(__file__).parents[1] / "data" / "first_school_brand_form.json"
    return json.loads(path.read_text(encoding="utf-8"))


def _ready_batch() -> Batch:
    from datetime import timedelta

    from brands.models import BatchStage, Quota
    from foundation import clock
    from tests.factories.schools import AreaFactory

    batch = BatchFactory()
    now = clock.now()
    for number, stage in enumerate(Stage):
        BatchStage.objects.create(
            batch=batch, stage=stage, opens_at=now, closes_at=now + timedelta(days=number + 1)
        )
    Quota.objects.create(batch=batch, area=AreaFactory(), places=1)
    return batch
