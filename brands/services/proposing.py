"""The proposal list as the rules make it from the frozen ranking, and what departs from it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.db import transaction
from django.db.models import Max

from brands.models import Allotment, Batch, Project, ProjectStatus
from foundation.audit.services import record
from foundation.verdict import Conflict


@dataclass
class Proposal:
    """Keys of projects: `listed` by rank and allotment, `tied` for the meeting to choose among,
    `passed` with the reason why not. `cut` is the last above the line, None without a total."""

    listed: set[int] = field(default_factory=set)
    tied: dict[int, str] = field(default_factory=dict)
    passed: dict[int, str] = field(default_factory=dict)
    cut: int | None = None
    has_rules: bool = False

    def words(self, key: int) -> str:
        """What the rules say of one project, for its row."""
        if key in self.listed:
            return "拟定"
        return self.tied.get(key) or self.passed.get(key, "")


def of(batch: Batch) -> Proposal:
    """Down the ranking: each takes its places, or is passed over by name of the one that is full.

    Where several share a rank and not all of them fit, none is listed: the places they compete for
    are kept, and the meeting chooses among them.
    """
    rules = list(batch.allotments.select_related("area"))
    found = Proposal(has_rules=bool(rules))
    if not rules:
        return found
    left = {rule.pk: rule.places for rule in rules}
    projects = Project.objects.filter(batch=batch, rank__isnull=False)
    projects = projects.select_related("organisation__school").defer("content", "edits")
    rows = list(projects.order_by("rank", "pk"))
    for rank, group in groupby(rows, key=lambda one: one.rank or 0):
        _take(found, list(group), rank, rules, left)
    if any(rule.area_id is None and not rule.kind and not left[rule.pk] for rule in rules):
        inside = [row.pk for row in rows if row.pk in found.listed or row.pk in found.tied]
        found.cut = inside[-1] if inside else None
    return found


def _take(
    found: Proposal, group: list[Project], rank: int, rules: list[Allotment], left: dict[int, int]
) -> None:
    fitting: list[Project] = []
    short: list[Project] = []
    alone = dict(left)
    for project in group:
        mine = _rules_of(project, rules)
        full = next((rule for rule in mine if not alone[rule.pk]), None)
        if full is not None:
            found.passed[project.pk] = f"{full.whom}名额已满（{full.places} 项）"
        elif any(not left[rule.pk] for rule in mine):
            short.append(project)
        else:
            fitting.append(project)
            for rule in mine:
                left[rule.pk] -= 1
    if not short:
        found.listed |= {project.pk for project in fitting}
        return
    text = f"并列第 {rank} 名 {len(fitting) + len(short)} 项，名额只剩 {len(fitting)} 个，由会议研究确定"
    found.tied |= {project.pk: text for project in [*fitting, *short]}


def _rules_of(project: Project, rules: list[Allotment]) -> list[Allotment]:
    school = project.organisation.school
    return [rule for rule in rules if rule.covers(project.area_id, school.kind if school else "")]


def departure(batch: Batch, chosen: Iterable[int]) -> str:
    """How this choice departs from the ranking and the allotment; empty when it does not."""
    keys = set(chosen)
    rules = of(batch)
    ranked = Project.objects.filter(batch=batch, rank__isnull=False)
    worst = ranked.filter(pk__in=keys).aggregate(worst=Max("rank"))["worst"] or 0
    for project in ranked.filter(pk__in=keys).order_by("rank", "pk"):
        if rules.has_rules and project.pk not in rules.listed:
            return f"《{project}》（第 {project.rank} 名）：{rules.words(project.pk)}"
    better = ranked.filter(status=ProjectStatus.SCORED, rank__lt=worst).exclude(pk__in=keys)
    for project in better.order_by("rank", "pk"):
        if project.pk not in rules.passed:
            return f"《{project}》（第 {project.rank} 名）名次靠前而没有选入"
    return ""


def allot(batch: Batch, places: dict[tuple[int | None, str], int], *, by: Any, via: Any) -> None:
    """Set the rules anew; (area, kind) → places. Raises Conflict once scores are in."""
    with transaction.atomic():
        current = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
        # The lock of a round moves these: it comes wholly before, and its scores are seen, or after.
        in_review = current.projects.filter(status=ProjectStatus.IN_REVIEW).order_by("pk")
        list(in_review.select_for_update(of=("self",)).values_list("pk"))
        if has_scores(current):
            raise Conflict("评审得分已经移交，拟定名额不能再改。")
        current.allotments.all().delete()
        Allotment.objects.bulk_create(
            Allotment(batch=current, area_id=area, kind=kind, places=count)
            for (area, kind), count in places.items()
        )
        words = [str(rule) for rule in current.allotments.select_related("area")]
        record("batch.allot", by=by, via=via, obj=current, rules=words)


def has_scores(batch: Batch) -> bool:
    return batch.projects.filter(score__isnull=False).exists()
