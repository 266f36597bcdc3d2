"""A return pins remarks to fields; only those unlock, and the checker reads what changed."""

import pytest
from django.urls import reverse

from brands.comparing import compare
from brands.edits import ops_of
from brands.models import ProjectStatus, Remark
from brands.services import remarks
from brands.services.saving import save_section
from foundation.audit.models import AuditEvent
from foundation.verdict import Conflict
from foundation.workflow.engine import perform
from schools.models import Role
from tests.factories.brands import open_batch, ready_project
from tests.factories.people import person

pytestmark = pytest.mark.django_db


def _url(name, *args):
    return reverse(f"brands:{name}", args=args)


@pytest.fixture
def returned(project, secretary, district):
    """Sent back by the district with a remark on the slogan of the first section."""
    perform(project, "submit", by=secretary)
    pinned = {"slogan": "请改为一句话。", "summary": " "}
    perform(project, "district_return", by=district, note="请修改口号。", remarks=pinned)
    return project


def _section(client, project, **changes):
    page = client.get(_url("project-section", project.pk, "basics"))
    drawn = page.context["form"]["drawn"].value()
    data = {"drawn": drawn, "slogan": project.content["slogan"], "save": "1"}
    return page, client.post(_url("project-section", project.pk, "basics"), data | changes)


class TestPinning:
    def test_the_page_of_the_return_offers_every_field_and_pins_what_is_written(
        self, client, project, secretary, district
    ):
        perform(project, "submit", by=secretary)
        client.force_login(district)
        page = client.get(_url("project-confirm", project.pk, "district_return")).text
        assert 'name="remark-slogan"' in page
        assert 'name="remark-attachments"' in page
        data = {
            "note": "请修改",
            "version": project.version,
            "remark-slogan": "改短",
            "remark-aims": "",
        }
        client.post(_url("project-transition", project.pk, "district_return"), data)
        project.refresh_from_db()
        assert project.status == ProjectStatus.RETURNED
        assert {r.field: r.text for r in Remark.objects.all()} == {"slogan": "改短"}

    @pytest.mark.parametrize(
        ("pinned", "words"),
        [({"nobody": "改"}, "没有这些字段"), ({"slogan": "长" * 501}, "不超过500字")],
    )
    def test_what_the_form_does_not_have_is_refused(
        self, project, secretary, district, pinned, words
    ):
        perform(project, "submit", by=secretary)
        with pytest.raises(Conflict, match=words):
            perform(project, "district_return", by=district, note="改", remarks=pinned)
        project.refresh_from_db()
        assert project.status == ProjectStatus.DISTRICT_REVIEW
        assert not Remark.objects.exists()

    def test_without_remarks_the_whole_form_unlocks(self, project, secretary, district):
        perform(project, "submit", by=secretary)
        perform(project, "district_return", by=district, note="请全面修改")
        assert remarks.unlocked(project) is None


class TestCorrecting:
    def test_the_remark_stands_beside_its_field_and_the_others_are_locked(
        self, client, returned, secretary
    ):
        client.force_login(secretary)
        page, saved = _section(client, returned, slogan="新口号")
        assert "修改意见：</b>请改为一句话。" in page.text
        form = page.context["form"]
        assert not form.fields["slogan"].disabled
        assert form.fields["title"].disabled
        assert saved.status_code == 302
        returned.refresh_from_db()
        assert returned.content["slogan"] == "新口号"

    def test_a_forged_field_is_refused_with_a_reason_and_put_on_record(
        self, client, returned, secretary
    ):
        client.force_login(secretary)
        before = returned.title
        _, answer = _section(client, returned, title="换个名字", slogan="新口号")
        assert answer.status_code == 409
        assert "只要求修改注明意见的内容" in answer.text
        assert "新口号" in answer.text
        returned.refresh_from_db()
        assert returned.title == before
        assert returned.content["slogan"] != "新口号"
        assert '"title"' in AuditEvent.objects.get(action="project.refused").detail

    def test_the_service_refuses_too(self, returned, secretary):
        with pytest.raises(Conflict):
            save_section(returned, {"meaning": "改"}, versions={}, by=secretary, via=None)

    def test_files_are_locked_unless_a_remark_asks_for_them(
        self, client, returned, secretary, district
    ):
        client.force_login(secretary)
        assert client.post(_url("attachment-add", returned.pk), {}).status_code == 409
        Remark.objects.create(
            project=returned, field=Remark.FILES, text="补证明", version=1, by=district
        )
        assert client.post(_url("attachment-add", returned.pk), {}).status_code == 302
        assert "补证明" in client.get(_url("project", returned.pk)).text

    def test_handing_in_clears_the_remarks_and_a_second_return_may_pin_again(
        self, returned, secretary, district
    ):
        perform(returned, "submit", by=secretary)
        assert remarks.live(returned) == {}
        pinned = {"slogan": "还要改"}
        perform(returned, "district_return", by=district, note="再改", remarks=pinned)
        assert remarks.live(returned)["slogan"].version == 2
        assert Remark.objects.count() == 2

    def test_remarks_show_as_text(self, client, returned, secretary):
        Remark.objects.update(text="<script>alert(1)</script>{{ 7|add:7 }}")
        client.force_login(secretary)
        page = client.get(_url("project-section", returned.pk, "basics")).text
        assert "&lt;script&gt;alert(1)" in page
        assert "{{ 7|add:7 }}" in page
        assert "<script>alert(1)" not in page


class TestDifferences:
    def test_characters_are_compared(self):
        assert ops_of("一座石桥", "一座青石桥") == [
            ("equal", "一座"), ("insert", "青"), ("equal", "石桥"),
        ]  # fmt: skip
        assert ops_of("旧", "新") == [("delete", "旧"), ("insert", "新")]
        assert "".join(text for op, text in ops_of("甲乙丙", "乙丁") if op != "delete") == "乙丁"

    def test_the_checker_sees_only_what_changed(self, client, returned, secretary, district):
        client.force_login(secretary)
        _section(client, returned, slogan="新口号")
        returned.refresh_from_db()
        perform(returned, "submit", by=secretary)
        first, second = returned.versions.all()
        found = compare(returned, first, second, full_phone=True)
        assert found.changed_keys == {"slogan"}
        assert "".join(text for _, text in found.changed[0].after) == "新口号"
        client.force_login(district)
        seen = client.get(_url("project", returned.pk))
        assert "与上次提交的差异" in seen.text
        assert f"未改动的 {len(found.same)} 项" in seen.text
        shown = {a.field.key for _, answers in seen.context["sections"] for a in answers}
        assert "slogan" not in shown
        assert "meaning" in shown
        client.force_login(secretary)
        assert not client.get(_url("project", returned.pk)).context["reads_changes"]
        client.force_login(district)
        page = client.get(_url("project-versions", returned.pk), {"old": "2", "new": "1"})
        assert page.context["old"] == second
        assert client.get(_url("project-versions", returned.pk), {"old": "x"}).status_code == 200

    def test_who_sent_nothing_back_reads_the_whole(
        self, client, returned, secretary, district, bureau
    ):
        perform(returned, "submit", by=secretary)
        perform(returned, "recommend", by=district)
        client.force_login(bureau)
        page = client.get(_url("project", returned.pk))
        assert not page.context["reads_changes"]
        assert page.context["comparison"].changed == []

    def test_the_two_sides_stand_beside_each_other_and_hide_the_number(
        self, client, returned, secretary, district
    ):
        first = returned.versions.get()
        content = {**first.content, "slogan": "一座青石桥", "phone": "13900001111"}
        returned.versions.create(number=2, title=first.title, content=content, by=secretary)
        client.force_login(district)
        page = client.get(_url("project-versions", returned.pk)).text
        assert "13900001111" not in page
        assert page.index("第1次提交") < page.index("<del>") < page.index("<ins>")
        assert page.count('class="diff-sides"') == 2

    def test_versions_are_seen_by_those_who_see_the_project(self, client, returned, root):
        client.force_login(person(Role.REVIEWER, root))
        assert client.get(_url("project-versions", returned.pk)).status_code == 404


def test_while_returned_nothing_goes_on(returned, district, bureau):
    for name, by in [("recommend", district), ("accept", bureau), ("start_review", bureau)]:
        with pytest.raises(Conflict):
            perform(returned, name, by=by)


def test_a_table_locks_as_one_field(client, unit):
    from schools.models import OrganisationKind, Tier
    from tests.factories.schools import UnitFactory

    branch = UnitFactory(parent=unit, tier=Tier.BRANCH, kind=OrganisationKind.BRANCH)
    project = ready_project(open_batch("organ_project"), branch, status=ProjectStatus.RETURNED)
    secretary = person(Role.SECRETARY, branch)
    Remark.objects.create(project=project, field="aims", text="改", version=1, by=secretary)
    client.force_login(secretary)
    drawn = client.get(_url("project-section", project.pk, "plan")).context["form"]["drawn"].value()
    data = {"drawn": drawn, "aims": "新", "schedule-0-task": "换", "save": "1"}
    assert client.post(_url("project-section", project.pk, "plan"), data).status_code == 409
    page = client.get(_url("project-section", project.pk, "plan")).text
    assert (
        'name="schedule-0-task" value="任务示例" maxlength="200" aria-label="第1行任务" autocomplete="off" disabled'
        in page
    )
