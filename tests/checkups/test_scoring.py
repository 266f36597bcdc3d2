"""Golden figures of points and colours (domain.md C4, C5)."""

from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

import pytest

from checkups.models.template import default_factors
from checkups.scoring import Item, colour_of, half_up, is_answered, is_failed, ratio_of, total

FACTORS = default_factors()
BOUNDS = {"green_from": Decimal(90), "yellow_from": Decimal(75)}


def answer(**columns):
    blank = {
        "achieved": None,
        "number": None,
        "target": None,
        "rate": None,
        "grade": "",
        "not_applicable": False,
        "reason": "",
    }
    return SimpleNamespace(**{**blank, **columns})


@pytest.mark.parametrize(
    ("kind", "columns", "ratio"),
    [
        ("B", {"achieved": True}, Fraction(1)),
        ("B", {"achieved": False}, Fraction(0)),
        ("B", {}, None),
        ("N", {"number": Decimal(1), "target": Decimal(3)}, Fraction(1, 3)),
        ("N", {"number": Decimal(9), "target": Decimal(3)}, Fraction(1)),
        ("N", {"number": Decimal(0), "target": Decimal(3)}, Fraction(0)),
        ("N", {"number": Decimal(2)}, None),
        ("R", {"rate": Decimal("66.67")}, Fraction(6667, 10000)),
        ("R", {"rate": Decimal(0)}, Fraction(0)),
        ("G", {"grade": "excellent"}, Fraction(1)),
        ("G", {"grade": "good"}, Fraction(85, 100)),
        ("G", {"grade": "medium"}, Fraction(65, 100)),
        ("G", {"grade": "poor"}, Fraction(3, 10)),
        ("G", {}, None),
    ],
)
def test_ratio_of_each_kind(kind, columns, ratio):
    assert ratio_of(kind, answer(**columns), FACTORS) == ratio


def test_unanswered_is_neither_zero_nor_not_applicable():
    assert not is_answered("B", None, FACTORS)
    assert not is_answered("B", answer(), FACTORS)
    assert not is_answered("B", answer(not_applicable=True), FACTORS)
    assert is_answered("B", answer(achieved=False), FACTORS)
    assert is_answered("B", answer(not_applicable=True, reason="未设党小组"), FACTORS)


def test_not_applicable_is_left_out_and_the_rest_rescaled():
    full, half = Fraction(1), Fraction(1, 2)

    assert total([Item(60, full), Item(20, half), Item(20, None)]) == Decimal("87.50")


def test_nothing_applicable_has_no_score():
    assert total([Item(60, None)]) is None


def test_rounding_is_half_up_once():
    assert half_up(Fraction(89995, 1000)) == Decimal("90.00")
    assert half_up(Fraction(899949, 10000)) == Decimal("89.99")
    assert total([Item(1, Fraction(1, 3))] * 3) == Decimal("33.33")


def test_failing_is_short_of_full_and_a_judgement_below_good():
    assert is_failed("R", answer(rate=Decimal("99.99")), FACTORS)
    assert not is_failed("G", answer(grade="good"), FACTORS)
    assert is_failed("G", answer(grade="medium"), FACTORS)
    assert not is_failed("B", answer(achieved=False, not_applicable=True, reason="x"), FACTORS)


@pytest.mark.parametrize(
    ("score", "extra", "colour"),
    [
        ("90", {}, "green"),
        ("89.99", {}, "yellow"),
        ("75", {}, "yellow"),
        ("74.99", {}, "red"),
        ("100", {"overdue": 1}, "yellow"),
        ("100", {"red_lines": ["F3"]}, "red"),
        ("100", {"late": True}, "red"),
        (None, {"late": True}, "red"),
        ("60", {"overdue": 2}, "red"),
    ],
)
def test_colour(score, extra, colour):
    score = Decimal(score) if score else None

    found, why = colour_of(score, **BOUNDS, **extra)

    assert found == colour
    assert bool(why) == (colour != "green")
