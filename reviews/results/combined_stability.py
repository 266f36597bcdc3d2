"""Would the combined ranking change? Every other way, equal weights, and without each reviewer. Pure."""

from collections.abc import Iterator, Sequence

from reviews.results.combining import Contender, Part, Scores, key_of, keys_of, scores_of, ties_of
from reviews.results.correction import corrected
from reviews.results.ranking import by_entry, exact_of, ranks_of
from reviews.results.stability import WAYS, Ranks, Stability, Way, compared

EQUAL = "各轮等权"


def stability(parts: Sequence[Part], contenders: Sequence[Contender], line: int = 0) -> Stability:
    """As of one round; the entries are projects here."""
    weights = [part.weight for part in parts]
    own = [scores_of(part) for part in parts]
    ways: list[Way] = []
    for _, label, change in WAYS:
        scores = [scores_of(part, change(part.judgement.recipe)) for part in parts]
        ways.append((label, ranks_of(keys_of(weights, contenders, scores))))
    ways.append((EQUAL, ranks_of(keys_of([1] * len(parts), contenders, own))))
    ranks = ranks_of(keys_of(weights, contenders, own))
    return compared(ranks, ways, dict(_without_each(parts, contenders, own)), line)


def _without_each(
    parts: Sequence[Part], contenders: Sequence[Contender], own: Sequence[Scores]
) -> Iterator[tuple[str, Ranks]]:
    """Of whoever nobody else judged in that round, this round keeps what it says."""
    weights = [part.weight for part in parts]
    ties, keys = ties_of(weights), keys_of(weights, contenders, own)
    for n, part in enumerate(parts):
        judgement = part.judgement
        of = {one.entries[n]: one for one in contenders if one.entries[n]}
        panels = by_entry(corrected(judgement.judged, judgement.recipe, judgement.full))
        for name in judgement.reviewers:
            changed = dict(keys)
            for entry, panel in panels.items():
                left = [row.total for row in panel if row.sheet.reviewer != name]
                if left and len(left) < len(panel):
                    scores = [*own]
                    scores[n] = {entry: exact_of(left, judgement.recipe)}
                    changed[of[entry].project] = key_of(weights, of[entry], scores, ties)
            yield f"{part.name}{name}", ranks_of(changed)
