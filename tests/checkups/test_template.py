from pathlib import Path

import pytest
from django.db import IntegrityError

from checkups.models import Indicator, Template

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
