"""Would it change? The ranking again by every other way, and without each reviewer in turn. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reviews.results.content import Judgement
from reviews.results.correction import corrected
from reviews.results.ranking import Key, by_entry, key_of, ranks_of, tie_places
from reviews.results.recipe import EFFECT, MEAN, MEDIAN, TRIMMED, ZSCORE, Recipe
from reviews.results.sheets import Judged

Ranks = Mapping[int, int]
Way = tuple[str, Ranks]
WAYS: tuple[tuple[str, str, Callable[[Recipe], Recipe]], ...] = (
    (MEAN, "平均分", lambda own: replace(own, scoring=MEAN)),
    (TRIMMED, "去分平均", lambda own: replace(own, scoring=TRIMMED)),
    (MEDIAN, "中位数", lambda own: replace(own, scoring=MEDIAN)),
    (ZSCORE, "标准分校正", lambda own: replace(own, correction=ZSCORE)),
    (EFFECT, "专家效应校正", lambda own: replace(own, correction=EFFECT)),
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where one entry stands by the recipe, by the other ways, and at best and at worst."""

    entry: int
    rank: int
    ways: tuple[tuple[str, int], ...]  # (how, which rank)
    best: int
    worst: int
    decisive: tuple[str, ...]  # without whom it would cross the line
    unstable: str  # why the panel should look at it; empty when it need not

    @property
    def moves(self) -> int:
        return self.worst - self.best


@dataclass(frozen=True, slots=True)
class Stability:
    places: tuple[Place, ...]
    ways: tuple[str, ...]
    line: int
    limit: int

    @property
    def unstable(self) -> list[Place]:
        return [place for place in self.places if place.unstable]


def stability(judgement: Judgement, line: int = 0) -> Stability:
    """`line`: how many are chosen, 0 where that is not known."""
    rows, own = judgement.judged, judgement.recipe
    ranks = _ranked(judgement, rows, own)
    ways = [(label, _ranked(judgement, rows, change(own))) for _, label, change in WAYS]
    return compared(ranks, ways, dict(_without_each(judgement, rows)), line)


def compared(
    ranks: Ranks, ways: Sequence[Way], without: Mapping[str, Ranks], line: int
) -> Stability:
    """`ways`: label and ranks of each other way; `without`: the ranks without each reviewer."""
    limit = max(3, len(ranks) // 20)
    places = tuple(_place(entry, ranks, ways, without, line=line, limit=limit) for entry in ranks)
    return Stability(places, tuple(label for label, _ in ways), line, limit)


def _keys(judgement: Judgement, rows: Sequence[Judged], recipe: Recipe) -> dict[int, Key]:
    ties = tie_places(recipe, judgement.criteria)
    counted = corrected(rows, recipe, judgement.full)
    return {entry: key_of(own, recipe, ties) for entry, own in by_entry(counted).items()}


def _ranked(judgement: Judgement, rows: Sequence[Judged], recipe: Recipe) -> Ranks:
    return ranks_of(_keys(judgement, rows, recipe))


def _without_each(judgement: Judgement, rows: list[Judged]) -> Iterator[tuple[str, Ranks]]:
    """The ranks without each reviewer, the others' totals as they count now. Entries that nobody
    else judged have no place then."""
    recipe = judgement.recipe
    ties = tie_places(recipe, judgement.criteria)
    panels = by_entry(corrected(rows, recipe, judgement.full))
    keys = {entry: key_of(panel, recipe, ties) for entry, panel in panels.items()}
    for name in judgement.reviewers:
        changed = dict(keys)
        for entry in {row.sheet.entry for row in rows if row.sheet.reviewer == name}:
            left = [row for row in panels[entry] if row.sheet.reviewer != name]
            del changed[entry]
            if left:
                changed[entry] = key_of(left, recipe, ties)
        yield name, ranks_of(changed)


def _place(
    entry: int,
    ranks: Ranks,
    ways: Sequence[Way],
    without: Mapping[str, Ranks],
    *,
    line: int,
    limit: int,
) -> Place:
    by_way = tuple((label, way[entry]) for label, way in ways)
    by_name = {name: found[entry] for name, found in without.items() if entry in found}
    everywhere = [ranks[entry], *dict(by_way).values(), *by_name.values()]
    best, worst = min(everywhere), max(everywhere)
    inside = ranks[entry] <= line
    decisive = tuple(name for name, rank in by_name.items() if line and (rank <= line) != inside)
    unstable = ""
    if line and best <= line < worst:
        unstable = "换一种算法或去掉一位专家，能否入选会改变"
    elif worst - best >= limit:
        unstable = f"名次在第{best}至第{worst}之间变动"
    return Place(entry, ranks[entry], by_way, best, worst, decisive, unstable)
