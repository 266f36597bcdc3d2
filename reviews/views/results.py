"""The frozen result: its recipe and hash, its export, whether it would change, who gave what."""

from typing import Any

from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from brands.models import Batch
from foundation.accounts.models import User
from foundation.audit.services import record
from reviews.models import Round, RoundKind
from reviews.permissions import can_see_names, can_see_scores
from reviews.results import keeping, pictures, voting
from reviews.results.agreement import agreement
from reviews.results.content import fingerprint
from reviews.results.correction import groups_of
from reviews.results.keeping import Standing
from reviews.results.severity import severities
from reviews.results.stability import Stability, stability
from reviews.views.rounds import visible_round

ROWS_A_PAGE = 50
CHUNK = 64 * 1024


def _seen(request: HttpRequest, pk: int) -> Round:
    round = visible_round(request, pk)
    can_see_scores(request.user, round).require()
    return round


def _page(request: HttpRequest, rows: list[Any]) -> Any:
    return Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))


def _titles(found: Standing) -> dict[int, Any]:
    return {one.entry: one for one in found.judgement.candidates}


@require_GET
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """With `?check=1` everything is computed again and compared."""
    round = _seen(request, pk)
    found = keeping.standing(round)
    titles = _titles(found)
    rows = [(line, titles[line.entry]) for line in found.lines]
    checks = keeping.verify(found.result) if found.result and "check" in request.GET else []
    context = {
        "round": round,
        "result": found.result,
        "words": found.judgement.words,
        "corrects": found.judgement.recipe.corrects,
        "sheet_count": len(found.judgement.sheets),
        "reviewer_count": len(found.judgement.reviewers),
        "page": _page(request, rows),
        "checks": checks,
        "silent": keeping.SILENT if round.is_frozen and found.result is None else "",
        **_ties(request, found),
    }
    return render(request, "reviews/result.html", context)


def _ties(request: HttpRequest, found: Standing) -> dict[str, Any]:
    if found.result is None or found.result.round.kind != RoundKind.SELECTION:
        return {"ties": [], "votes": [], "may_vote": False}
    return {
        "ties": list(voting.ties_of(found.result).items()),
        "votes": found.result.votes.select_related("by"),
        "may_vote": voting.can_vote(request.user, found.result),
    }


@require_GET
def result_export(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """All that is needed to recompute, byte by byte what was hashed."""
    round = _seen(request, pk)
    text = keeping.exported(round)
    record(
        "export",
        by=request.user,
        via=can_see_scores(request.user, round).via,
        obj=round,
        what="评审结果数据",
        sha256=fingerprint(text),
    )
    return handed_out(text, f"{round}结果.json")


def handed_out(text: str, name: str) -> StreamingHttpResponse:
    """Byte by byte what was hashed, in pieces."""
    content = text.encode()
    parts = (content[start : start + CHUNK] for start in range(0, len(content), CHUNK))
    response = StreamingHttpResponse(parts, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    response["Content-Length"] = str(len(content))
    response["Cache-Control"] = "private, no-store"
    return response


def asked_line(request: HttpRequest, batch: Batch) -> int:
    """How many are chosen: as asked, else what the batch allots in all, else not known."""
    asked = request.GET.get("line", "")
    if asked.isdecimal() and len(asked) < 6:
        return int(asked)
    total = batch.allotments.filter(area=None, kind="").first()
    return total.places if total else 0


def _stability(found: Standing, line: int) -> Stability:
    """A frozen result is looked at once for each line."""
    if found.result is None:
        return stability(found.judgement, line)
    key = f"result-stability-{found.result.sha256}-{line}"
    kept: Stability | None = cache.get(key)
    if kept is None:
        kept = stability(found.judgement, line)
        cache.set(key, kept, timeout=3600)
    return kept


@require_GET
def result_stability(request: HttpRequest, pk: int) -> HttpResponse:
    round = _seen(request, pk)
    found = keeping.standing(round)
    looked = _stability(found, asked_line(request, round.batch))
    titles = _titles(found)
    is_all = "all" in request.GET
    places = looked.places if is_all else looked.unstable
    context = {
        "round": round,
        "looked": looked,
        "is_all": is_all,
        "page": _page(
            request,
            [
                (place, titles[place.entry], reverse("reviews:entry", args=[place.entry]))
                for place in places
            ],
        ),
        "groups": groups_of(found.judgement.judged),
    }
    return render(request, "reviews/result_stability.html", context)


@require_GET
def result_scores(request: HttpRequest, pk: int) -> HttpResponse:
    """The matrix of scores, how strict each reviewer is, and how far they agree."""
    round = _seen(request, pk)
    found = keeping.standing(round)
    rows = found.judgement.judged
    titles = _titles(found)
    page = _page(request, [line for line in found.lines if line.rank])
    drawn = pictures.matrix(rows, [line.entry for line in page])
    context = {
        "round": round,
        "page": page,
        "matrix": drawn,
        "lines": [
            (line, titles[line.entry], row) for line, row in zip(page, drawn.rows, strict=True)
        ],
        "bars": pictures.severity_bars(severities(rows)),
        "agreement": agreement(rows),
        "groups": groups_of(rows),
        "names": _names(request, round, found),
    }
    return render(request, "reviews/result_scores.html", context)


def _names(request: HttpRequest, round: Round, found: Standing) -> list[tuple[str, str]]:
    """Whose pseudonym is whose, for those who may know."""
    if not can_see_names(request.user, round):
        return []
    people = dict(User.objects.filter(pk__in=found.names.values()).values_list("pk", "name"))
    return [(called, people[key]) for called, key in found.names.items()]
