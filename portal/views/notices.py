"""Publicity notices and the objections of the public."""

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from brands.forms.after import ObjectionForm
from brands.models import Objection, Project, ProjectStatus, Publicity, PublicityStatus
from brands.services import objecting, publishing
from foundation.verdict import Conflict

SALT = "portal.objection"
# An upheld objection takes its project off; the others may still be objected to.
OPEN_TO_OBJECTION = (ProjectStatus.PUBLICITY, ProjectStatus.ON_HOLD)


@login_not_required
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    rows = Publicity.objects.public().select_related("batch")
    page = Paginator(rows, 20).get_page(request.GET.get("page"))
    return render(request, "portal/notices.html", {"page": page})


@login_not_required
@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    publicity = Publicity.objects.public().filter(pk=pk).first()
    if publicity is None:
        return _ended(request, pk)
    context = {"publicity": publicity, "is_intact": publishing.is_intact(publicity)}
    return render(request, "portal/notice.html", context)


@login_not_required
@require_safe
def snapshot(request: HttpRequest, pk: int) -> HttpResponse:
    """The bytes that the digest covers, while the notice is out."""
    publicity = Publicity.objects.public().filter(pk=pk).first()
    if publicity is None:
        return _ended(request, pk)
    response = HttpResponse(publishing.canonical(publicity.snapshot), "application/json")
    response["Content-Disposition"] = f'attachment; filename="publicity-{pk}.json"'
    return response


def _ended(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdrawn: the address says so and nothing of what stood there."""
    publicity = get_object_or_404(Publicity.objects.exclude(status=PublicityStatus.DRAFT), pk=pk)
    context = {
        "sha256": publicity.sha256,
        "is_taken_down": publicity.status == PublicityStatus.TAKEN_DOWN,
    }
    return render(request, "portal/notice_ended.html", context, status=404)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def objection(request: HttpRequest, pk: int) -> HttpResponse:
    publicity = Publicity.objects.public().filter(pk=pk).first()
    if publicity is None:
        return _ended(request, pk)
    form = ObjectionForm(
        request.POST or None,
        request.FILES or None,
        instance=Objection(publicity=publicity),
        projects=_projects(publicity),
        initial={"project": request.GET.get("project", "")},
    )
    status = 200
    if form.is_valid():
        try:
            received = objecting.receive(form.save(commit=False), form.cleaned_data["evidence"])
        except Conflict as conflict:
            form.add_error(None, str(conflict))
            status = 429
        else:
            return redirect("portal:objection-received", signing.dumps(received.pk, salt=SALT))
    context = {"form": form, "publicity": publicity}
    return render(request, "portal/objection.html", context, status=status)


def _projects(publicity: Publicity) -> "QuerySet[Project]":
    return (
        Project.objects.filter(publicity_entries__publicity=publicity, status__in=OPEN_TO_OBJECTION)
        .select_related("organisation__school")
        .order_by("pk")
    )


@login_not_required
@require_safe
def objection_received(request: HttpRequest, token: str) -> HttpResponse:
    """The receipt: only who holds the signed address sees it, and it shows nothing personal."""
    try:
        pk = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        raise Http404 from None
    found = get_object_or_404(Objection.objects.select_related("publicity", "project"), pk=pk)
    context = {"objection": found, "number": objecting.number_of(found)}
    return render(request, "portal/objection_received.html", context)
