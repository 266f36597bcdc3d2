import datetime as dt
from urllib.parse import urlsplit

import pytest
import segno
from django.urls import reverse

from brands.models import Honour
from tests.factories.schools import AreaFactory, SchoolFactory

pytestmark = pytest.mark.django_db


def honour(school=None, **fields):
    school = school or SchoolFactory(phone="13812345678")
    number = Honour.objects.count() + 1
    fields = {
        "number": f"苏YP-2026-{number:04d}",
        "holder": school.name,
        "brand_name": f"红烛{number}号",
        "summary": "以红烛精神育人",
        "label": "建设成果",
        "year": 2026,
        "batch_number": 1,
        "document_number": "苏教工委〔2026〕18号",
        "named_on": dt.date(2026, 6, 30),
        **fields,
    }
    return Honour.objects.create(school=school, **fields)


def home(client, **query):
    return client.get(reverse("portal:home"), query)


@pytest.mark.parametrize("count", [1, 3])
def test_home_shows_cards_with_flat_queries(client, count, django_assert_max_num_queries):
    made = [honour() for _ in range(count)]

    with django_assert_max_num_queries(6):
        response = home(client)

    assert list(response.context["page"]) == made
    assert made[0].summary in response.text
    assert "13812345678" not in response.text


def test_home_without_honours_says_so(client):
    assert "还没有命名的品牌" in home(client).text


def test_home_shows_a_signed_in_user_the_way_to_work(client, django_user_model):
    from tests.factories.people import UserFactory

    client.force_login(UserFactory())

    assert reverse("dashboard:home") in home(client).text


def test_the_figure_counts_each_school_once_and_opens_on_a_list(client):
    school = SchoolFactory()
    honour(school)
    honour(school)
    honour(status="revoked", revoked_on=dt.date(2026, 9, 1))
    honour()

    listed = client.get(reverse("portal:schools")).context["page"]

    assert home(client).context["school_count"] == 2
    assert len(listed) == 2
    assert next(row for row in listed if row == school).honour_count == 2


def test_home_finds_by_word_pinyin_area_level_and_year(client):
    area = AreaFactory()
    wanted = honour(
        SchoolFactory(area=area, name="示例实验小学"),
        level="province",
        year=2025,
        brand_name="匠心",
    )
    honour()

    for query in [
        {"q": "匠心"},
        {"q": "sysl"},
        {"q": "slsyxx"},
        {"area": area.pk},
        {"level": "province"},
        {"year": "2025"},
        {"q": wanted.number},
    ]:
        found = list(home(client, **query).context["page"])
        assert found == ([] if query == {"q": "sysl"} else [wanted]), query


@pytest.mark.parametrize(
    "query", [{"area": "x"}, {"area": "9" * 40}, {"year": "²"}, {"page": "-1"}, {"level": "'"}]
)
def test_home_survives_nonsense(client, query):
    assert home(client, **query).status_code == 200


def test_home_escapes_what_was_searched(client):
    assert "<script>alert" not in home(client, q="<script>alert(1)</script>").text


def test_an_honour_is_public_and_a_revoked_one_says_so(client):
    valid, revoked = honour(), honour(status="revoked", revoked_on=dt.date(2026, 9, 1))

    assert "有效" in client.get(reverse("portal:honour", args=[valid.number])).text
    assert "已撤销" in client.get(reverse("portal:honour", args=[revoked.number])).text
    assert client.get(reverse("portal:honour", args=["苏YP-2026-9999"])).status_code == 404


def test_examples_are_marked(client):
    made = honour(is_example=True)

    for url in (reverse("portal:home"), reverse("portal:honour", args=[made.number])):
        assert "示例" in client.get(url).text


def test_verify_answers_valid_revoked_and_unknown(client):
    valid, revoked = honour(), honour(status="revoked", revoked_on=dt.date(2026, 9, 1))

    def verify(number):
        return client.get(reverse("portal:verify"), {"number": number}).text

    assert "核验通过" in verify(f" {valid.number.lower()} ")
    assert "撤销" in verify(revoked.number)
    assert "没有查到" in verify("苏YP-1")
    assert "输入牌匾" in verify("")


@pytest.mark.parametrize("name", ["home", "schools", "verify", "notices"])
def test_public_pages_are_read_only_and_need_no_sign_in(client, name):
    url = reverse(f"portal:{name}")

    assert client.get(url).status_code == 200
    assert client.head(url).status_code == 200
    assert client.post(url).status_code == 405


def test_the_code_of_an_honour_opens_its_verification(client, settings, monkeypatch):
    settings.SITE_URL = "https://yipin.example.test/"
    drawn = []
    make = segno.make
    monkeypatch.setattr(segno, "make", lambda text, **how: drawn.append(text) or make(text, **how))
    found = honour()

    code = reverse("portal:honour-qr", args=[found.number])
    assert code in client.get(reverse("portal:honour", args=[found.number])).text
    response = client.get(code)

    assert response["Content-Type"] == "image/svg+xml"
    assert response.content.startswith(b"<?xml")
    assert drawn[0].startswith("https://yipin.example.test/")
    address = urlsplit(drawn[0])
    answer = client.get(f"{address.path}?{address.query}").text
    assert "核验通过，荣誉有效" in answer
    assert found.brand_name in answer
    assert client.get(reverse("portal:honour-qr", args=["没有"])).status_code == 404
