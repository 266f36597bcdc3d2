"""A file on a page of its own: its pictures, its facts, its mark. Permissions as for the download."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from brands.filing import shown
from brands.models import Attachment
from brands.permissions import may_mark_minors
from brands.services import attachments
from brands.views.attachments import answer_of, home_of
from foundation import uploads
from foundation.audit.services import record
from foundation.verdict import Conflict


def _visible(request: HttpRequest, pk: int) -> Attachment:
    visible = Attachment.objects.visible_to(request.user)
    related = ("by", "project__organisation", "project__batch")
    return get_object_or_404(visible.select_related(*related), pk=pk)


@require_GET
def attachment_view(request: HttpRequest, pk: int) -> HttpResponse:
    attachment = _visible(request, pk)
    own = reverse("brands:attachment-view", args=[pk])
    facts = shown(
        attachment,
        request.GET.get("page", ""),
        url=reverse("brands:attachment", args=[pk]),
        own_url=own,
        picture_url=lambda page: reverse("brands:attachment-page", args=[pk, page]),
    )
    record("preview", by=request.user, obj=attachment, project=attachment.project_id)
    context = {
        "attachment": attachment,
        "shown": facts,
        "back_url": home_of(attachment.project, attachment.field, request.user),
        "may_mark": uploads.can_preview(attachment.content_type)
        and bool(may_mark_minors(request.user, attachment.project, attachment.field)),
    }
    return render(request, "brands/attachment.html", context)


@require_GET
def attachment_page(request: HttpRequest, pk: int, page: int) -> HttpResponse:
    attachment = _visible(request, pk)
    return uploads.page_response(attachment.stored, attachment.content_type, page)


@require_POST
def attachment_mark(request: HttpRequest, pk: int) -> HttpResponse:
    attachment = _visible(request, pk)
    answer = answer_of(request)
    may_mark_minors(request.user, attachment.project, attachment.field).require()
    if answer is None:
        raise Conflict("页面不完整，没有保存。请刷新后再试。")
    attachments.mark_minors(attachment, answer, by=request.user)
    words = "已标记为含未成年人影像。" if answer else "已改为没有未成年人影像。"
    messages.success(request, words)
    return redirect("brands:attachment-view", pk)
