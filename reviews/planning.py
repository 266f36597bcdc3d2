"""The problem of a round as it stands in the database, for the solver and for every check."""

from dataclasses import asdict, fields
from typing import Any

from reviews.assigning import Expert, Item, Problem, Rules
from reviews.barring import barred_pairs, rows_of
from reviews.invited import pool_of
from reviews.models import Assignment, Reviewer, ReviewerKind, Round
from schools.models import SchoolKind

NO_SCHOOL = "其他单位"
NO_KIND = "未登记"


def rules_of(stored: dict[str, Any], round: Round) -> Rules:
    """What was stored with a plan; the number for each entry is the round's own."""
    known = {field.name for field in fields(Rules)}
    facts = {name: value for name, value in stored.items() if name in known}
    facts["required"] = tuple((str(kind), count) for kind, count in facts.get("required", ()))
    facts["apart"] = tuple((first, second) for first, second in facts.get("apart", ()))
    return Rules(**{**facts, "per_entry": round.per_entry})


def stored(rules: Rules) -> dict[str, Any]:
    return asdict(rules)


def problem_of(round: Round, rules: Rules, seed: int) -> Problem:
    """Eight statements, however many entries."""
    rows, pool = rows_of(round), pool_of(round)
    profiles = {
        one.user_id: one for one in Reviewer.objects.filter(user__in=pool).select_related("area")
    }
    return Problem(
        items=tuple(Item(row.entry, f"《{row.title}》", _group(row.kind)) for row in rows),
        experts=tuple(_expert(pk, pool[pk][0].user.name, profiles.get(pk)) for pk in sorted(pool)),
        rules=rules,
        barred=barred_pairs(round, rows, pool, profiles.values()),
        kept=kept_of(round),
        seed=seed,
    )


def _group(kind: str | None) -> str:
    return str(SchoolKind(kind).label) if kind else NO_SCHOOL


def _expert(pk: int, name: str, profile: Reviewer | None) -> Expert:
    if profile is None:
        return Expert(pk, name, NO_KIND)
    return Expert(
        pk,
        name,
        kind=str(ReviewerKind(profile.kind).label),
        area=profile.area.name if profile.area else "",
        fields=frozenset(_group(kind) for kind in profile.fields),
        most=profile.most,
    )


def kept_of(round: Round, entries: list[int] | None = None) -> dict[int, tuple[int, ...]]:
    """Everybody who has an entry keeps it: finished reviews and begun ones are never touched."""
    found: dict[int, list[int]] = {}
    live = Assignment.objects.filter(entry__round=round).live().order_by("entry", "reviewer")
    if entries is not None:
        live = live.filter(entry__in=entries)
    for entry, reviewer in live.values_list("entry", "reviewer"):
        found.setdefault(entry, []).append(reviewer)
    return {entry: tuple(panel) for entry, panel in found.items()}
