"""The choice under quotas against every possible choice, and what it says about ties."""

import random
from itertools import combinations

import pytest

from brands.services.choosing import Candidate, Quotas, choose


def allowed(ones, quotas):
    def count(values, limits):
        return all(values.count(value) <= limit for value, limit in limits.items())

    areas, kinds = [one.area for one in ones], [one.kind for one in ones]
    return len(ones) <= quotas.total and count(areas, quotas.areas) and count(kinds, quotas.kinds)


def best_of_all(candidates, quotas):
    """Every allowed choice with the highest total score and, of those, the best ranks."""
    found, best = [], None
    for size in range(len(candidates) + 1):
        for ones in combinations(candidates, size):
            if allowed(ones, quotas):
                top = max(one.rank for one in candidates) + 1
                worth = (sum(one.score for one in ones), sum(top - one.rank for one in ones))
                if best is None or worth >= best:
                    found = [*(found if worth == best else []), {one.key for one in ones}]
                    best = worth
    return found


@pytest.mark.parametrize("seed", range(40))
def test_it_is_the_best_of_all_choices_and_names_every_tie(seed):
    rng = random.Random(seed)
    scores = sorted((rng.choice([7000, 8000, 8050, 9000, 9100]) for _ in range(8)), reverse=True)
    candidates = [
        Candidate(n, rng.choice([1, 2, 3]), rng.choice("xy"), score, 1 + scores.index(score))
        for n, score in enumerate(scores)
    ]
    quotas = Quotas(
        total=rng.randint(1, 6),
        areas={1: rng.randint(0, 3), 2: rng.randint(1, 3)},
        kinds={"x": rng.randint(0, 4)},
    )
    every = best_of_all(candidates, quotas)
    found = choose(candidates, quotas)
    assert set(found.chosen) in every
    assert found.certain == set.intersection(*every)
    assert found.certain | found.open == set.union(*every)


def test_two_good_ones_beat_the_best_one_that_takes_both_their_places():
    # The first of area 1 is a primary school: it would fill the area and the kind.
    first, second, third = (
        Candidate(1, 1, "primary", 9500, 1),
        Candidate(2, 1, "middle", 9400, 2),
        Candidate(3, 2, "primary", 9300, 3),
    )
    found = choose([first, second, third], Quotas(areas={1: 1}, kinds={"primary": 1}))
    assert (found.chosen, found.open, dict(found.losses)) == ({2, 3}, frozenset(), {1: 9200})


def test_without_places_nobody_is_chosen():
    found = choose([Candidate(1, 1, "x", 9000, 1)], Quotas(total=0))
    assert (found.chosen, found.open, dict(found.losses)) == (frozenset(), frozenset(), {})
    assert choose([], Quotas(total=3)).chosen == frozenset()
