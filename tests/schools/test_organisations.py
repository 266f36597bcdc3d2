import io
from datetime import date

import openpyxl
import pytest
from django.urls import reverse

from foundation.audit.models import AuditEvent
from foundation.verdict import Conflict
from schools.areas import AREAS
from schools.models import CommitteePost, OrganisationKind, PartyOrganisation, Role, School, Tier
from schools.services.branches import merge_branch
from schools.services.importing import apply_import, draft_import
from schools.services.organisations import ensure_trees
from schools.structure import size_warnings, warnings
from tests.effort import within
from tests.factories.people import AppointmentFactory, person
from tests.factories.schools import AreaCommitteeFactory, RootFactory, SchoolFactory, UnitFactory
from tests.schools.sheets import line, real, sheet

pytestmark = pytest.mark.django_db
K = OrganisationKind


@pytest.fixture
def unit():
    return UnitFactory(kind=K.GENERAL_BRANCH, full_members=60, declared_branches=2)


@pytest.fixture
def secretary(unit):
    return person(Role.SECRETARY, unit)


def branch_of(unit, name="第一党支部", **values):
    return PartyOrganisation.objects.create(
        name=name, parent=unit, area=unit.area, kind=K.BRANCH, tier=Tier.BRANCH, **values
    )


def url(name, *args):
    return reverse(f"schools:{name}", args=args)


def branch_data(**values):
    return {
        "name": "第一党支部", "kind": K.BRANCH, "joint": "", "secretary_name": "王示例",
        "full_members": 10, "probationary_members": 1, "term_starts_on": "2025-01-01",
        "term_ends_on": "2028-01-01", **values,
    }  # fmt: skip


def edit_data(**values):
    posts = {f"posts-{key}": value for key, value in values.pop("posts", {}).items()}
    return {
        **branch_data(), "posts-TOTAL_FORMS": 2, "posts-INITIAL_FORMS": 0,
        "posts-MIN_NUM_FORMS": 0, "posts-MAX_NUM_FORMS": 15,
        "posts-0-post": "", "posts-0-name": "", "posts-0-since": "", **posts, **values,
    }  # fmt: skip


# Lists and pages.


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", ["schools", "organisations"])
def test_lists_take_the_same_queries_whatever_their_size(
    client, name, count, django_assert_max_num_queries
):
    UnitFactory.create_batch(count)
    client.force_login(person(Role.BUREAU, RootFactory()))
    with django_assert_max_num_queries(8):
        assert client.get(url(name)).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_unit_page_takes_the_same_queries(
    client, unit, secretary, count, django_assert_max_num_queries
):
    for number in range(count):
        branch_of(unit, f"第{number}支部")
    client.force_login(secretary)
    with django_assert_max_num_queries(8):
        answer = client.get(url("organisation", unit.pk))
    assert len(answer.context["branches"]) == count


def test_filters_and_pinyin(client):
    bureau = person(Role.BUREAU, ensure_trees())
    apply_import(draft_import(real(), name="a", by=bureau), by=bureau)
    client.force_login(bureau)

    def count(**query):
        return client.get(url("schools"), query).context["page"].paginator.count

    assert count() == 73
    assert count(area="320571") == 14
    assert count(kind="kindergarten") == 3
    assert count(ownership="private") == 2
    assert count(q="xinghaixiaoxue") == 1
    assert count(q="XHXX") == 1
    assert count(q="3432999901") == 1
    assert count(area="nonsense", kind="nonsense") == 73
    part = client.get(
        url("schools"), {"q": "xhxx"}, headers={"HX-Request": "true"}
    ).content.decode()
    assert "星海小学" in part
    assert "<html" not in part


def test_city_page_adds_up_the_areas(client):
    bureau = person(Role.BUREAU, ensure_trees())
    apply_import(draft_import(real(), name="a", by=bureau), by=bureau)
    client.force_login(bureau)
    areas = client.get(url("organisations")).context["areas"]
    assert [area.code for area in areas] == [known.code for known in AREAS]
    assert len(areas) == 11
    assert sum(area.unit_count for area in areas) == 73
    assert sum(area.full for area in areas) == 4841
    page = client.get(url("organisations"), {"area": "320571"})
    assert page.context["page"].paginator.count == 14


def test_school_people_go_straight_to_their_own(client, unit, secretary):
    client.force_login(secretary)
    assert client.get(url("organisations")).url == url("organisation", unit.pk)


def test_people_of_two_schools_choose(client, unit, secretary):
    other = UnitFactory(parent=unit.parent)
    UnitFactory(parent=unit.parent)  # A neighbour's: not theirs to see.
    AppointmentFactory(user=secretary, organisation=other)
    client.force_login(secretary)
    page = client.get(url("organisations"))
    assert set(page.context["page"]) == {unit, other}


def test_people_of_two_branches_find_both(client, unit):
    first, second = branch_of(unit, "一支部"), branch_of(unit, "二支部")
    user = person(Role.SECRETARY, first)
    AppointmentFactory(user=user, organisation=second)
    client.force_login(user)
    page = client.get(url("organisations")).content.decode()
    assert "一支部" in page
    assert "二支部" in page
    assert client.get(url("organisation", unit.pk)).status_code == 404
    page = client.get(url("organisation", first.pk)).content.decode()
    assert url("organisation", unit.pk) not in page


def test_export_has_sub_totals_and_may_be_imported_again(client):
    bureau = person(Role.BUREAU, ensure_trees())
    apply_import(draft_import(real(), name="a", by=bureau), by=bureau)
    client.force_login(bureau)
    answer = client.get(url("schools-export"))
    page = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    first = [row[0].value for row in page.iter_rows()]
    assert "苏州工业园区小计" in first
    assert first[-1] == "合计"
    assert page.cell(page.max_row, 12).value == 4841
    event = AuditEvent.objects.latest("number")
    assert event.action == "export"
    again = draft_import(io.BytesIO(answer.content), name="b", by=bureau)
    assert again.counts["unchanged"] == 73


def test_export_of_a_thousand_takes_seconds_and_few_queries(client, django_assert_max_num_queries):
    bureau = person(Role.BUREAU, ensure_trees())
    lines = [
        line(
            1,
            学校标识码=f"213200{n:04d}",
            学校名称=f"第{n}小学",
            党组织名称=f"中共第{n}小学支部委员会",
        )
        for n in range(1000)
    ]
    apply_import(draft_import(sheet(*lines), name="a", by=bureau), by=bureau)
    client.force_login(bureau)
    # Session, user, rights, schools, units; the audit's own.
    with within(5), django_assert_max_num_queries(15):
        client.get(url("schools-export"))


def test_export_holds_what_is_seen_only(client, unit, secretary):
    UnitFactory()
    client.force_login(secretary)
    answer = client.get(url("schools-export"))
    page = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    codes = {row[1].value for row in page.iter_rows()}
    assert set(School.objects.values_list("code", flat=True)) & codes == {unit.school.code}


def test_reviewers_export_nothing(client):
    client.force_login(person(Role.REVIEWER, RootFactory()))
    assert client.get(url("schools-export")).status_code == 403


# Branches.


def test_secretary_adds_a_branch(client, unit, secretary):
    client.force_login(secretary)
    answer = client.post(
        url("branch-new", unit.pk), branch_data(path="x", tier="city", closed_on="2020-01-01")
    )
    assert answer.url == url("organisation", unit.pk)
    branch = PartyOrganisation.objects.get(name="第一党支部")
    assert (branch.parent, branch.tier, branch.area, branch.closed_on) == (
        unit,
        Tier.BRANCH,
        unit.area,
        None,
    )
    assert branch.path == f"{unit.path}{branch.pk:08d}/"
    assert branch.term_ends_on == date(2028, 1, 1)
    event = AuditEvent.objects.latest("number")
    assert (event.action, event.object_id) == ("branch-new", str(branch.pk))


def test_same_name_is_a_sentence_and_keeps_what_was_typed(client, unit, secretary):
    branch_of(unit)
    client.force_login(secretary)
    page = client.post(
        url("branch-new", unit.pk), branch_data(secretary_name="李示例")
    ).content.decode()
    assert "已有“第一党支部”" in page
    assert "李示例" in page


def test_lost_race_for_a_name_is_a_sentence(client, unit, secretary, monkeypatch):
    branch_of(unit)
    monkeypatch.setattr(
        "schools.forms.organisation.BranchForm.clean_name", lambda form: form.cleaned_data["name"]
    )
    monkeypatch.setattr(PartyOrganisation, "validate_constraints", lambda *a, **k: None)
    client.force_login(secretary)
    answer = client.post(url("branch-new", unit.pk), branch_data())
    assert answer.status_code == 200
    assert "刚刚有人建立了同名的党组织" in answer.content.decode()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"term_ends_on": "2024-01-01"}, "届满日期应晚于本届起始日期"),
        ({"full_members": 100001}, "人数过大"),
        ({"full_members": -1}, "0"),
        ({"kind": K.COMMITTEE}, "选择"),
        ({"kind": K.JOINT_BRANCH}, "至少要写一个其他学校"),
        ({"kind": K.JOINT_BRANCH, "joint": "没有的学校"}, "本板块没有叫“没有的学校”"),
    ],
)
def test_bad_input_is_a_sentence(client, unit, secretary, changes, sentence):
    client.force_login(secretary)
    answer = client.post(url("branch-new", unit.pk), branch_data(**changes))
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert not PartyOrganisation.objects.filter(tier=Tier.BRANCH).exists()


def test_joint_branch_names_both_schools(client, unit, secretary):
    other = SchoolFactory(area=unit.area, name="邻近小学")
    abroad = SchoolFactory(name="外区小学")
    client.force_login(secretary)
    data = branch_data(kind=K.JOINT_BRANCH, joint=f"{other.code}")
    client.post(url("branch-new", unit.pk), data)
    branch = PartyOrganisation.objects.get(kind=K.JOINT_BRANCH)
    assert branch.parent == unit
    assert set(branch.joint_schools.all()) == {unit.school, other}
    answer = client.post(
        url("branch-new", unit.pk), branch_data(name="二", kind=K.JOINT_BRANCH, joint=abroad.name)
    )
    assert "本板块没有" in answer.content.decode()
    answer = client.post(url("organisation-edit", branch.pk), edit_data(kind=K.BRANCH))
    assert answer.status_code == 302
    assert not branch.joint_schools.exists()


def test_bureau_adds_an_office_branch_beneath_the_organ_committee(client):
    root = ensure_trees()
    organ = PartyOrganisation.objects.get(kind=K.ORGAN_COMMITTEE)
    client.force_login(person(Role.BUREAU, root))
    data = branch_data(name="组织处党支部")
    data.pop("kind"), data.pop("joint")
    assert client.post(url("branch-new", organ.pk), data).status_code == 302
    assert PartyOrganisation.objects.get(name="组织处党支部").kind == K.BRANCH


def test_no_branch_beneath_a_branch(client, secretary, unit):
    PartyOrganisation.objects.filter(pk=unit.pk).update(kind=K.BRANCH)
    client.force_login(secretary)
    answer = client.post(url("branch-new", unit.pk), branch_data())
    assert answer.status_code == 409
    assert "只有党委、党总支或机关党委之下" in answer.content.decode()


def test_edit_is_audited_with_before_and_after(client, unit, secretary):
    branch = branch_of(unit, full_members=9)
    client.force_login(secretary)
    data = edit_data(posts={"0-post": "publicity", "0-name": "钱示例"}, tier="city", path="x")
    assert client.post(url("organisation-edit", branch.pk), data).status_code == 302
    branch.refresh_from_db()
    assert (branch.full_members, branch.tier) == (10, Tier.BRANCH)
    assert branch.posts.get().name == "钱示例"
    detail = AuditEvent.objects.latest("number").detail
    assert '"正式党员数": ["9", "10"]' in detail
    assert "宣传委员 钱示例" in detail


def test_stale_edit_is_409_and_keeps_what_was_typed(client, unit, secretary):
    branch = branch_of(unit)
    client.force_login(secretary)
    seen = client.get(url("organisation-edit", branch.pk)).context["seen"]
    PartyOrganisation.objects.filter(pk=branch.pk).update(full_members=12)
    data = edit_data(seen=seen, secretary_name="孙示例")
    answer = client.post(url("organisation-edit", branch.pk), data)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "有人修改了该党组织" in page
    assert "孙示例" in page
    assert "正式党员数：12" in page
    branch.refresh_from_db()
    assert branch.full_members == 12
    data["seen"] = answer.context["seen"]
    assert client.post(url("organisation-edit", branch.pk), data).status_code == 302


def test_two_secretaries_in_one_committee_are_refused(client, unit, secretary):
    branch = branch_of(unit)
    client.force_login(secretary)
    posts = {"0-post": "secretary", "0-name": "甲示例", "1-post": "secretary", "1-name": "乙示例"}
    answer = client.post(url("organisation-edit", branch.pk), edit_data(posts=posts))
    assert "书记只能有一名" in answer.content.decode()
    assert "乙示例" in answer.content.decode()
    assert not CommitteePost.objects.exists()


def test_school_does_not_rename_its_own_unit_but_its_area_does(client, unit, secretary):
    data = edit_data(name="新名称", kind=K.COMMITTEE, declared_branches=3, full_members=61)
    client.force_login(secretary)
    assert client.post(url("organisation-edit", unit.pk), data).status_code == 302
    old = unit.name
    unit.refresh_from_db()
    assert (unit.name, unit.kind, unit.full_members, unit.declared_branches) == (
        old,
        K.GENERAL_BRANCH,
        61,
        3,
    )
    client.force_login(person(Role.DISTRICT, unit.parent))
    client.post(url("organisation-edit", unit.pk), data)
    unit.refresh_from_db()
    assert (unit.name, unit.kind) == ("新名称", K.COMMITTEE)


def test_merge_adds_members_and_deletes_nothing(client, unit, secretary):
    gone = branch_of(unit, "一", full_members=4, probationary_members=1)
    kept = branch_of(unit, "二", full_members=6)
    client.force_login(secretary)
    assert client.get(url("branch-merge", gone.pk)).status_code == 200
    answer = client.post(url("branch-merge", gone.pk), {"into": kept.pk, "note": "人数减少"})
    assert answer.url == url("organisation", kept.pk)
    gone.refresh_from_db()
    kept.refresh_from_db()
    assert (kept.full_members, kept.probationary_members) == (10, 1)
    assert gone.merged_into == kept
    assert gone.closed_on
    assert AuditEvent.objects.latest("number").action == "branch-merge"
    for name in ("branch-merge", "branch-close", "organisation-edit"):
        assert client.get(url(name, gone.pk)).status_code == 409
    page = client.get(url("organisation", gone.pk)).content.decode()
    assert "并入" in page


def test_merge_stays_beneath_one_parent(client, unit, secretary):
    branch = branch_of(unit)
    foreign = branch_of(UnitFactory(), "外校")
    client.force_login(secretary)
    answer = client.post(url("branch-merge", branch.pk), {"into": foreign.pk, "note": "x"})
    assert answer.status_code == 200
    branch.refresh_from_db()
    assert branch.closed_on is None
    cousin = branch_of(UnitFactory(parent=unit.parent), "同区")
    with pytest.raises(Conflict):
        merge_branch(branch, into=cousin, by=person(Role.DISTRICT, unit.parent), note="x")


def test_close_keeps_the_row_and_asks_why(client, unit, secretary):
    branch = branch_of(unit)
    client.force_login(secretary)
    assert client.post(url("branch-close", branch.pk), {"note": ""}).status_code == 200
    assert client.post(url("branch-close", branch.pk), {"note": "撤并"}).status_code == 302
    branch.refresh_from_db()
    assert branch.closed_on
    assert client.post(url("branch-close", branch.pk), {"note": "撤并"}).status_code == 409
    assert AuditEvent.objects.filter(action="branch-close").count() == 1


def test_units_are_not_closed_by_hand(client, unit, secretary):
    client.force_login(secretary)
    assert client.get(url("branch-close", unit.pk)).status_code == 409


@pytest.mark.parametrize(
    "name", ["organisation-edit", "branch-new", "branch-merge", "branch-close"]
)
def test_who_may_change(client, unit, name):
    target = unit if name == "branch-new" else branch_of(unit)
    stranger = person(Role.SECRETARY, UnitFactory(parent=unit.parent))
    expected = [
        (person(Role.SECRETARY, unit), 200),
        (person(Role.STAFF, unit), 200),
        (person(Role.DISTRICT, unit.parent), 200),
        (person(Role.BUREAU, RootFactory()), 200),
        (person(Role.LEADER, RootFactory()), 403),
        (person(Role.SUPERVISION, RootFactory()), 403),
        (stranger, 404),
        (person(Role.DISTRICT, AreaCommitteeFactory()), 404),
        (person(Role.REVIEWER, RootFactory()), 404),
        (person(Role.SYSTEM_ADMIN, RootFactory()), 404),
    ]
    for user, status in expected:
        client.force_login(user)
        assert client.get(url(name, target.pk)).status_code == status, user.appointments.get()
        if status != 200:
            assert client.post(url(name, target.pk), branch_data()).status_code == status
    client.logout()
    assert client.get(url(name, target.pk)).status_code == 302


def test_methods(client, unit, secretary):
    client.force_login(secretary)
    for name, args in [
        ("schools", []),
        ("organisations", []),
        ("organisation", [unit.pk]),
        ("schools-export", []),
    ]:
        assert client.post(url(name, *args)).status_code == 405
    assert client.put(url("organisation-edit", unit.pk)).status_code == 405


# Structure.


@pytest.mark.parametrize(
    ("kind", "members", "branches", "words"),
    [
        (K.BRANCH, 3, 1, []),
        (K.BRANCH, 50, 0, []),
        (K.BRANCH, 2, 1, ["联合党支部"]),
        (K.BRANCH, 51, 1, ["超过 50"]),
        (K.JOINT_BRANCH, 2, 0, []),
        (K.GENERAL_BRANCH, 50, 2, []),
        (K.GENERAL_BRANCH, 49, 1, ["50 名以上", "2 个以上"]),
        (K.GENERAL_BRANCH, 100, 2, ["可以设立党委"]),
        (K.COMMITTEE, 100, 2, []),
        (K.COMMITTEE, 99, 2, ["100 名以上"]),
        (K.ORGAN_COMMITTEE, 0, 0, []),
    ],
)
def test_size_warnings(kind, members, branches, words):
    found = size_warnings(kind, members, branches)
    assert len(found) == len(words)
    assert all(word in sentence for word, sentence in zip(words, found, strict=True))


@pytest.mark.parametrize(
    ("day", "word"),
    [
        ("2026-01-01", None),
        ("2026-07-05", "将于 2026年12月31日 届满"),
        ("2026-12-31", "将于"),
        ("2027-01-01", "已于"),
    ],
)
def test_term_warnings(at, day, word):
    at(f"{day} 09:00")
    branch = PartyOrganisation(
        kind=K.BRANCH, full_members=5, declared_branches=1, term_ends_on=date(2026, 12, 31)
    )
    found = warnings(branch, posts=0)
    assert (word in found[0]) if word else found == []


def test_committee_and_joint_warnings():
    branch = PartyOrganisation(kind=K.BRANCH, full_members=7)
    assert "应设支部委员会" in warnings(branch, posts=0)[0]
    assert warnings(branch, posts=3) == []
    assert "不超过 7 名" in warnings(branch, posts=8)[0]
    joint = PartyOrganisation(kind=K.JOINT_BRANCH, full_members=5)
    assert warnings(joint, posts=1, joint=5) == []
    assert "6 个单位" in warnings(joint, posts=1, joint=6)[0]


def test_unit_page_tells_where_branches_disagree(client, unit, secretary):
    branch_of(unit, full_members=10)
    client.force_login(secretary)
    page = client.get(url("organisation", unit.pk)).content.decode()
    assert "登记支部数是 2，已建立 1 个支部" in page
    assert "合计 10 名，与登记的 60 名不一致" in page


def test_line_of_a_test_sheet_is_valid():
    bureau = person(Role.BUREAU, ensure_trees())
    assert draft_import(sheet(line(1)), name="a", by=bureau).counts["wrong"] == 0


PHONE = "0512-69990001"


@pytest.fixture
def with_phone(unit):
    School.objects.filter(pk=unit.school.pk).update(phone=PHONE)
    return unit.school


def test_a_school_reads_its_phone_and_those_above_a_part_of_it(client, unit, secretary, with_phone):
    page = url("school", with_phone.pk)
    client.force_login(secretary)
    assert PHONE in client.get(page).text

    client.force_login(person(Role.DISTRICT, unit.parent))
    assert PHONE not in client.get(page).text
    assert "显示号码" in client.get(page).text
    assert PHONE in client.post(url("school-phone", with_phone.pk)).text
    assert AuditEvent.objects.filter(action="phone.show").count() == 1

    client.force_login(person(Role.LEADER, unit.parent.parent))
    assert "显示号码" not in client.get(page).text
    assert client.post(url("school-phone", with_phone.pk)).status_code == 403
    client.force_login(person(Role.SECRETARY, UnitFactory()))
    assert client.post(url("school-phone", with_phone.pk)).status_code == 404
    assert AuditEvent.objects.filter(action="phone.show").count() == 1


def test_the_sheet_holds_part_of_a_phone_and_brings_back_none(client):
    bureau = person(Role.BUREAU, ensure_trees())
    apply_import(draft_import(sheet(line(1, 联系电话=PHONE)), name="a", by=bureau), by=bureau)
    client.force_login(bureau)
    content = client.get(url("schools-export")).content
    cells = {c.value for r in openpyxl.load_workbook(io.BytesIO(content)).worksheets[0] for c in r}
    assert "051****0001" in cells
    assert PHONE not in cells

    again = draft_import(io.BytesIO(content), name="b", by=bureau)

    assert again.counts["unchanged"] == 1
    new = draft_import(sheet(line(2, 联系电话="051****0001")), name="c", by=bureau)
    assert "联系电话不完整" in str(new.rows)
    apply_import(new, by=bureau)
    assert sorted(School.objects.values_list("phone", flat=True)) == ["", PHONE]
