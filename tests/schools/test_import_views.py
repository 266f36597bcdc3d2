import io

import openpyxl
import pytest
from django.urls import reverse

from foundation.audit.models import AuditEvent
from schools.models import ImportDraft, Role, School
from schools.services.importing import draft_import
from schools.services.organisations import ensure_trees
from tests.factories.people import person
from tests.factories.schools import AreaCommitteeFactory, SchoolFactory, UnitFactory
from tests.schools.sheets import line, real, sheet, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau():
    return person(Role.BUREAU, ensure_trees())


@pytest.fixture
def signed_in(client, bureau):
    client.force_login(bureau)
    return client


def draft(by, *lines):
    return draft_import(sheet(*(lines or [line(1)])), name="学校.xlsx", by=by)


def test_upload_preview_confirm(signed_in):
    answer = signed_in.post(reverse("schools:import"), {"sheet": upload(real())}, follow=True)
    made = ImportDraft.objects.get()
    assert answer.redirect_chain[-1][0] == reverse("schools:import-preview", args=[made.pk])
    assert "新增 73 所学校" in answer.content.decode()
    assert not School.objects.exists()
    answer = signed_in.post(reverse("schools:import-apply", args=[made.pk]), follow=True)
    assert "已导入：新增 73 所" in answer.content.decode()
    assert School.objects.count() == 73
    answer = signed_in.post(reverse("schools:import-apply", args=[made.pk]), follow=True)
    assert "没有重复导入" in answer.content.decode()


def test_wrong_file_says_why_beside_the_field(signed_in):
    answer = signed_in.post(reverse("schools:import"), {"sheet": upload(io.BytesIO(b"a,b"))})
    assert answer.status_code == 200
    assert "这不是 Excel 工作簿" in answer.content.decode()
    answer = signed_in.post(reverse("schools:import"), {"sheet": upload(io.BytesIO(b""))})
    assert "文件是空的（0 字节）" in answer.content.decode()
    answer = signed_in.post(reverse("schools:import"))
    assert "请先选择要导入的 Excel 文件" in answer.content.decode()
    assert not ImportDraft.objects.exists()


def test_preview_shows_errors_warnings_and_changes(signed_in, bureau):
    signed_in.post(reverse("schools:import-apply", args=[draft(bureau).pk]))
    made = draft(bureau, line(1, 正式党员数=2), line(2, 所属区域="外地"), line(3))
    page = signed_in.get(reverse("schools:import-preview", args=[made.pk])).content.decode()
    assert "“外地”不认识" in page
    assert "宜与邻近单位组建联合党支部" in page
    assert "20</del>" in page
    assert "1 行有错误" in page
    assert "确认导入" not in page
    for show in ("wrong", "new", "changed", "unchanged", "warned", "nonsense"):
        assert (
            signed_in.get(
                reverse("schools:import-preview", args=[made.pk]), {"show": show}
            ).status_code
            == 200
        )


def test_refusals_when_applying_are_409_with_a_sentence(signed_in, bureau):
    made = draft(bureau, line(1), line(2, 所属区域="外地"))
    answer = signed_in.post(reverse("schools:import-apply", args=[made.pk]))
    assert answer.status_code == 409
    assert "1 行有错误" in answer.content.decode()
    made = draft(bureau)
    UnitFactory(school=SchoolFactory(code="2132999001"))
    answer = signed_in.post(reverse("schools:import-apply", args=[made.pk]))
    assert answer.status_code == 409
    assert "请重新上传核对" in answer.content.decode()


def test_payloads_of_a_cell_are_escaped(signed_in, bureau):
    made = draft(bureau, line(1, 学校名称="<script>alert(1)</script>", 学校类别="<img src=x>"))
    page = signed_in.get(reverse("schools:import-preview", args=[made.pk])).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_downloads(signed_in, bureau):
    answer = signed_in.get(reverse("schools:import-template"))
    assert answer["Content-Disposition"].startswith("attachment")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    page = book.worksheets[0]
    assert "模板版本" in str(page["A2"].value)
    assert {rule.sqref for rule in page.data_validations.dataValidation}
    made = draft(bureau, line(1, 所属区域="外地"))
    answer = signed_in.get(reverse("schools:import-errors", args=[made.pk]))
    assert openpyxl.load_workbook(io.BytesIO(answer.content))
    assert AuditEvent.objects.latest("number").action == "download"


def test_draft_of_another_is_not_there(signed_in):
    made = draft(person(Role.BUREAU, ensure_trees()))
    for name in ("import-preview", "import-errors"):
        assert signed_in.get(reverse(f"schools:{name}", args=[made.pk])).status_code == 404
    assert signed_in.post(reverse("schools:import-apply", args=[made.pk])).status_code == 404


@pytest.mark.parametrize(
    "role",
    [Role.SECRETARY, Role.STAFF, Role.DISTRICT, Role.LEADER, Role.REVIEWER, Role.SYSTEM_ADMIN],
)
def test_only_the_bureau_imports(client, role):
    client.force_login(person(role, AreaCommitteeFactory()))
    for name in ("import", "import-template"):
        answer = client.get(reverse(f"schools:{name}"))
        assert answer.status_code == 403
        assert "只有局工作人员可以导入学校" in answer.content.decode()
    answer = client.post(reverse("schools:import"), {"sheet": upload(real())})
    assert answer.status_code == 403
    assert not ImportDraft.objects.exists()


def test_a_draft_outlives_the_role_but_opens_no_more(client, bureau):
    made = draft(bureau)
    bureau.appointments.update(role=Role.LEADER)
    client.force_login(bureau)
    assert client.get(reverse("schools:import-preview", args=[made.pk])).status_code == 403
    assert client.post(reverse("schools:import-apply", args=[made.pk])).status_code == 403
    assert not School.objects.exists()


def test_methods_and_sign_in(client, signed_in, bureau):
    made = draft(bureau)
    assert signed_in.get(reverse("schools:import-apply", args=[made.pk])).status_code == 405
    assert signed_in.post(reverse("schools:import-preview", args=[made.pk])).status_code == 405
    client.logout()
    for name in ("import", "import-template"):
        assert client.get(reverse(f"schools:{name}")).status_code == 302


def test_extra_fields_change_nothing(signed_in, bureau):
    other = person(Role.BUREAU, ensure_trees())
    signed_in.post(
        reverse("schools:import"),
        {
            "sheet": upload(sheet(line(1))),
            "owner": other.pk,
            "applied_at": "2026-01-01",
            "counts": "{}",
        },
    )
    made = ImportDraft.objects.get()
    assert made.owner == bureau
    assert made.applied_at is None


@pytest.mark.parametrize("count", [1, 3])
def test_preview_takes_the_same_queries_whatever_its_size(
    signed_in, bureau, count, django_assert_max_num_queries
):
    made = draft(bureau, *(line(n) for n in range(1, count + 1)))
    with django_assert_max_num_queries(6):
        signed_in.get(reverse("schools:import-preview", args=[made.pk]))


def test_who_has_left_the_desk_confirms_no_sheet_any_more(signed_in, bureau):
    made = draft(bureau)
    bureau.appointments.update(role=Role.LEADER)

    for name in ("import-preview", "import-errors"):
        assert signed_in.get(reverse(f"schools:{name}", args=[made.pk])).status_code == 403
    address = reverse("schools:import-apply", args=[made.pk])
    assert signed_in.post(address).status_code == 403
    assert not School.objects.exists()


def test_the_page_offers_the_own_sheets_only(signed_in, bureau):
    own = draft(bureau)
    draft(person(Role.BUREAU, ensure_trees()))

    assert list(signed_in.get(reverse("schools:import")).context["drafts"]) == [own]
