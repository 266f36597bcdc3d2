"""The proposal list as the rules make it from the frozen ranking, and what departs from it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max

from brands.models import Allotment, Batch, Project, ProjectStatus
from brands.services.choosing import NO_LIMIT, Candidate, Choice, Quotas, choose
from foundation.audit.services import record
from foundation.verdict import Conflict

Taken = dict[int, list[Project]]  # rule → whom it covers among the chosen


@dataclass
class Proposal:
    """Keys of projects: `listed` by score and allotment, `tied` for the meeting to choose among,
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
    """The highest total score that the allotment allows, and why each better one is left out.

    Where several choices are equally good, what they differ in is not listed: the meeting chooses.
    """
    rules = list(batch.allotments.select_related("area"))
    found = Proposal(has_rules=bool(rules))
    if not rules:
        return found
    projects = Project.objects.filter(batch=batch, rank__isnull=False)
    projects = projects.select_related("organisation__school").defer("content", "edits")
    rows = list(projects.order_by("rank", "pk"))
    choice = choose(_candidates(rows), _quotas(rules))
    found.listed = set(choice.certain)
    taken = {
        rule.pk: [row for row in rows if row.pk in choice.chosen and _covers(rule, row)]
        for rule in rules
    }
    for row in rows:
        if row.pk in choice.open:
            found.tied[row.pk] = _tied(row, rows, choice)
        elif row.pk not in choice.certain:
            full = [rule for rule in rules if _covers(rule, row) and _is_full(rule, taken)]
            found.passed[row.pk] = _passed(row, full, taken, choice)
    total = next((rule for rule in rules if rule.is_total), None)
    if total is not None and _is_full(total, taken):
        inside = [row.pk for row in rows if row.pk in found.listed or row.pk in found.tied]
        found.cut = inside[-1] if inside else None
    return found


def _kind_of(project: Project) -> str:
    school = project.organisation.school
    return school.kind if school else ""


def _covers(rule: Allotment, project: Project) -> bool:
    return rule.covers(project.area_id, _kind_of(project))


def _candidates(rows: list[Project]) -> list[Candidate]:
    """Those of one rank have one score."""
    scores: dict[int, Decimal] = {}
    return [
        Candidate(
            key=row.pk,
            area=row.area_id,
            kind=_kind_of(row),
            score=int(100 * scores.setdefault(row.rank or 0, row.score or Decimal())),
            rank=row.rank or 0,
        )
        for row in rows
    ]


def _quotas(rules: list[Allotment]) -> Quotas:
    total = [rule.places for rule in rules if rule.is_total]
    return Quotas(
        total=total[0] if total else NO_LIMIT,
        areas={rule.area_id: rule.places for rule in rules if rule.area_id is not None},
        kinds={rule.kind: rule.places for rule in rules if rule.kind},
    )


def _tied(row: Project, rows: list[Project], choice: Choice) -> str:
    equal = [one.pk for one in rows if one.rank == row.rank and one.pk in choice.open]
    left = len(choice.chosen.intersection(equal))
    if len(equal) == 1:
        return "有几种选法合计得分相同，由会议研究确定"
    return f"并列第 {row.rank} 名 {len(equal)} 项，名额只剩 {left} 个，由会议研究确定"


def _is_full(rule: Allotment, taken: Taken) -> bool:
    return len(taken[rule.pk]) >= rule.places


def _passed(row: Project, full: list[Allotment], taken: Taken, choice: Choice) -> str:
    """By a rule that better ones fill; where none does, with what it would cost to take it in."""

    def behind(rule: Allotment) -> bool:
        return any((one.rank or 0) > (row.rank or 0) for one in taken[rule.pk])

    narrow_first = sorted(full, key=lambda rule: (rule.is_total, rule.area_id is None))
    filled = [rule for rule in narrow_first if not behind(rule)]
    named = filled[-1:] or narrow_first  # The widest rule says most.
    words = "、".join(f"{rule.whom}名额已满（{rule.places} 项）" for rule in named)
    if not filled and row.pk in choice.losses:
        loss = Decimal(choice.losses[row.pk]) / 100
        words += f"，选入它则全部名额的合计得分减少 {loss} 分"
    return words


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
