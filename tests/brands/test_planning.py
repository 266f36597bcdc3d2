"""The plan typed into the application becomes the milestones, once its school has confirmed it."""

from datetime import date

import pytest
from django.urls import reverse

from brands.forms.planned import columns_of, day_of
from brands.forms.spec import form_of
from brands.models import ApplicationForm, Milestone, Programme
from brands.services import planning
from foundation.verdict import Conflict
from schools.models import Role
from tests.brands.after import city, ranked
from tests.crowd import CROWD, browsers, press
from tests.factories.people import person
from tests.factories.schools import UnitFactory

pytestmark = pytest.mark.django_db
ROWS = [
    {"task": "开展调研", "owner": "张老师", "due": "2026年6月", "result": "调研报告"},
    {"task": "形成办法", "owner": "李老师", "due": "中考以后", "result": "办法"},
    {"task": "长" * 120, "owner": "王老师", "due": "2026-09-30", "result": ""},
]


def established(**project):
    found = ranked(1, status="established", programme_id=Programme.SECRETARY_PROJECT)[1][0]
    found.content = {"milestones": ROWS}
    found.save()
    return found


@pytest.fixture
def project():
    return established()


@pytest.fixture
def staff(project):
    return person(Role.STAFF, project.organisation)


def url(name, project):
    return reverse(f"brands:{name}", args=[project.pk])


def sent(*numbers, **words):
    """As the page sends it when these rows are ticked and all is put right."""
    data = {}
    for number in numbers:
        values = {"take": "on", "title": f"节点{number}", "owner": "张老师", "due_on": "2026-09-30"}
        data |= {f"row{number}-{name}": value for name, value in (values | words).items()}
    return data


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("2026年6月30日", date(2026, 6, 30)),
        ("2026-06-03", date(2026, 6, 3)),
        ("2026.6.3", date(2026, 6, 3)),
        ("2026/6", date(2026, 6, 30)),
        ("2028年2月", date(2028, 2, 29)),
        ("6月30日前", date(2026, 6, 30)),
        ("6月30日前完成", date(2026, 6, 30)),
        ("9月底", date(2026, 9, 30)),
        ("2026年9月中旬", date(2026, 9, 20)),
        ("年底前", date(2026, 12, 31)),
        ("2月30日", None),
        ("13月", None),
        ("6", None),
        ("1.5", None),
        ("3月至5月", None),
        ("中考以后", None),
        ("", None),
    ],
)
def test_a_deadline_is_read_where_it_is_one(words, day):
    assert day_of(words, 2026) == day


def test_columns_are_known_by_their_headings():
    for programme in (Programme.SECRETARY_PROJECT, "organ_project"):
        plan = ApplicationForm.objects.filter(programme=programme).latest("version").spec
        assert columns_of(plan.in_role("milestones")) == {
            "title": "task", "owner": "owner", "due": "due",
        }  # fmt: skip


def test_the_page_proposes_every_row_and_marks_what_cannot_be_read(client, project, staff):
    client.force_login(staff)
    page = client.get(url("milestones", project))
    first, second, third = page.context["planned"]
    assert not first.errors
    assert first["due_on"].value() == "2026-06-30"
    assert second.errors == {"due_on": ["请填写完成时限。"]}
    assert list(third.errors) == ["title"]
    for typed in ("中考以后", "长" * 120, "调研报告", "2026年6月"):
        assert typed in page.text
    assert not project.milestones.exists()


def test_what_is_confirmed_becomes_milestones_and_only_once(client, project, staff):
    client.force_login(staff)
    take = url("milestones-take-over", project)
    for _ in range(2):
        assert client.post(take, sent(1, 2)).status_code == 302
    made = project.milestones.values_list("title", "owner", "due_on", "from_row").order_by("pk")
    assert list(made) == [
        ("节点1", "张老师", date(2026, 9, 30), 1),
        ("节点2", "张老师", date(2026, 9, 30), 2),
    ]
    left = client.get(url("milestones", project)).context["planned"]
    assert [row.row.number for row in left] == [3]


def test_a_row_that_is_not_right_yet_keeps_all_of_them_on_the_page(client, project, staff):
    client.force_login(staff)
    data = sent(1) | sent(2, due_on="") | sent(3, take="", title="")
    answer = client.post(url("milestones-take-over", project), data)
    assert answer.status_code == 200
    assert 'value="节点1"' in answer.text
    assert [list(row.errors) for row in answer.context["planned"]] == [[], ["due_on"], []]
    assert not project.milestones.exists()


def test_a_milestone_typed_by_hand_or_deleted_again_counts_as_it_stands(project, staff):
    project.milestones.create(title="开展调研", owner="甲", due_on=date(2026, 6, 1))
    assert [row.number for row in planning.proposed_rows(project)] == [2, 3]
    words = {"title": "办法", "owner": "李", "due_on": date(2026, 7, 1)}
    assert planning.take_over(project, {1: words, 2: words}, by=staff) == 1
    project.milestones.get(from_row=2).delete()
    assert [row.number for row in planning.proposed_rows(project)] == [2, 3]


def test_only_the_school_and_only_before_the_start(client, project, staff):
    take = url("milestones-take-over", project)
    client.force_login(person(Role.SECRETARY, UnitFactory()))
    assert client.post(take, sent(1)).status_code == 404
    client.force_login(city().bureau)
    assert client.post(take, sent(1)).status_code == 403
    assert client.get(url("milestones", project)).context["planned"] == []
    project.status = "in_progress"
    project.save(update_fields=["status"])
    client.force_login(staff)
    assert client.post(take, sent(1)).status_code == 409
    assert client.get(url("milestones", project)).context["planned"] == []
    with pytest.raises(Conflict):
        planning.take_over(project, {}, by=staff)
    assert not project.milestones.exists()


def test_a_form_without_such_a_table_proposes_nothing(client):
    project = ranked(1, status="named")[1][0]
    project.content = {"milestones": ROWS}
    project.save()
    assert form_of(project.batch).in_role("milestones") is None
    client.force_login(person(Role.STAFF, project.organisation))
    assert client.get(url("milestones", project)).context["planned"] == []


def test_a_table_for_milestones_says_who_and_when(client, bureau):
    form = ApplicationForm.objects.get(programme=Programme.SCHOOL_BRAND)
    client.force_login(bureau)
    new = reverse("brands:form-field", args=[form.pk, "basics", "new"])
    table = {"label": "安排", "kind": "table", "role": "milestones"}
    page = client.post(new, table | {"columns": "任务\n说明"})
    assert "列名里要有责任人和完成时限" in page.text
    assert client.post(new, table | {"columns": "任务\n负责人\n时间"}).status_code == 302
    plan = ApplicationForm.objects.get(pk=form.pk).spec
    assert plan.in_role("milestones").label == "安排"
    wrong = client.post(new, {"label": "句子", "kind": "text", "role": "milestones"})
    assert "这种用途要用“表格”类型的字段" in wrong.text


@CROWD
@pytest.mark.django_db(transaction=True)
def test_two_windows_at_once_do_not_double_a_row(crowd):
    for _ in range(crowd.times):
        project = established()
        staff = person(Role.STAFF, project.organisation)
        take = url("milestones-take-over", project)
        answers = press([(window, take, sent(1, 2)) for window in browsers(staff, 4)])
        assert {answer.status_code for answer in answers} == {302}
        rows = Milestone.objects.filter(project=project).values_list("from_row", flat=True)
        assert sorted(rows) == [1, 2]
