"""Does a run keep its promises? Independent of how the figures were measured."""

from collections.abc import Mapping
from typing import Any, NamedTuple

LIMIT = "limit read"
GATED = ("project list", "ranking")
# Their work is one project's, however many there are: held to the queries and to no growth.
FLAT = ("project page",)
MOST_QUERIES = 8
MOST_TIMES_LIMIT = 1.5
MOST_GROWTH = 1.3


class Target(NamedTuple):
    """What a page of its own kind may take: times a limit page, queries, or milliseconds."""

    limit: str = ""
    times: float = 0
    queries: int = 0
    ms: float = 0


# Held to where they were measured.
OTHERS = {
    "review desk": Target(LIMIT, 1.5, queries=8),
    "review sheet": Target(LIMIT, 1.5),
    "save a review": Target("limit write", 2.5, queries=12),
    "scores, CSV": Target(ms=500),
    "freeze": Target(ms=1000),
}

# count of projects → scenario → {"queries", "p50", …}
Figures = Mapping[int, Mapping[str, Mapping[str, Any]]]


def is_gated(name: str) -> bool:
    return name.startswith(GATED)


def must_not_grow(name: str) -> bool:
    return name.startswith((*GATED, *FLAT))


def misses(figures: Figures) -> list[str]:
    """One sentence for each target that is missed, and for each page that could not be measured."""
    found = []
    for count in sorted(figures):
        found += [*_at(count, figures[count]), *_others(count, figures[count])]
    if len(figures) > 1:
        found += _growth(figures)
    return found


def _at(count: int, rows: Mapping[str, Mapping[str, Any]]) -> list[str]:
    found = [
        f"{count}: {name} failed: {row['faults'][0]}"
        for name, row in rows.items()
        if row.get("faults")
    ]
    for kind in (*GATED, *FLAT):
        if not any(name.startswith(kind) for name in rows):
            found.append(f"{count}: {kind} was not measured.")
    if LIMIT not in rows:
        return [*found, f"{count}: {LIMIT} was not measured."]
    limit = rows[LIMIT]["p50"]
    for name, row in rows.items():
        if must_not_grow(name) and row["queries"] > MOST_QUERIES:
            found.append(f"{count}: {name} asks {row['queries']} queries, at most {MOST_QUERIES}.")
        if not is_gated(name):
            continue
        if row["p50"] > MOST_TIMES_LIMIT * limit:
            times = row["p50"] / limit
            found.append(
                f"{count}: {name} takes {times:.2f} × the limit, at most {MOST_TIMES_LIMIT}."
            )
    return found


def _others(count: int, rows: Mapping[str, Mapping[str, Any]]) -> list[str]:
    found = []
    for name, target in OTHERS.items():
        row, limit = rows.get(name), rows.get(target.limit)
        if row is None or row.get("faults"):
            continue
        if target.queries and row["queries"] > target.queries:
            found.append(
                f"{count}: {name} asks {row['queries']} queries, at most {target.queries}."
            )
        if limit and row["p50"] > target.times * limit["p50"]:
            times = row["p50"] / limit["p50"]
            found.append(f"{count}: {name} takes {times:.2f} × the limit, at most {target.times}.")
        if target.ms and row["p50"] > target.ms:
            found.append(f"{count}: {name} takes {row['p50']:.0f} ms, at most {target.ms:.0f}.")
    return found


def _growth(figures: Figures) -> list[str]:
    small, large = min(figures), max(figures)
    found = []
    for name, row in figures[large].items():
        if must_not_grow(name) and name in figures[small]:
            queries = [figures[size][name]["queries"] for size in (small, large)]
            if name.startswith(FLAT) and len(set(queries)) > 1:
                found.append(
                    f"{name} asks {queries[1]} queries at {large}, {queries[0]} at {small}."
                )
            growth = row["p50"] / figures[small][name]["p50"]
            if growth > MOST_GROWTH:
                found.append(
                    f"{name} takes {growth:.2f} × as long at {large} as at {small}, at most {MOST_GROWTH}."
                )
    return found
