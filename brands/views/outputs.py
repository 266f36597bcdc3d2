"""Papers of the work committee: certificates, plaques, the announcement, the volume of a batch."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from brands.models import Batch, Publicity
from brands.outputs import certificates, compendium, notices
from brands.permissions_after import may_certify
from brands.views.downloads import file_response
from foundation import media
from foundation.audit.services import record
from foundation.jobs import services as jobs
from foundation.verdict import Conflict


@require_GET
def certificate(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """One certificate or plaque, at once."""
    visible = certificates.printable().visible_to(request.user)
    honour = get_object_or_404(visible, pk=pk)
    may_certify(request.user, honour).require()
    why = certificates.obstacle(honour)
    if why:
        raise Conflict(f"{honour}{why}，不能制发{certificates.KINDS[kind]}。")
    content = certificates.render([honour], kind)
    record("export", by=request.user, obj=honour, form=kind)
    return file_response(content, certificates.filename(kind, honour.number), media.PDF)


@require_POST
def certificates_all(request: HttpRequest) -> HttpResponse:
    """Those of the register under its filters, in the background."""
    may_certify(request.user).require()
    kind = request.POST.get("kind", "")
    if kind not in certificates.KINDS:
        raise Http404
    certificates.wanted(request.GET)  # Refuses here and now what could not be made.
    job = jobs.start(
        "brands.certificates",
        by=request.user,
        filename=certificates.filename(kind),
        kind_of=kind,
        query=request.GET.urlencode(),
    )
    return redirect("jobs:job", job.pk)


@require_GET
def papers(request: HttpRequest, pk: int) -> HttpResponse:
    """What can be printed of a batch by now, in one place."""
    batch = _batch(request, pk)
    context = {
        "batch": batch,
        "publicities": batch.publicities.order_by("pk"),
        "decided": notices.decided_count(batch),
        "named": compendium.named(batch).count(),
        "hits": compendium.hits_of(batch),
    }
    return render(request, "brands/papers.html", context)


@require_GET
def announcement(request: HttpRequest, pk: int) -> HttpResponse:
    batch = _batch(request, pk)
    content = notices.announcement(batch)
    record("export", by=request.user, obj=batch, form="announcement")
    return file_response(content, f"公布通知-{batch}.docx", media.WORD)


@require_GET
def publicity_word(request: HttpRequest, pk: int) -> HttpResponse:
    visible = Publicity.objects.visible_to(request.user)
    publicity = get_object_or_404(visible.select_related("batch__programme"), pk=pk)
    content = notices.publicity_notice(publicity)
    record("export", by=request.user, obj=publicity, form="word")
    return file_response(content, f"{publicity}.docx", media.WORD)


@require_POST
def volume(request: HttpRequest, pk: int) -> HttpResponse:
    batch = _batch(request, pk)
    form = request.POST.get("form", "")
    if form not in compendium.FORMS:
        raise Http404
    if not compendium.named(batch).exists():
        raise Conflict("本批次还没有命名的项目，不能汇编。")
    name = f"{compendium.title_of(batch)}.{compendium.FORMS[form]}"
    job = jobs.start(f"brands.volume.{form}", by=request.user, filename=name, batch=batch.pk)
    return redirect("jobs:job", job.pk)


def _batch(request: HttpRequest, pk: int) -> Batch:
    visible = Batch.objects.visible_to(request.user).select_related("programme", "form")
    batch = get_object_or_404(visible, pk=pk)
    may_certify(request.user).require()
    return batch
