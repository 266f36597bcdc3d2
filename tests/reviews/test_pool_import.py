"""Experts from Excel: a preview with the reasons, then all of them or none."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from foundation import clock
from foundation.accounts.models import User
from foundation.verdict import Conflict
from reviews.barring import AREA as SAME_AREA
from reviews.barring import OWN, barred_pairs, rows_of
from reviews.conflicts import reviewer_pool
from reviews.enrolling import apply_import
from reviews.importing.sheet import TITLES, template
from reviews.models import PoolImport, Reviewer, ReviewerKind
from schools.models import Role
from tests.factories.people import AppointmentFactory, UserFactory, person
from tests.factories.reviews import EntryFactory, reviewer, staff
from tests.factories.schools import AreaCommitteeFactory, RootFactory, UnitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return staff()


def row(**changes):
    values = {
        "姓名": "李某", "用户名": "", "专家类别": "教科研人员", "工作单位": "教科院", "所在板块": "",
        "熟悉的学校类别": "小学、初中", "每轮最多项数": "8", "不能参评从": "", "不能参评到": "",
        "电子邮箱": "", **changes,
    }  # fmt: skip
    return [values[title] for title in TITLES]


def sheet(*rows, titles=TITLES):
    book = openpyxl.Workbook()
    book.active.append(list(titles))
    for one in rows:
        book.active.append(one)
    content = io.BytesIO()
    book.save(content)
    return SimpleUploadedFile("专家.xlsx", content.getvalue())


def upload(client, *rows):
    response = client.post(reverse("reviews:pool-import"), {"sheet": sheet(*rows)})
    assert response.status_code == 302, response.content.decode()
    return PoolImport.objects.latest("pk")


def apply(client, draft):
    return client.post(reverse("reviews:pool-import-apply", args=[draft.pk]))


def cells(response):
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    return [[cell.value for cell in line] for line in book.active.iter_rows()]


def test_the_template_takes_back_what_it_asks_and_its_sample_is_nobody(client, clerk):
    client.force_login(clerk)
    answer = client.get(reverse("reviews:pool-import-template"))
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    rules = [rule.formula1 for rule in book.active.data_validations.dataValidation]
    assert any("教科研人员" in rule for rule in rules)

    response = client.post(
        reverse("reviews:pool-import"), {"sheet": SimpleUploadedFile("模板.xlsx", template())}
    )

    assert "表头下面没有专家" in response.content.decode()


def test_experts_are_previewed_and_then_get_profile_appointment_and_password(client, clerk):
    client.force_login(clerk)
    draft = upload(client, row(电子邮箱="li@example.org"), row(姓名="王某", 专家类别="市外专家"))
    page = client.get(reverse("reviews:pool-import-preview", args=[draft.pk])).content.decode()
    assert "新建 2 个账号" in page
    assert not User.objects.filter(name="李某").exists()

    answer = apply(client, draft)

    given = {line[2]: line[3] for line in cells(answer) if line[2] in ("limou", "wangmou")}
    made = User.objects.get(username="limou")
    assert made.check_password(given["limou"])
    assert made.must_change_password
    assert (made.name, made.email) == ("李某", "li@example.org")
    assert (made.reviewer.kind, made.reviewer.fields, made.reviewer.most) == (
        ReviewerKind.RESEARCHER,
        ["primary", "junior"],
        8,
    )
    assert made.pk in reviewer_pool()
    assert len(given) == 2
    assert apply(client, draft).status_code == 302
    assert User.objects.filter(name="李某").count() == 1


def test_nothing_is_entered_while_a_row_is_wrong(client, clerk):
    client.force_login(clerk)
    UserFactory(name="赵某", username="zhaomou")
    draft = upload(
        client,
        row(),
        row(姓名="", 专家类别="教授", 每轮最多项数="很多"),
        row(姓名="赵某"),
        row(姓名="钱某", 不能参评从="2026-07-01", 所在板块="某区"),
        row(姓名="孙某", 不能参评从="2026-07-09", 不能参评到="2026-07-01"),
        row(姓名="周某", 熟悉的学校类别="小学、大学", 电子邮箱="不是邮箱"),
    )

    page = client.get(reverse("reviews:pool-import-preview", args=[draft.pk])).content.decode()
    for words in (
        "没有填姓名", "专家类别“教授”不认识", "每轮最多项数“很多”", "已有叫“赵某”的账号（zhaomou）",
        "没有“某区”这个板块", "结束日期不能早于", "学校类别“大学”不认识", "电子邮箱“不是邮箱”",
    ):  # fmt: skip
        assert words in page
    errors = client.get(reverse("reviews:pool-import-errors", args=[draft.pk]))
    assert "没有填姓名" in str(cells(errors))
    assert apply(client, draft).status_code == 409
    assert not Reviewer.objects.exists()


def test_an_account_that_is_there_joins_and_is_updated_the_next_time(client, clerk):
    client.force_login(clerk)
    there = UserFactory(name="李某", username="li01")
    draft = upload(client, row(用户名="LI01"))
    assert draft.rows[0]["outcome"] == "joined"
    assert apply(client, draft).status_code == 302
    assert there.pk in reviewer_pool()

    assert upload(client, row(用户名="li01")).rows[0]["outcome"] == "same"
    changed = upload(client, row(用户名="li01", 每轮最多项数=""))
    assert changed.rows[0]["outcome"] == "changed"
    apply(client, changed)

    assert Reviewer.objects.get(user=there).most is None
    wrong = upload(client, row(姓名="吴某", 用户名="li01"))
    assert "另一位人员的" in str(wrong.rows)


def test_two_of_one_name_want_user_names_of_their_own(client, clerk):
    client.force_login(clerk)

    same = upload(client, row(), row())
    apart = upload(client, row(用户名="li-a"), row(用户名="li-b"))

    assert same.counts["wrong"] == 2
    assert apart.counts["created"] == 2


def test_who_may_not_be_appointed_is_a_wrong_row(client, clerk):
    client.force_login(clerk)
    keeper = person(Role.SYSTEM_ADMIN, RootFactory(), name="李某")
    closed = UserFactory(name="王某", is_active=False)

    draft = upload(
        client, row(用户名=keeper.username), row(姓名="王某", 用户名=closed.username),
        row(姓名=clerk.name, 用户名=clerk.username),
    )  # fmt: skip

    errors = [line["errors"][0] for line in draft.rows]
    assert "同一人不得同时担任" in errors[0]
    assert "账号已停用" in errors[1]
    assert "不能给自己任职" in errors[2]


def test_what_changed_since_the_preview_stops_the_import(client, clerk):
    client.force_login(clerk)
    draft = upload(client, row())
    UserFactory(name="李某")

    with pytest.raises(Conflict, match="预览之后"):
        apply_import(draft, by=clerk)

    assert not Reviewer.objects.exists()


def test_the_own_school_and_area_of_an_expert_are_conflicts(client, clerk):
    client.force_login(clerk)
    entry = EntryFactory()
    unit = entry.project.organisation
    neighbour = UnitFactory(parent=unit.parent)
    draft = upload(
        client,
        row(工作单位=unit.school.name),
        row(姓名="王某", 工作单位=neighbour.school.name),
        row(姓名="钱某", 工作单位="某研究所", 所在板块=entry.project.area.name),
    )
    assert next(line["place"] for line in draft.rows) == str(unit)
    apply(client, draft)
    own, near, area = (User.objects.get(name=name) for name in ("李某", "王某", "钱某"))
    entry.round.avoid_area = True

    profiles = Reviewer.objects.all()
    found = barred_pairs(entry.round, rows_of(entry.round), reviewer_pool(), profiles)

    assert found[OWN] == {(entry.pk, own.pk)}
    assert found[SAME_AREA] == {(entry.pk, near.pk), (entry.pk, area.pk)}


def test_what_the_pool_says_of_a_unit_counts_without_an_appointment_there():
    entry, other = EntryFactory(), reviewer()
    school = entry.project.organisation.school
    Reviewer.objects.create(user=other, kind=ReviewerKind.HEAD, unit=school.name)

    found = barred_pairs(entry.round, rows_of(entry.round), reviewer_pool(), Reviewer.objects.all())

    assert found[OWN] == {(entry.pk, other.pk)}


@pytest.mark.parametrize(("years", "is_barred"), [(0, True), (2, True), (4, False)])
def test_a_post_of_the_last_three_years_counts_without_an_import(years, is_barred):
    entry, expert = EntryFactory(), reviewer()
    until = clock.today() - timedelta(days=365 * years + 1)
    AppointmentFactory(
        user=expert, role=Role.SECRETARY, organisation=entry.project.organisation,
        since=until - timedelta(days=900), until=until,
    )  # fmt: skip

    found = barred_pairs(entry.round, rows_of(entry.round), reviewer_pool(), [])

    assert (found.get("三年内曾在该校任职") == {(entry.pk, expert.pk)}) is is_barred


def test_a_draft_is_its_owners_and_the_import_the_staffs(client, clerk):
    AreaCommitteeFactory()
    client.force_login(clerk)
    draft = upload(client, row())
    client.force_login(staff())
    for name in ("preview", "errors"):
        address = reverse(f"reviews:pool-import-{name}", args=[draft.pk])
        assert client.get(address).status_code == 404
    assert apply(client, draft).status_code == 404
    leader = person(Role.LEADER, RootFactory())
    client.force_login(leader)
    assert client.get(reverse("reviews:pool-import")).status_code == 403
    client.force_login(reviewer())
    assert client.get(reverse("reviews:pool-import")).status_code == 404
    with pytest.raises(PermissionDenied):
        apply_import(draft, by=leader)
