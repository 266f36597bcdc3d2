"""How scores become a ranking, as data that is frozen with the result. Pure: no database.

`bench/recompute.py` says the same in other words and shares no code: a change here needs a new
VERSION, and both must follow.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

VERSION = 1
MEAN, TRIMMED, MEDIAN = "mean", "trimmed", "median"
NONE, ZSCORE, EFFECT = "none", "zscore", "effect"

_SCORING = {
    MEAN: "得分为全部有效评分的平均。",
    TRIMMED: "有效评分{trim_from}份及以上的，去掉一个最高分和一个最低分后取平均；不足{trim_from}份的直接取平均。",
    MEDIAN: "得分为有效评分的中位数，份数为双数的取中间两份的平均。",
}
_CORRECTION = {
    NONE: "",
    ZSCORE: (
        "专家的松严按标准分校正：每位专家的评分换算到全体评分的平均分和离散程度，"
        "评分不足{least_sheets}份或各份总分相同的专家不换算。"
    ),
    EFFECT: (
        "专家的松严按专家效应校正：比较各专家对同一项目的评分，估计每位专家普遍偏高或偏低多少并扣除，"
        "估计值按“另有{shrink}份没有偏差的评分”收缩，评分越少，校正越小。"
    ),
}
_AFTER = "校正后的每份总分不低于0、不高于满分，保留6位小数，原始得分一并列出。"

SCORINGS, CORRECTIONS = tuple(_SCORING), tuple(_CORRECTION)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Recipe:
    scoring: str = TRIMMED
    correction: str = NONE
    ties: tuple[str, ...] = ()
    trim_from: int = 5
    least_sheets: int = 3
    shrink: int = 4
    places: int = 2
    version: int = VERSION

    @property
    def corrects(self) -> bool:
        return self.correction != NONE

    def to_data(self) -> dict[str, Any]:
        return {**asdict(self), "ties": list(self.ties)}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Recipe":
        """Raises ValueError for a recipe that this program does not know how to follow."""
        recipe = cls(**{**data, "ties": tuple(data["ties"])})
        known = recipe.scoring in _SCORING and recipe.correction in _CORRECTION
        if recipe.version != VERSION or not known:
            raise ValueError(f"Unknown recipe: {recipe}")
        return recipe

    def words(self, titles: Sequence[str] = (), *, skipped: bool = False) -> list[str]:
        """In sentences; `titles` are those of the criteria that break ties, `skipped` says that
        something was not applicable somewhere."""
        facts = asdict(self)
        then = "、".join(f"“{title}”" for title in titles)
        ties = f"得分相同的，依次比较{then}的平均分" if then else "得分相同的名次并列"
        again = "；仍相同的名次并列，由评审组表决确定先后。" if then else "，由评审组表决确定先后。"
        sentences = [
            _SCORING[self.scoring].format(**facts),
            f"得分四舍五入到{self.places}位小数，只在最后舍入一次。",
            ties + again,
        ]
        if skipped:
            sentences.insert(0, "“不适用”的指标不按0分计，总分按其余指标折算到满分。")
        if self.corrects:
            sentences[-2:-2] = [_CORRECTION[self.correction].format(**facts) + _AFTER]
        return sentences


def kept(ordered: Sequence[T], scoring: str, trim_from: int = 5) -> Sequence[T]:
    """Of the valid totals in order, those whose mean is the score: every recipe is such a choice."""
    count = len(ordered)
    if scoring == MEDIAN:
        return ordered[(count - 1) // 2 : count // 2 + 1]
    if scoring == TRIMMED and count >= trim_from:
        return ordered[1:-1]
    return ordered
