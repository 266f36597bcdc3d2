"""The rounds of a batch made into one result, once the last that counts is frozen."""

from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

from brands.models import Batch, Project, ProjectStatus
from foundation.audit.models import AuditEvent
from foundation.verdict import Conflict
from foundation.workflow.engine import perform_all
from reviews import opening, weighing
from reviews.models import Combined, CombinedLine, Entry, Result, Round, RoundKind, RoundStatus
from reviews.results import combining as pure
from reviews.results.combining import Contender, Part, Place
from reviews.results.content import fingerprint
from reviews.results.keeping import Check
from reviews.results.ranking import Line

TIE_RULE = "按各轮合成的综合得分从高到低排列，没有入围的排在入围项目之后；得分相同的，依次比较权重大的一轮得分；仍相同的名次并列，按受理先后列出。"


def is_part(round: Round) -> bool:
    """Does its result not decide alone? One of several, or one that does not count at all."""
    if round.kind == RoundKind.CLOSING:
        return False
    if not round.weight:
        return True
    return Round.objects.counting(round.batch_id).exclude(pk=round.pk).exists()


def is_last(round: Round) -> bool:
    """Are all others that count frozen? The row of the batch is held."""
    others = Round.objects.counting(round.batch_id).exclude(pk=round.pk)
    return bool(round.weight) and not others.exclude(status=RoundStatus.FROZEN).exists()


def what_is_missing(round: Round) -> list[str]:
    """Who is judged in another round and was never entered here, by name."""
    if round.kind == RoundKind.CLOSING or not round.weight or round.takes:
        return []
    if all(one.pk == round.pk for one in weighing.rounds_of(round.batch_id)):
        return []
    waiting = opening.waiting_projects(round).filter(status=ProjectStatus.IN_REVIEW)
    titles = [f"《{title}》" for title in waiting.order_by("pk").values_list("title", flat=True)]
    return [f"没有列入本轮：{'、'.join(titles)}。请先补录。"] if titles else []


def _parts(batch_id: int) -> tuple[list[Round], list[Part]]:
    rounds = list(Round.objects.counting(batch_id).select_related("result", "batch"))
    parts = [
        Part.of(
            round.result.content,
            round.result.sha256,
            name=str(round.get_mode_display()),
            mode=round.mode,
            weight=round.weight,
            takes=round.takes,
        )
        for round in rounds
    ]
    return rounds, parts


def _contenders(rounds: list[Round]) -> list[Contender]:
    keys: list[dict[int, int]] = [
        dict(Entry.objects.filter(round=round).order_by().values_list("project", "pk"))
        for round in rounds
    ]
    unit = Coalesce("organisation__school__name", "organisation__name")
    projects: Any = Project.objects.filter(pk__in=set().union(*keys)).order_by("pk")
    return [
        Contender(pk, title, name, area or "", tuple(of.get(pk) for of in keys))
        for pk, title, name, area in projects.values_list("pk", "title", unit, "area__name")
    ]


def combine(round: Round, *, at: datetime, by: Any) -> None:
    """Inside the lock of the last round: rank, write down, hand over to the projects."""
    rounds, parts = _parts(round.batch_id)
    contenders = _contenders(rounds)
    if faults := pure.missing(parts, contenders):
        raise Conflict("还不能合成总成绩。" + "".join(faults))
    places = pure.combine(parts, contenders)
    heading = {"title": str(round.batch), "combined_at": at.isoformat()}
    content = pure.content_of(parts, contenders, places, heading)
    made = Combined.objects.create(
        batch_id=round.batch_id, content=content, sha256=fingerprint(content), at=at
    )
    CombinedLine.objects.bulk_create((_line(made, place) for place in places), batch_size=2000)
    _hand_over(made, by=by)


def _line(combined: Combined, place: Place) -> CombinedLine:
    return CombinedLine(
        combined=combined,
        project_id=place.project,
        rank=place.rank,
        score=place.score,
        raw=place.raw,
        rounds=[_figures(line) for line in place.rounds],
    )


def _figures(line: Line | None) -> dict[str, Any] | None:
    if line is None:
        return None
    return {"score": str(line.score), "raw": str(line.raw), "rank": line.rank}


def _hand_over(combined: Combined, *, by: Any) -> None:
    of = {line.project_id: line for line in combined.lines.all()}
    own = CombinedLine.objects.filter(combined=combined, project=OuterRef("pk")).order_by()
    projects = Project.objects.filter(pk__in=of).defer("content", "edits")
    perform_all(
        projects.select_related("batch", "organisation"),
        "finish_review",
        by=by,
        extra=lambda project: {"score": of[project.pk].score, "rank": of[project.pk].rank},
        written={"score": Subquery(own.values("score")), "rank": Subquery(own.values("rank"))},
    )


def verify(combined: Combined) -> list[Check]:
    """The text against its hash, the audit chain, its own recipe, and the results of the rounds."""
    chained = AuditEvent.objects.filter(
        action="round.freeze", detail__contains=combined.sha256
    ).exists()
    found = pure.parsed(combined.content)
    again = [
        (one.project, one.rank, _text(one.score), _text(one.raw))
        for one in pure.combine(found.parts, found.contenders)
    ]
    kept = dict(
        Result.objects.filter(round__in=Round.objects.counting(combined.batch_id).order_by())
        .order_by()
        .values_list("round__mode", "sha256")
    )
    inside = {part.mode: part.sha256 for part in found.parts}
    whole = all(fingerprint(part.content) == part.sha256 for part in found.parts)
    handed = dict(combined.lines.values_list("project", "score"))
    stated = {project: score for project, _, score, _ in found.stated}
    return [
        Check("留存的内容与校验值一致", fingerprint(combined.content) == combined.sha256),
        Check("校验值与锁定时的审计记录一致", chained),
        Check("按留存的各轮评分和权重重新计算，名次和得分一致", again == found.stated),
        Check("其中各轮结果与各轮锁定时的结果一致", whole and inside == kept),
        Check(
            "移交项目的综合得分一致", {key: _text(value) for key, value in handed.items()} == stated
        ),
    ]


def _text(score: Any) -> str | None:
    return None if score is None else str(score)


def of_batch(batch: Batch) -> Combined | None:
    return Combined.objects.filter(batch=batch).defer("content").first()
