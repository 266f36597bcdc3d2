import io
import zipfile

import pytest

from foundation.audit.models import AuditEvent
from foundation.spreadsheets import SheetError
from foundation.verdict import Conflict
from schools.importing.template import error_sheet, template
from schools.models import (
    Area,
    ImportDraft,
    OrganisationKind,
    PartyOrganisation,
    Role,
    School,
    Tier,
)
from schools.services.importing import apply_import, draft_import
from schools.services.organisations import ensure_trees
from tests.effort import within
from tests.factories.people import person
from tests.schools.sheets import line, real, real_with, sheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau():
    return person(Role.BUREAU, ensure_trees())


def draft(content, by):
    return draft_import(content, name="学校.xlsx", by=by)


def applied(content, by):
    made = draft(content, by)
    assert apply_import(made, by=by)
    return made


def errors(content, by):
    return [error for row in draft(content, by).rows for error in row["errors"]]


def warnings(content, by):
    return [warning for row in draft(content, by).rows for warning in row["warnings"]]


# The sheet as it is.


def test_real_sheet_is_73_new_schools_without_a_word_of_complaint(bureau):
    made = applied(real(), bureau)
    assert made.counts == {"wrong": 0, "new": 73, "changed": 0, "unchanged": 0}
    assert made.notices == []
    assert [row["warnings"] for row in made.rows if row["warnings"]] == []
    assert School.objects.count() == 73
    units = PartyOrganisation.objects.units().exclude(school=None)
    assert units.count() == 73
    direct = units.get(school__code="3432999901")
    assert direct.parent.tier == Tier.CITY
    assert direct.is_direct
    assert (direct.kind, direct.full_members, direct.declared_branches) == (
        OrganisationKind.COMMITTEE,
        122,
        9,
    )
    local = units.get(school__name="张家港市实验小学")
    assert local.parent.name == "中共张家港市教育工作委员会"
    assert local.path == f"{local.parent.path}{local.pk:08d}/"
    assert not PartyOrganisation.objects.filter(tier=Tier.BRANCH).exists()


def test_imported_school_is_found_by_initials(bureau):
    applied(real(), bureau)
    assert School.objects.filter(search_text__icontains="xhxx").exists()


def test_same_sheet_twice_changes_nothing(bureau):
    applied(real(), bureau)
    again = applied(real(), bureau)
    assert again.counts == {"wrong": 0, "new": 0, "changed": 0, "unchanged": 73}
    assert School.objects.count() == 73


def test_changed_row_shows_old_and_new(bureau):
    applied(real(), bureau)
    made = applied(real_with(("C4", "江苏省苏州中学"), ("L4", 123), ("L77", 4842)), bureau)
    assert made.counts["changed"] == 1
    assert made.rows[0]["changes"] == [
        ["学校名称", "江苏省苏州中学校", "江苏省苏州中学"],
        ["正式党员数", "122", "123"],
    ]
    unit = PartyOrganisation.objects.get(school__code="3432999901", tier=Tier.UNIT)
    assert unit.full_members == 123
    assert "江苏省苏州中学 " in School.objects.get(code="3432999901").search_text
    event = AuditEvent.objects.latest("number")
    assert event.action == "import"
    assert "江苏省苏州中学校" in event.detail


def test_school_that_changes_its_area_takes_its_branches_along(bureau):
    applied(sheet(line(1, 党组织类型="党总支", 正式党员数=60, 党支部数=2)), bureau)
    unit = PartyOrganisation.objects.get(school__name="第1小学")
    branch = PartyOrganisation.objects.create(
        name="一支部", kind=OrganisationKind.BRANCH, tier=Tier.BRANCH, parent=unit, area=unit.area
    )
    applied(
        sheet(line(1, 党组织类型="党总支", 正式党员数=60, 党支部数=2, 所属区域="市直属")), bureau
    )
    unit.refresh_from_db()
    branch.refresh_from_db()
    assert unit.parent.tier == Tier.CITY
    assert unit.path == f"{unit.parent.path}{unit.pk:08d}/"
    assert branch.path == f"{unit.path}{branch.pk:08d}/"
    assert branch.area == unit.area


def test_school_missing_from_the_sheet_is_told_and_kept(bureau):
    applied(sheet(line(1), line(2)), bureau)
    made = applied(sheet(line(1)), bureau)
    assert made.missing == [["2132999002", "第2小学"]]
    assert School.objects.count() == 2


# One way only, all or nothing, once.


def test_nothing_is_written_before_the_word(bureau):
    draft(real(), bureau)
    assert not School.objects.exists()


def test_pressing_twice_imports_once(bureau):
    made = draft(real(), bureau)
    assert apply_import(made, by=bureau) is True
    assert apply_import(made, by=bureau) is False
    assert AuditEvent.objects.filter(action="import").count() == 1


def test_a_change_since_the_preview_is_a_conflict(bureau):
    applied(sheet(line(1)), bureau)
    made = draft(sheet(line(1, 联系电话="0512-69990002"), line(2)), bureau)
    School.objects.filter(code="2132999001").update(phone="0512-69990003")
    with pytest.raises(Conflict, match="1 行的结果与预览不同"):
        apply_import(made, by=bureau)
    assert School.objects.count() == 1


def test_one_wrong_row_stops_all(bureau):
    made = draft(sheet(line(1), line(2, 正式党员数="很多")), bureau)
    with pytest.raises(Conflict, match="1 行有错误"):
        apply_import(made, by=bureau)
    assert not School.objects.exists()


def test_failure_half_way_leaves_nothing(bureau, monkeypatch):
    made = draft(real(), bureau)

    def fails(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("schools.services.importing.record", fails)
    with pytest.raises(RuntimeError):
        apply_import(made, by=bureau)
    assert not School.objects.exists()
    assert not ImportDraft.objects.get().applied_at


# What a cell may say.


@pytest.mark.parametrize(
    "changes",
    [
        {"学校标识码": 2132999001},
        {"学校标识码": "２１３２９９９００１"},
        {"学校标识码": " 2132999001\u00a0"},
        {"正式党员数": "２０"},
        {"正式党员数": "20"},
        {"正式党员数": 20.0},
        {"所属区域": "姑苏"},
        {"办学性质": "公办 "},
    ],
)
def test_understood(bureau, changes):
    made = applied(sheet(line(1, **changes)), bureau)
    assert made.counts["new"] == 1
    school = School.objects.get(code="2132999001")
    assert school.area.name == "姑苏区"
    assert school.organisations.get().full_members == 20


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("虎丘区", "苏州高新区"),
        ("高新区", "苏州高新区"),
        ("园区", "苏州工业园区"),
        ("市直", "市直属"),
    ],
)
def test_area_aliases(bureau, said, name):
    applied(sheet(line(1, 所属区域=said)), bureau)
    assert School.objects.get().area.name == name


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"学校标识码": None}, "没有填学校标识码。"),
        ({"学校标识码": "213299900"}, "应为 10 位数字"),
        ({"学校标识码": "21329990A1"}, "应为 10 位数字"),
        ({"学校标识码": "2.13E+09"}, "科学计数"),
        ({"学校名称": None}, "没有填学校名称。"),
        ({"学校名称": "长" * 81}, "最多 80 个字"),
        ({"所属区域": "浦东新区"}, "“浦东新区”不认识"),
        ({"学校类别": "大学"}, "“大学”不认识，应为：幼儿园"),
        ({"办学性质": None}, "没有填办学性质。"),
        ({"党组织类型": "党小组"}, "“党小组”不认识"),
        ({"党组织名称": None}, "没有填党组织名称。"),
        ({"正式党员数": "二十"}, "应填数字，现在是“二十”"),
        ({"正式党员数": None}, "没有填正式党员数。"),
        ({"预备党员数": -1}, "应填数字，现在是“-1”"),
        ({"党支部数": 1.5}, "应填数字，现在是“1.5”"),
        ({"正式党员数": 200000}, "过大"),
        ({"正式党员数": "=10+10"}, "“正式党员数”是公式，请复制后“选择性粘贴为数值”。"),
        ({"学校名称": '="第"&"1小学"'}, "“学校名称”是公式"),
    ],
)
def test_refused_with_a_sentence(bureau, changes, sentence):
    found = errors(sheet(line(1, **changes), line(2)), bureau)
    assert len(found) == 1
    assert sentence in found[0]


def test_row_numbers_are_those_of_excel(bureau):
    made = draft(real_with(("L4", "多"), ("L10", "多")), bureau)
    assert [row["number"] for row in made.rows if row["errors"]] == [4, 10]


def test_duplicates_name_each_other(bureau):
    found = errors(sheet(line(1), line(2, 学校标识码="2132999001")), bureau)
    assert found == [
        "学校标识码“2132999001”与第 3 行重复。",
        "学校标识码“2132999001”与第 2 行重复。",
    ]
    found = errors(sheet(line(1), line(2, 学校名称="第1小学")), bureau)
    assert found[0] == "学校名称“第1小学”与第 3 行重复。"
    found = errors(sheet(line(1), line(2, 党组织名称="中共第1小学支部委员会")), bureau)
    assert found[0] == "党组织名称“中共第1小学支部委员会”与第 3 行重复。"


def test_name_of_another_school_is_refused(bureau):
    applied(sheet(line(1)), bureau)
    found = errors(sheet(line(2, 学校名称="第1小学")), bureau)
    assert found == ["学校名称“第1小学”已由标识码为 2132999001 的学校使用。"]
    found = errors(sheet(line(2, 党组织名称="中共第1小学支部委员会")), bureau)
    assert found == ["党组织名称“中共第1小学支部委员会”在姑苏区已有其他单位使用。"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"学校标识码": "2133999001"}, "第 3、4 位不是 32"),
        ({"正式党员数": 2}, "宜与邻近单位组建联合党支部"),
        ({"正式党员数": 51}, "超过 50 名"),
        ({"党支部数": 3}, "却登记了 3 个党支部"),
        ({"党组织类型": "党总支", "正式党员数": 30, "党支部数": 2}, "党总支一般应有 50 名以上"),
        ({"党组织类型": "党总支", "正式党员数": 130, "党支部数": 2}, "可以设立党委"),
        ({"党组织类型": "党委", "正式党员数": 60, "党支部数": 2}, "党委一般应有 100 名以上"),
        ({"党组织类型": "党委", "正式党员数": 160, "党支部数": 0}, "2 个以上党支部"),
        ({"联系电话": "12345"}, "不像手机号或固定电话"),
    ],
)
def test_warned_but_imported(bureau, changes, sentence):
    content = sheet(line(1, **changes))
    found = warnings(content, bureau)
    assert len(found) == 1
    assert sentence in found[0]
    applied(content, bureau)


def test_wrong_total_is_told(bureau):
    made = draft(real_with(("L77", 4840)), bureau)
    assert made.notices == ["第 77 行合计的“正式党员数”是 4840，各行相加是 4841，请核对是否漏行。"]
    assert made.counts["new"] == 73


def test_totals_and_footnotes_are_no_schools(bureau):
    empty = [None] * 11
    made = draft(
        sheet(
            line(1),
            [None, None, "姑苏区小计", *empty],
            ["合 计：", None, None, *empty],
            [2, None, None, *empty],
            ["填表人：", None, "某", *empty],
        ),
        bureau,
    )
    assert [row["number"] for row in made.rows] == [2]


# Wrong files: a sentence, and nothing in the database.


def zip_bomb():
    buffer = io.BytesIO(real().read())
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb.bin", b"0" * 300_000_000)
    return buffer


@pytest.mark.parametrize(
    "make",
    [
        lambda: io.BytesIO(b""),
        lambda: io.BytesIO(b"a,b,c\n1,2,3\n"),
        lambda: io.BytesIO(b"PK\x03\x04 not really a zip"),
        lambda: io.BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
        lambda: io.BytesIO(b"%PDF-1.7 ..."),
        lambda: io.BytesIO(real().read() + b"\0" * 11_000_000),
        lambda: io.BytesIO(real().read()[:5000]),
        zip_bomb,
        lambda: sheet(line(1)[:-4], titles=["序号", "学校标识码", "学校名称"]),
        lambda: sheet(),
        lambda: sheet(line(1), name="学校 版本2019.1"),
    ],
    ids=[
        "empty",
        "csv",
        "fake",
        "locked-or-xls",
        "pdf",
        "huge",
        "cut",
        "bomb",
        "columns",
        "no-rows",
        "version",
    ],
)
def test_wrong_file_is_refused_with_a_sentence(bureau, make):
    with pytest.raises(SheetError, match=r"[\u4e00-\u9fff]"):
        draft(make(), bureau)
    assert not School.objects.exists()
    assert not ImportDraft.objects.exists()


# Template and error sheet.


def test_untouched_template_holds_no_school(bureau):
    with pytest.raises(SheetError, match="没有学校"):
        draft(io.BytesIO(template()), bureau)


def test_filled_template_is_understood(bureau):
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(template()))
    page = book.worksheets[0]
    first = next(row[0].row for row in page.iter_rows() if row[0].value == "示例") + 1
    for column, value in enumerate(line(1), 1):
        page.cell(first, column, value)
    buffer = io.BytesIO()
    book.save(buffer)
    applied(buffer, bureau)
    assert School.objects.get().name == "第1小学"


def test_error_sheet_says_why_and_can_be_uploaded_again(bureau):
    import openpyxl

    made = draft(sheet(line(1), line(2, 正式党员数="多")), bureau)
    content = error_sheet(made)
    page = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    cells = [[cell.value for cell in row] for row in page.iter_rows()]
    assert any("“正式党员数”应填数字，现在是“多”。" in str(row[-1]) for row in cells)
    assert any("2132999001" in row for row in cells)
    again = draft(io.BytesIO(content), bureau)
    assert again.counts == {"wrong": 1, "new": 1, "changed": 0, "unchanged": 0}


# Size.


def test_two_thousand_rows_in_bulk(bureau, django_assert_max_num_queries):
    lines = [
        line(
            1,
            学校标识码=f"213200{n:04d}",
            学校名称=f"第{n}小学",
            党组织名称=f"中共第{n}小学支部委员会",
        )
        for n in range(2000)
    ]
    content = sheet(*lines)
    with within(10):
        made = draft(content, bureau)
        with django_assert_max_num_queries(160):
            apply_import(made, by=bureau)
    assert School.objects.count() == 2000
    changed = [[*one[:11], 30, *one[12:]] for one in lines]
    made = draft(sheet(*changed), bureau)
    with django_assert_max_num_queries(160):
        apply_import(made, by=bureau)
    assert PartyOrganisation.objects.filter(full_members=30).count() == 2000


def test_trees_are_laid_once():
    root = ensure_trees()
    assert ensure_trees() == root
    assert list(Area.objects.values_list("name", flat=True)) == [
        "市直属", "张家港市", "常熟市", "太仓市", "昆山市", "吴江区", "吴中区", "相城区", "姑苏区",
        "苏州工业园区", "苏州高新区",
    ]  # fmt: skip
    assert PartyOrganisation.objects.filter(tier=Tier.AREA, parent=root).count() == 10
    organ = PartyOrganisation.objects.get(kind=OrganisationKind.ORGAN_COMMITTEE)
    assert (organ.name, organ.tier, organ.parent) == ("局机关党委", Tier.UNIT, root)
