from decimal import Decimal as D

import pytest

from reviews.aggregates import Aggregate, aggregate, deviates, median
from reviews.results.ranking import ranks_of


@pytest.mark.parametrize(
    ("totals", "expected"),
    [
        ([], Aggregate()),
        (["80"], Aggregate(D("80.00"), D("80.00"), D("0.00"), 1)),
        (["80", "81.5"], Aggregate(D("80.75"), D("80.75"), D("1.50"), 2)),
        (["80", "81", "81"], Aggregate(D("80.67"), D("80.67"), D("1.00"), 3)),
        # 321.5 / 4 = 80.375: half up, once.
        (["80", "80", "80.5", "81"], Aggregate(D("80.38"), D("80.38"), D("1.00"), 4)),
        # Five: the 60 and the 100 go.
        (["60", "80", "81", "82", "100"], Aggregate(D("80.60"), D("81.00"), D("40.00"), 5)),
        # Of equal extremes only one goes.
        (["90", "90", "90", "70", "70"], Aggregate(D("82.00"), D("83.33"), D("20.00"), 5)),
        (["60", "80", "80.5", "81", "81", "100"], Aggregate(D("80.42"), D("80.63"), D("40.00"), 6)),
    ],
)
def test_aggregate_golden_vectors(totals, expected):
    assert aggregate([D(total) for total in totals]) == expected


def test_without_trimming_the_score_is_the_mean():
    result = aggregate([D(60), D(80), D(81), D(82), D(100)], scoring="mean")
    assert result.trimmed == result.mean == D("80.60")


def test_deviation_is_more_than_fifteen_from_the_median():
    totals = [D(60), D(75), D(80)]
    assert not deviates(D(60), median(totals))
    assert deviates(D("59.5"), median([D("59.5"), D(75), D(80)]))


def test_equal_keys_share_a_rank():
    keys = dict(enumerate([(D(90),), (D(85),), (D(85),), (D(80),)]))
    assert list(ranks_of(keys).values()) == [1, 2, 2, 4]
