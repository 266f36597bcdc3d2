"""How far the reviewers agree: Krippendorff's alpha (interval) and ICC, each with its sentence. Pure.

Alpha after Krippendorff (2011), with any number of reviews an entry; ICC(1) and ICC(k) after Shrout
and Fleiss (1979), one-way, because entries have different reviewers; unequal numbers as McGraw and
Wong (1996) weigh them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from reviews.results.sheets import Judged, Total

Figure = Callable[[Sequence[Total]], Total]
# (least alpha, what it means, what to do)
_ALPHA = (
    (Decimal("0.8"), "专家看法相当一致", "名次可以作为审定的主要依据。"),
    (Decimal("0.667"), "专家看法大体一致", "名次可以参考，相邻名次之间不宜过细区分。"),
    (Decimal("0.4"), "专家看法有明显分歧", "名次只宜粗略参考，建议评审组先讨论分歧大的项目。"),
    (Decimal(-99), "专家看法很不一致", "单凭名次不足以区分好坏，建议评审组逐项讨论或增加专家。"),
)


@dataclass(frozen=True, slots=True)
class Agreement:
    """None where it cannot be told: fewer than two entries with two reviews, or all totals equal."""

    alpha: Decimal | None
    icc_one: Decimal | None
    icc_many: Decimal | None
    per_entry: Decimal | None
    entries: int

    @property
    def words(self) -> str:
        if self.alpha is None:
            return "有两份以上评分的项目不足两个，或各项得分全部相同，无法判断专家之间是否一致。"
        meaning, advice = next((m, a) for least, m, a in _ALPHA if self.alpha >= least)
        return f"{meaning}（一致性系数{self.alpha}，1为完全一致，0与随意打分无异）。{advice}"

    @property
    def icc_words(self) -> str:
        if self.icc_one is None or self.icc_many is None:
            return ""
        one, many = max(self.icc_one, Decimal()), max(self.icc_many, Decimal())
        return (
            f"得分的差别中，一位专家的评分约有{one:.0%}来自项目本身的高低；"
            f"每项{self.per_entry}位专家平均之后约有{many:.0%}，其余来自专家之间的不同。"
        )


def _places(value: Fraction, places: int = 3) -> Decimal:
    """Half up in the sense of the figure's size; a negative one away from nought."""
    scaled = abs(value) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(-whole if value < 0 else whole).scaleb(-places)


def agreement(rows: Iterable[Judged]) -> Agreement:
    by_entry: dict[int, list[Total]] = {}
    for row in rows:
        by_entry.setdefault(row.sheet.entry, []).append(row.total)
    return agreement_of(list(by_entry.values()))


def agreement_of(units: Sequence[Sequence[Total]]) -> Agreement:
    """`units`: the totals of each entry. Those with one alone say nothing about agreement."""
    paired = [unit for unit in units if len(unit) > 1]
    values = [value for unit in paired for value in unit]
    if len(paired) < 2 or len(set(values)) < 2:
        return Agreement(None, None, None, None, len(paired))
    one, many = _icc(paired)
    return Agreement(
        alpha=_places(_alpha(paired, values)),
        icc_one=_places(one),
        icc_many=_places(many),
        per_entry=_places(Fraction(len(values), len(paired)), 1),
        entries=len(paired),
    )


def _pairs(values: Sequence[Total]) -> Total:
    """The squared differences of all ordered pairs, without walking the pairs."""
    total = sum(values)
    return 2 * (len(values) * sum(value * value for value in values) - total * total)


def _by_size(units: Iterable[Sequence[Total]], figure: Figure) -> dict[int, Total]:
    """The sum of a figure over the units of each size: whole numbers until they are divided."""
    sums: dict[int, Total] = defaultdict(int)
    for unit in units:
        sums[len(unit)] += figure(unit)
    return sums


def _alpha(units: Sequence[Sequence[Total]], values: Sequence[Total]) -> Fraction:
    count = len(values)
    pairs = _by_size(units, _pairs)
    observed = sum((Fraction(sum_, size - 1) for size, sum_ in pairs.items()), Fraction()) / count
    return 1 - observed / Fraction(_pairs(values), count * (count - 1))


def _icc(units: Sequence[Sequence[Total]]) -> tuple[Fraction, Fraction]:
    count, groups = sum(len(unit) for unit in units), len(units)
    whole = sum(sum(unit) for unit in units)
    pairs, squares = _by_size(units, _pairs), _by_size(units, lambda unit: sum(unit) ** 2)
    within = sum((Fraction(sum_, 2 * size) for size, sum_ in pairs.items()), Fraction())
    within /= count - groups
    between = sum((Fraction(sum_, size) for size, sum_ in squares.items()), Fraction())
    between = (between - Fraction(whole * whole, count)) / (groups - 1)
    size = (count - Fraction(sum(len(unit) ** 2 for unit in units), count)) / (groups - 1)
    one = (between - within) / (between + (size - 1) * within)
    many = (between - within) / between if between else Fraction()
    return one, many
