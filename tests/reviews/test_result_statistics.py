"""Agreement against published figures; stability and severity on rounds small enough to see through."""

from decimal import Decimal as D

import pytest

from reviews.results.agreement import agreement_of
from reviews.results.content import Candidate, Judgement
from reviews.results.correction import groups_of
from reviews.results.recipe import Recipe
from reviews.results.severity import severities
from reviews.results.sheets import MILLION, Criterion, Sheet
from reviews.results.stability import stability

# Shrout and Fleiss (1979), table 2: six targets, four judges; ICC(1,1) = .17, ICC(1,4) = .44.
SHROUT_FLEISS = [
    (9, 2, 5, 8),
    (6, 1, 3, 2),
    (8, 4, 6, 8),
    (7, 1, 2, 6),
    (10, 5, 6, 9),
    (6, 2, 4, 7),
]
# Krippendorff (2011), example C: four observers, twelve units, some missing; interval alpha .849.
KRIPPENDORFF = [
    (1, 1, 1), (2, 2, 3, 2), (3, 3, 3, 3), (3, 3, 3, 3), (2, 2, 2, 2), (1, 2, 3, 4),
    (4, 4, 4, 4), (1, 1, 2, 1), (2, 2, 2, 2), (5, 5, 5), (1, 1), (3,),
]  # fmt: skip


def _units(table):
    return [[value * MILLION for value in unit] for unit in table]


def test_icc_is_the_published_one():
    found = agreement_of(_units(SHROUT_FLEISS))
    assert (found.icc_one, found.icc_many) == (D("0.166"), D("0.443"))
    assert "约有17%来自项目本身" in found.icc_words
    assert "每项4.0位专家平均之后约有44%" in found.icc_words


def test_alpha_is_the_published_one():
    found = agreement_of(_units(KRIPPENDORFF))
    assert (found.alpha, found.entries) == (D("0.849"), 11)
    assert found.words.startswith("专家看法相当一致（一致性系数0.849")


@pytest.mark.parametrize(
    ("table", "alpha", "words"),
    [
        ([(80, 80), (90, 90)], D("1.000"), "专家看法相当一致"),
        # Worse than chance: Do = 100, De = 2·(4·29000 − 340²)/(4·3) = 66.67, so 1 − 1.5.
        ([(80, 90), (80, 90)], D("-0.500"), "专家看法很不一致"),
        ([(80, 80), (80, 80)], None, "无法判断"),
        ([(80, 90), (70,)], None, "无法判断"),
        ([], None, "无法判断"),
    ],
)
def test_alpha_at_the_ends_of_its_scale(table, alpha, words):
    found = agreement_of(_units(table))
    assert found.alpha == alpha
    assert words in found.words


def _round(table, recipe):
    """entry → {reviewer: total}"""
    sheets = tuple(Sheet(e, w, (t * 10,)) for e, given in table.items() for w, t in given.items())
    candidates = tuple(Candidate(entry, f"项目{entry}") for entry in table)
    return Judgement(recipe, (Criterion("A", "全部", 100),), candidates, sheets)


def test_a_place_that_hangs_on_one_reviewer_is_marked_at_the_line():
    table = {
        1: {"专家A": 95, "专家B": 95, "专家C": 95},
        2: {"专家A": 99, "专家B": 80, "专家C": 80},
        3: {"专家A": 82, "专家B": 84, "专家C": 86},
        4: {"专家A": 50, "专家B": 50, "专家C": 50},
    }
    found = stability(_round(table, Recipe("mean")), line=2)
    places = {place.entry: place for place in found.places}
    assert [place.entry for place in found.unstable] == [2, 3]
    assert places[2].decisive == places[3].decisive == ("专家A",)
    assert dict(places[2].ways)["中位数"] == 3
    assert (places[1].best, places[1].worst, places[4].moves) == (1, 1, 0)


def test_without_a_line_a_place_is_marked_when_it_moves_far():
    table = {entry: {"专家A": 90 - entry, "专家B": 90 - entry} for entry in range(1, 7)}
    table[3] = {"专家A": 99, "专家B": 70}
    found = stability(_round(table, Recipe("mean")))
    assert found.limit == 3
    assert [(p.entry, p.best, p.worst) for p in found.unstable] == [(3, 1, 6)]
    assert found.unstable[0].unstable == "名次在第1至第6之间变动"


def test_severity_is_told_from_the_same_entries_only():
    # B judges the weak entries and is no stricter for that; C gives 10 less than A on the same.
    table = {1: {"专家A": 90, "专家C": 80}, 2: {"专家A": 80, "专家C": 70}, 3: {"专家B": 50}}
    judgement = _round(table, Recipe("mean"))
    found = {one.reviewer: one for one in severities(judgement.judged)}
    assert {name: one.over for name, one in found.items()} == {
        "专家A": D("10.0"), "专家C": D("-10.0"), "专家B": None
    }  # fmt: skip
    assert (found["专家A"].effect, found["专家B"].effect, found["专家C"].effect) == (
        D("1.7"), D("0.0"), D("-1.7")
    )  # fmt: skip
    assert groups_of(judgement.judged) == 2
