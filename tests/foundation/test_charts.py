"""Bars and their figures."""

from foundation.charts import Bar, chart


def test_bars_share_one_scale_and_stand_end_to_end():
    drawn = chart("板块", "家", ["甲", "乙"], {"已报": [3, 0], "未报": [1, 2]})

    assert drawn.series == ("已报", "未报")
    assert drawn.rows[0].bars == (Bar(1, 0.0, 75.0), Bar(2, 75.0, 25.0))
    assert drawn.rows[1].bars == (Bar(2, 0.0, 50.0),)
    assert [row.values for row in drawn.rows] == [(3, 1), (0, 2)]


def test_nothing_counted_draws_no_bar():
    assert chart("板块", "家", ["甲"], {"未报": [0]}).rows[0].bars == ()
    assert chart("板块", "家", [], {"未报": []}).rows == ()
