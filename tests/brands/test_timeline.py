"""Everything that ever happened to a project, as far as the reader may see it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from brands.models import (
    ChangeEvent,
    ChangeRequest,
    Extension,
    Milestone,
    NegativeEvent,
    NegativeKind,
    Objection,
    Programme,
    ProgressNote,
    Project,
    Promotion,
)
from brands.services import attachments, closing
from brands.services.naming import name_many
from brands.timeline import SOURCES, kinds_of, marks, timeline
from foundation import clock
from foundation.workflow.engine import perform
from schools.models import Role
from tests.brands.after import city, published, ranked, secretary_of
from tests.factories.brands import ProjectFactory
from tests.factories.people import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return city()


def labels(project, user, kind=""):
    project = type(project).objects.get(pk=project.pk)
    marked = Project.objects.annotate(**marks()).get(pk=project.pk)
    for source in SOURCES:
        if source.exists(project, user) and source.is_empty(marked):
            assert not list(source.lines(project, user))  # Or the page would keep them back.
    return [line["label"] for line in timeline(project, user, kind)]


def district_of(project):
    return person(Role.DISTRICT, project.organisation.parent)


def tracked(people):
    _, (project,) = ranked(1, status="established", programme_id=Programme.SECRETARY_PROJECT)
    return project


def milestone(project, by, title="调研"):
    due = clock.today() + timedelta(days=30)
    step = Milestone(project=project, title=title, owner="测试员", due_on=due)
    return closing.save_milestone(step, by=by)


def test_milestones_are_told_from_plan_to_removal(people):
    project = tracked(people)
    secretary = secretary_of(project)
    kept, gone = milestone(project, secretary), milestone(project, secretary, "多余的任务")
    closing.save_milestone(kept, by=secretary)
    closing.report_milestone(kept, by=secretary, done_on=clock.today(), result="完成")
    closing.remove_milestone(gone, by=secretary)

    lines = timeline(project, district_of(project), "milestone")

    assert {line["label"] for line in lines} == {
        "新增节点任务", "修改节点任务", "填写节点完成情况", "删除节点任务",
    }  # fmt: skip
    assert {line["note"] for line in lines} == {"调研", "多余的任务"}


def test_files_are_told_when_they_come_and_when_they_go(project, secretary, staff):
    def add(name):
        return project.attachments.create(
            project=project, name=name, stored=name, content_type="application/pdf", size=1,
            sha256=name, by=staff,
        )  # fmt: skip

    add("留下的.pdf")
    attachments.remove(add("删去的.pdf"), by=secretary)

    lines = timeline(project, secretary, "file")

    assert {(line["label"], line["note"]) for line in lines} == {
        ("上传附件", "留下的.pdf"), ("删除附件", "删去的.pdf"),
    }  # fmt: skip
    assert all(line["who"] for line in lines)


def test_an_extension_is_told_to_those_whom_it_reaches(people):
    _, projects = ranked(2)
    near, far = projects
    Extension.objects.create(
        batch=near.batch, stage="apply", organisation=near.organisation.parent,
        until=clock.now() + timedelta(days=3), why="台风停课", by=people.bureau,
    )  # fmt: skip

    assert len(labels(near, secretary_of(near), "extension")) == 1
    assert labels(far, secretary_of(far), "extension") == []


def test_objections_and_negative_events_are_the_citys(people):
    publicity, (project,) = published(people, 1)
    objection = Objection.objects.create(
        project=project, publicity=publicity, text="内容不实。", name="某某", contact="某处"
    )
    perform(objection, "accept", by=people.bureau)
    NegativeEvent.objects.create(
        school=project.organisation.school, kind=NegativeKind.objects.first(),
        happened_on=clock.today(), document_number="9号", note="情况", by=people.bureau,
    )  # fmt: skip
    project.refresh_from_db()

    for user in (secretary_of(project), district_of(project)):
        assert not {"objection", "negative"} & {key for key, _ in kinds_of(project, user)}
        assert not [one for one in labels(project, user) if "异议：" in one or "负面" in one]
        assert labels(project, user, "objection") == []
    assert labels(project, people.supervision, "objection") == ["异议：受理", "收到实名异议"]
    assert len(labels(project, people.bureau, "negative")) == 1


def test_the_end_of_a_notice_and_its_taking_down_are_told_without_the_reason(people):
    publicity, (project,) = published(people, 1)
    perform(publicity, "ask_take_down", by=people.bureau, note="名单有误")
    perform(publicity, "take_down", by=people.second)

    below = timeline(project, secretary_of(project), "publicity")

    assert [line["label"] for line in below] == [f"公示《{publicity}》：确认撤下"]
    assert [line["note"] for line in timeline(project, people.leader, "publicity")] == [
        "", "名单有误",
    ]  # fmt: skip


def named(people):
    publicity, (project,) = published(people, 1)
    type(publicity).objects.update(status="ended", closes_at=clock.now() - timedelta(days=1))
    name_many(publicity.batch, [project.pk], by=people.leader, document_number="18号")
    project.refresh_from_db()
    return project


def test_what_becomes_of_an_honour_is_told(people):
    project = named(people)
    perform(project.honour, "amend", by=people.bureau, plaque_number="牌1")
    promotion = Promotion.objects.create(
        honour=project.honour, kind="forum", day=clock.today(), place="示例处", by=people.bureau
    )
    perform(promotion, "confirm", by=people.second)

    secretary = secretary_of(project)

    assert labels(project, secretary, "honour") == ["荣誉：登记牌匾和有效期"]
    assert len(labels(project, secretary, "promotion")) == 2


@pytest.mark.parametrize("count", [1, 3])
def test_the_queries_of_the_time_line_do_not_grow(people, count, django_assert_num_queries):
    project = tracked(people)
    secretary = secretary_of(project)
    for number in range(count):
        step = milestone(project, secretary, f"任务{number}")
        ProgressNote.objects.create(milestone=step, day=clock.today(), text="做了", by=secretary)
        change = ChangeRequest.objects.create(
            project=project, kind="plan", reason="调整", status="refused", asked_by=secretary
        )
        ChangeEvent.objects.create(
            change=change,
            name="ask",
            label="提出",
            source="pending",
            target="pending",
            by=secretary,
        )
        Extension.objects.create(
            batch=project.batch, stage="closing", organisation=project.organisation,
            until=clock.now() + timedelta(days=number + 1), why="延期", by=people.bureau,
        )  # fmt: skip
    project = type(project).objects.select_related("batch", "organisation").get(pk=project.pk)
    list(kinds_of(project, secretary))

    with django_assert_num_queries(
        9
    ):  # 2 of files (the moves came with the kinds), extensions, 3 of milestones, 2 more
        lines = timeline(project, secretary)

    assert len(lines) == 4 * count


def test_a_long_time_line_is_folded_and_has_a_page_of_its_own(client, people):
    project = tracked(people)
    secretary = secretary_of(project)
    for number in range(12):
        milestone(project, secretary, f"任务{number}")
    client.force_login(secretary)

    page = client.get(reverse("brands:project", args=[project.pk]))
    history = reverse("brands:project-history", args=[project.pk])

    assert len(page.context["events"]) == 10
    assert "查看全部 12 条" in page.text
    assert len(client.get(history).context["page"]) == 12
    assert len(client.get(history, {"kind": "change"}).context["page"]) == 0
    assert len(client.get(history, {"kind": "nonsense"}).context["page"]) == 12


def test_a_history_is_as_hidden_as_its_project(client, people):
    project = ProjectFactory(status="draft")
    client.force_login(people.bureau)

    assert client.get(reverse("brands:project-history", args=[project.pk])).status_code == 404
    assert client.post(reverse("brands:project-history", args=[project.pk])).status_code in (
        404,
        405,
    )


def test_each_source_has_a_mark_of_its_own_and_each_kind_one_name():
    marks = [source.mark for source in SOURCES]
    words = {(source.kind, source.words) for source in SOURCES}

    assert len(marks) == len(set(marks))
    assert len({kind for kind, _ in words}) == len({label for _, label in words}) == len(words)


def test_a_source_that_has_nothing_is_not_asked_and_one_that_has_is(client, people):
    project = tracked(people)
    secretary = secretary_of(project)
    client.force_login(secretary)
    url = reverse("brands:project-history", args=[project.pk])

    def asked() -> tuple[int, list[str]]:
        with CaptureQueriesContext(connection) as queries:
            page = client.get(url).context["page"]
        return len(queries), [line["label"] for line in page.object_list]

    before, _ = asked()
    step = milestone(project, secretary, "任务")
    ProgressNote.objects.create(milestone=step, day=clock.today(), text="做了", by=secretary)
    Extension.objects.create(
        batch=project.batch, stage="closing", organisation=project.organisation,
        until=clock.now() + timedelta(days=1), why="延期", by=people.bureau,
    )  # fmt: skip
    after, labels = asked()

    assert after == before + 4  # 2 of milestones, notes, extensions
    assert {label.split("：")[0] for label in labels} >= {"新增节点任务", "推进记录", "批准延期"}


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_a_judged_project_asks_little(client, people, count, django_assert_num_queries):
    """With its time line: seven, one for versions to compare, one for the same files elsewhere."""
    batch, (project,) = ranked(1, status="scored")
    batch.form = batch.programme.forms.last()
    batch.save()
    secretary = secretary_of(project)
    for number in range(count + 1):
        for name in ("accept", "extension"):
            project.events.create(name=name, label="办理", source="a", target="b", by=people.bureau)
        version = {"number": number + 50, "title": f"第{number}稿", "by": secretary}
        project.versions.create(content=project.content | {"goal": str(number)}, **version)
        project.attachments.create(
            name="甲.pdf", stored=f"x/{number}", content_type="application/pdf", size=1,
            sha256="0" * 64, by=secretary,
        )  # fmt: skip
    client.force_login(people.bureau)
    url = reverse("brands:project", args=[project.pk])

    with django_assert_num_queries(9):
        assert client.get(url).status_code == 200
