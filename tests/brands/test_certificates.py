from datetime import timedelta
from urllib.parse import quote

import pypdfium2
import pytest
import segno
from django.urls import reverse

from brands.models import Honour
from brands.outputs import certificates
from foundation import clock
from foundation.audit.models import AuditEvent
from foundation.jobs.models import Job
from foundation.verdict import Conflict
from schools.models import Role
from tests.effort import within
from tests.factories.brands import BatchFactory, ProjectFactory
from tests.factories.people import person
from tests.factories.schools import RootFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau():
    return person(Role.BUREAU, RootFactory())


def honoured(number=1, batch=None, **fields):
    project = ProjectFactory(batch=batch or BatchFactory(), status="named")
    facts = {
        "number": f"苏YP-2026-{number:04d}", "project": project, "holder": "示例小学",
        "school": project.organisation.school, "brand_name": "红烛", "label": "建设成果",
        "year": 2026, "batch_number": 1, "document_number": "苏教工委〔2026〕28号",
        "named_on": clock.today(),
    }  # fmt: skip
    return Honour.objects.create(**facts | fields)


def pages(content):
    document = pypdfium2.PdfDocument(content)
    return [page.get_textpage().get_text_bounded().replace("\r\n", "") for page in document]


def certificate(client, honour, kind="certificate"):
    return client.get(reverse(f"brands:{kind}", args=[honour.pk]))


@pytest.mark.parametrize("kind", certificates.KINDS)
def test_says_label_number_level_document_and_validity(client, bureau, kind, at):
    at("2026-12-01 09:00")
    honour = honoured(valid_until=clock.today().replace(year=2029))
    client.force_login(bureau)

    response = certificate(client, honour, kind)

    (text,) = pages(response.content)
    for words in (
        "示例小学", "红烛", "建设成果", "2026年度市级“一校一品”", "苏YP-2026-0001",
        "苏教工委〔2026〕28号", "2029年12月1日", "中共苏州市委教育工作委员会", "2026年12月1日",
    ):  # fmt: skip
        assert words in text
    assert response["Content-Type"] == "application/pdf"
    assert AuditEvent.objects.get(action="export").object_id == str(honour.pk)


def test_rare_names_are_printed(client, bureau):
    client.force_login(bureau)

    response = certificate(client, honoured(holder="彧𠮷龘学校", brand_name="䶮翀"), "plaque")

    assert all(character in pages(response.content)[0] for character in "彧𠮷龘䶮翀")


def test_a_name_that_cannot_be_printed_is_said(client, bureau):
    client.force_login(bureau)

    response = certificate(client, honoured(brand_name="红烛😀"))

    assert response.status_code == 409
    assert "“😀”不在字库中" in response.content.decode()


def test_the_code_leads_to_the_public_check(client, settings):
    """Decoded by drawing the same address anew: equal cells are an equal address."""
    settings.SITE_URL = "https://yipin.example.cn"
    honour = honoured()

    rows = certificates._code(honour)

    path = f"/verify/?number={quote(honour.number)}"
    matrix = segno.make_qr(f"https://yipin.example.cn{path}", error="m").matrix
    assert rows == ["".join(str(int(bool(cell))) for cell in row) for row in matrix]
    assert "核验通过" in client.get(path).content.decode()


def test_no_prize_word_without_an_approval(client, bureau):
    honour = honoured(label="优秀成果奖")
    client.force_login(bureau)

    response = certificate(client, honour)

    assert response.status_code == 409
    assert "没有批准文号" in response.content.decode()
    with pytest.raises(Conflict, match="称谓含“奖”"):
        certificates.render(certificates.wanted({}), "plaque")


def test_an_approved_label_names_its_approval(client, bureau):
    batch = BatchFactory(approval_document="苏委〔2026〕3号", approving_body="中共苏州市委")
    client.force_login(bureau)

    (text,) = pages(certificate(client, honoured(batch=batch, label="优秀成果奖")).content)

    assert "由中共苏州市委批准" in text
    assert "苏委〔2026〕3号" in text


@pytest.mark.parametrize("kind", certificates.KINDS)
def test_our_own_words_hold_no_word_of_praise(client, bureau, kind):
    client.force_login(bureau)

    (text,) = pages(certificate(client, honoured(), kind).content)

    assert [word for word in ("奖", "表彰", "先进", "荣誉", "优秀") if word in text] == []


def revoked():
    return {"status": "revoked", "revoked_on": clock.today()}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (revoked, "已撤销"),
        (lambda: {"valid_until": clock.today() - timedelta(days=1)}, "已过期"),
        (lambda: {"level": "province"}, "由命名机关制发"),
    ],
)
def test_none_for_what_is_over_or_named_by_others(client, bureau, fields, words):
    honour = honoured(**fields())
    client.force_login(bureau)

    assert words in certificate(client, honour).content.decode()
    assert words in client.get(reverse("brands:honour", args=[honour.pk])).content.decode()
    assert client.post(reverse("brands:certificates"), {"kind": "plaque"}).status_code == 409


def test_an_example_is_marked_as_one(client, bureau):
    client.force_login(bureau)

    marked, real = (
        pages(certificate(client, honoured(number, is_example=example)).content)[0]
        for number, example in ((1, True), (2, False))
    )

    assert "示 例" in marked
    assert "示 例" not in real


def test_all_of_the_filter_are_made_in_the_background(
    client, bureau, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = tmp_path
    honoured(1)
    honoured(2, brand_name="青蓝")
    honoured(3, **revoked())
    client.force_login(bureau)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{reverse('brands:certificates')}?q=青蓝", {"kind": "plaque"})
        client.post(reverse("brands:certificates"), {"kind": "certificate"})

    made = [
        pages(b"".join(client.get(reverse("jobs:file", args=[job.pk]))))
        for job in Job.objects.order_by("pk")
    ]
    assert [len(texts) for texts in made] == [1, 2]
    assert "青蓝" in made[0][0]


def test_an_unknown_kind_is_not_there(client, bureau):
    client.force_login(bureau)

    assert client.post(reverse("brands:certificates"), {"kind": "medal"}).status_code == 404


@pytest.mark.parametrize(("role", "status"), [(Role.SUPERVISION, 403), (Role.SECRETARY, 404)])
def test_who_may_not_print_them(client, role, status):
    honour = honoured()
    user = person(role, RootFactory() if role == Role.SUPERVISION else honour.project.organisation)
    client.force_login(user)

    assert certificate(client, honour).status_code == status
    assert client.post(reverse("brands:certificates"), {"kind": "plaque"}).status_code == 403


def test_the_page_of_an_honour_offers_what_may_be_printed(client, bureau):
    good, prized = honoured(1), honoured(2, label="优秀成果奖")
    client.force_login(bureau)

    pages = [
        client.get(reverse("brands:honour", args=[honour.pk])).content.decode()
        for honour in (good, prized)
    ]

    assert reverse("brands:certificate", args=[good.pk]) in pages[0]
    assert reverse("brands:certificate", args=[prized.pk]) not in pages[1]
    assert "称谓含“奖”，没有批准文号，不能制发" in pages[1]


def test_a_plaque_bears_its_own_number_and_an_old_honour_its_year(client, bureau):
    honour = honoured(plaque_number="园区-7", named_on=None, project=None)
    client.force_login(bureau)

    (text,) = pages(certificate(client, honour, "plaque").content)

    assert "牌匾号：园区-7" in text
    assert "2026年度市级党建品牌" in text
    assert "评审" not in pages(certificate(client, honour).content)[0]


def test_a_hundred_take_less_than_five_seconds():
    batch = BatchFactory()
    honours = [honoured(number, batch) for number in range(1, 101)]

    with within(5):
        content = certificates.render(honours, "certificate")

    assert len(pypdfium2.PdfDocument(content)) == 100
