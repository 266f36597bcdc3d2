"""The reviewer's look at a file: the same two conditions as for its download."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from brands.filing import shown
from foundation import uploads
from foundation.audit.services import record
from reviews import content
from reviews.models import Assignment
from reviews.permissions import may_open
from reviews.views.judging import visible_assignment


@require_GET
def review_file_view(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    assignment, found = _file(request, pk, file)
    facts = shown(
        found,
        request.GET.get("page", ""),
        url=reverse("reviews:review-file", args=[pk, file]),
        own_url=reverse("reviews:review-file-view", args=[pk, file]),
        picture_url=lambda page: reverse("reviews:review-file-page", args=[pk, file, page]),
    )
    record("preview", by=request.user, obj=found, assignment=assignment.pk)
    back = reverse("reviews:review", args=[pk])
    context = {"entry": assignment.entry, "shown": facts, "back_url": back}
    return render(request, "reviews/file.html", context)


@require_GET
def review_file_page(request: HttpRequest, pk: int, file: int, page: int) -> HttpResponse:
    _, found = _file(request, pk, file)
    return uploads.page_response(found.stored, found.content_type, page)


def _file(request: HttpRequest, pk: int, file: int) -> tuple[Assignment, Any]:
    assignment = visible_assignment(request, pk)
    verdict = may_open(request.user, assignment)
    found = get_object_or_404(content.attachments_of(assignment.entry), pk=file)
    verdict.require()
    return assignment, found
