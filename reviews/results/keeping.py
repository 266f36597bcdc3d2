"""The result is kept at the lock, handed out as it is, and can be verified at any time after."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from foundation.audit.models import AuditEvent
from reviews.models import Combined, Result, Round, RoundKind
from reviews.results.collecting import collect
from reviews.results.content import Judgement, content_of, fingerprint, judgement_of
from reviews.results.ranking import Line

SILENT = "这一轮在系统开始留存结果之前锁定，没有校验值；以下按现存评分重新计算。"


def _heading(round: Round, at: datetime | None) -> dict[str, Any]:
    return {
        "title": str(round),
        "rubric": str(round.rubric),
        "frozen_at": at.isoformat() if at else None,
    }


def keep(round: Round, *, at: datetime) -> list[Line]:
    """Inside the lock of the round: rank, and write down all that the ranking was made from."""
    collected = collect(round)
    lines = collected.judgement.ranking()
    content = content_of(collected.judgement, _heading(round, at), lines)
    Result.objects.create(
        round=round,
        content=content,
        sha256=fingerprint(content),
        names=collected.names,
        at=at,
    )
    return lines


@dataclass(frozen=True, slots=True)
class Standing:
    """The result of a round as pages show it: the frozen one, or what it would be by now."""

    judgement: Judgement
    lines: list[Line]
    names: dict[str, int]
    result: Result | None


def standing(round: Round) -> Standing:
    result = Result.objects.filter(round=round).first()
    if result is None:
        collected = collect(round)
        judgement = collected.judgement
        return Standing(judgement, judgement.ranking(), collected.names, None)
    judgement, lines = judgement_of(result.content)
    return Standing(judgement, lines, result.names, result)


def exported(round: Round) -> str:
    """The text to hand out: the frozen one byte by byte, else what it would be by now."""
    kept = Result.objects.filter(round=round).values_list("content", flat=True).first()
    if kept is not None:
        return kept
    judgement = collect(round).judgement
    return content_of(judgement, _heading(round, None), judgement.ranking())


def facts_of(round: Round) -> dict[str, Any]:
    """What the audit chain keeps, so that a result rewritten with its hash is noticed."""
    facts = {"sha256": Result.objects.values_list("sha256", flat=True).get(round=round)}
    combined = Combined.objects.filter(batch=round.batch_id).values_list("sha256", flat=True)
    if round.kind == RoundKind.SELECTION and (made := combined.first()):
        facts["combined"] = made
    return facts


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was verified: what it says, and whether it holds."""

    words: str
    holds: bool
    fault: str = ""


def verify(result: Result) -> list[Check]:
    """The text against its hash, the audit chain, its own recipe, and the scores in the database."""
    chained = AuditEvent.objects.filter(
        action="round.freeze", object_id=str(result.round_id), detail__contains=result.sha256
    )
    judgement, stated = judgement_of(result.content)
    now = collect(result.round, result.names).judgement
    changed = _changed(judgement, now)
    return [
        Check("留存的内容与校验值一致", fingerprint(result.content) == result.sha256),
        Check("校验值与锁定时的审计记录一致", chained.exists()),
        Check("按留存的评分和规则重新计算，名次和得分一致", judgement.ranking() == stated),
        Check("留存的评分与系统中的评分一致", not changed, "、".join(changed)),
    ]


def _changed(kept: Judgement, now: Judgement) -> list[str]:
    """Entries whose sheets are not what they were; and the rules, if those differ."""
    before, after = set(kept.sheets), set(now.sheets)
    entries = {sheet.entry for sheet in before ^ after}
    entries |= {one.entry for one in kept.candidates} ^ {one.entry for one in now.candidates}
    titles = {one.entry: f"《{one.title}》" for one in (*now.candidates, *kept.candidates)}
    rules = (kept.recipe, kept.criteria) != (now.recipe, now.criteria)
    return [*(["评分规则"] if rules else []), *(titles[entry] for entry in sorted(entries))]
