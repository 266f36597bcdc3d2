"""The files under which a batch is held: put up, read, taken away."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from brands.models import Batch, SourceFile
from brands.services import sources
from brands.views.receiving import add_one
from foundation import uploads
from foundation.audit.services import record


@require_POST
def source_add(request: HttpRequest, pk: int) -> HttpResponse:
    batch = get_object_or_404(Batch.objects.visible_to(request.user), pk=pk)
    sources.may_add(request.user, batch).require()
    add_one(request, partial(sources.add, batch, by=request.user), what="文件")
    return redirect(f"{reverse('brands:batch', args=[batch.pk])}#sources")


@require_GET
def source_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    file = get_object_or_404(SourceFile.objects.visible_to(request.user), pk=pk)
    response = uploads.serve(file.stored, filename=file.name, content_type=file.content_type)
    record("download", by=request.user, obj=file, batch=file.batch_id)
    return response


@require_POST
def source_remove(request: HttpRequest, pk: int) -> HttpResponse:
    file = get_object_or_404(SourceFile.objects.visible_to(request.user), pk=pk)
    sources.remove(file, by=request.user)
    messages.success(request, f"已删除：{file.name}")
    return redirect(f"{reverse('brands:batch', args=[file.batch_id])}#sources")
