import json
from pathlib import Path

import pytest
from django.db import IntegrityError
from django.urls import reverse

from checkups import services
from checkups.models import Answer, Indicator, Template
from foundation.audit.models import AuditEvent
from tests.checkups.test_views import group_data
from tests.factories.checkups import answer_all

pytestmark = pytest.mark.django_db


def test_shipped_template_has_31_indicators_worth_100():
    template = Template.objects.get(code="quarterly")

    weights = list(template.indicators.values_list("weight", flat=True))

    assert (len(weights), sum(weights)) == (31, 100)
    assert template.source_document
    assert template.grade_factors == {
        "excellent": "1",
        "good": "0.85",
        "medium": "0.65",
        "poor": "0.3",
    }


def test_template_without_source_document_is_refused_by_the_database():
    with pytest.raises(IntegrityError):
        Template.objects.create(code="x", title="x", source_document="")


def test_half_of_the_indicators_come_with_something_filled_in():
    """F-A 5: prefilled from records, or with the target already there."""
    helped = Indicator.objects.exclude(source="", target=None)

    assert set(Indicator.objects.exclude(source="").values_list("code", flat=True)) == {
        "B1",
        "B2",
        "D1",
        "D2",
        "G3",
    }
    assert helped.count() >= 13


def test_colour_is_in_no_appraisal():
    """F-A 11: nothing outside this app and its screens reads a check's colour."""
    root = Path(__file__).resolve().parents[2]
    apps = ["brands", "reviews", "schools", "foundation", "appraisals", "points"]
    sources = [path for app in apps for path in (root / app).rglob("*.py")]

    assert sources
    assert [
        path
        for path in sources
        if "checkups" in path.read_text()
        and "import" in path.read_text()
        and ("from checkups" in path.read_text() or "import checkups" in path.read_text())
    ] == []


@pytest.mark.parametrize(
    ("kind", "target", "score"),
    [
        ("branch", "1", "100"),
        ("general_branch", "1", "100"),
        ("committee", "3", "97.33"),  # 1 of 3 sessions: 4 × ⅓ of 4
        ("organ_committee", "3", "97.33"),
    ],
)
def test_a1_asks_a_committee_for_one_session_a_month(client, city, kind, target, score):
    city.unit.kind = kind
    city.unit.save()
    client.force_login(city.secretary)
    page = reverse("checkups:checkup-group", args=[city.checkup.pk, "A"])
    assert f'name="A1-target" value="{target}"' in client.get(page).text

    refused = client.post(page, group_data(city.checkup, **{"A1-target": "0.5"})).text
    assert f"目标数不能低于标准要求的{target}。" in refused
    data = group_data(city.checkup, **{"A1-target": target, "A2-grade": "excellent"})
    assert client.post(page, data | {"A4-rate": "100"}).status_code == 302
    given = Answer.objects.get(checkup=city.checkup, indicator__code="A1")
    answer_all(city.checkup, A1={"number": given.number, "target": given.target})

    lines = services.answered_lines(city.checkup)

    assert str(services.score_of(lines, city.checkup.cycle.template.grade_factors)) == score


def test_the_bureau_writes_the_document_and_every_page_says_it(client, city):
    page = reverse("checkups:template-source")
    words = "《关于落实季度体检制度的通知》（苏教工委[2026]8号）"
    for who in (city.secretary, city.district, city.leader, city.auditor):
        client.force_login(who)
        assert client.post(page, {"source_document": words}).status_code == 403

    client.force_login(city.bureau)
    cycle = client.get(reverse("checkups:cycle", args=[city.checkup.cycle_id])).text
    assert page in cycle
    assert "请写上文号" in client.post(page, {"source_document": "一份通知"}).text
    assert client.post(page, {"source_document": words, "frozen": "1"}).status_code == 302

    event = AuditEvent.objects.filter(action="template.source").get()
    (before, after) = json.loads(event.detail)["changed"]["依据文件"]
    assert before != after
    assert "苏教工委〔2026〕8号" in after
    client.force_login(city.secretary)
    own = client.get(reverse("checkups:checkup", args=[city.checkup.pk])).text
    assert "苏教工委〔2026〕8号" in own
