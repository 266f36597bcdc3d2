"""The ranking as a workbook that keeps the recipe, and every score behind it."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from foundation import media
from foundation.audit.services import record
from reviews import exporting, scores_csv
from reviews.permissions import can_see_scores
from reviews.views.ranking import ranked
from reviews.views.rounds import visible_round


@require_GET
def ranking_export(request: HttpRequest, pk: int) -> HttpResponse:
    round = visible_round(request, pk)
    verdict = can_see_scores(request.user, round)
    verdict.require()
    content = exporting.workbook(round, ranked(round).for_list())
    record("export", by=request.user, via=verdict.via, obj=round, what="评审名次")
    response = HttpResponse(content, content_type=media.EXCEL)
    response["Content-Disposition"] = content_disposition_header(True, f"{round}名次.xlsx") or ""
    response["Cache-Control"] = "private, no-store"
    return response


@require_GET
def scores_export(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    round = visible_round(request, pk)
    verdict = can_see_scores(request.user, round)
    verdict.require()
    record("export", by=request.user, via=verdict.via, obj=round, what="全部评分")
    response = StreamingHttpResponse(scores_csv.pieces(round), content_type="text/csv")
    response["Content-Disposition"] = content_disposition_header(True, f"{round}全部评分.csv") or ""
    response["Cache-Control"] = "private, no-store"
    return response
