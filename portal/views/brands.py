"""The landing page, the schools behind its figure, one honour, and checking one."""

from io import BytesIO
from typing import Any

import segno
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from brands.links import verification_url
from brands.models import Honour
from brands.models.honour import in_force
from brands.services.keeping import renewals_of
from brands.services.register import search, years
from foundation.charts import Chart, chart
from schools.models import School

FILTERS = ("q", "area", "level", "year")


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    areas = _areas()
    chosen = {key: request.GET.get(key, "")[:50] for key in FILTERS}
    page = Paginator(search(Honour.objects.public(), chosen), 12).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "chosen": chosen,
        "is_filtered": any(chosen.values()),
        "areas": areas,
        "levels": Honour.Level.choices,
        "years": years(),
        # Each school lies in one area, so the sum over the areas counts every school once.
        "school_count": sum(area["schools"] for area in areas),
        "chart": _chart(areas),
    }
    return render(request, "portal/home.html", context)


def _areas() -> list[dict[str, Any]]:
    """Areas with honours in force, and how many schools hold them."""
    rows: Any = Honour.objects.in_force().exclude(school=None)
    return list(
        rows.order_by("school__area__order", "school__area__code")
        .values("school__area", "school__area__name")
        .annotate(schools=Count("school", distinct=True))
    )


def _chart(areas: list[dict[str, Any]]) -> Chart:
    names = [area["school__area__name"] for area in areas]
    return chart("板块", "所", names, {"学校数": [area["schools"] for area in areas]})


@login_not_required
@require_safe
def schools(request: HttpRequest) -> HttpResponse:
    """Every school that the figure counts."""
    rows = (
        School.objects.filter(in_force("honours__"), honours__isnull=False)
        .select_related("area")
        .annotate(honour_count=Count("honours", distinct=True))
        .order_by("area__order", "code")
    )
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    return render(request, "portal/schools.html", {"page": page})


@login_not_required
@require_safe
def honour(request: HttpRequest, number: str) -> HttpResponse:
    found = get_object_or_404(Honour.objects.public(), number=number)
    context = {
        "honour": found,
        "renewals": renewals_of(found),
        "promotions": found.promotions.confirmed(),
    }
    return render(request, "portal/honour.html", context)


@login_not_required
@require_safe
def honour_qr(request: HttpRequest, number: str) -> HttpResponse:
    """A code for plaque and certificate: it opens the page that says valid, expired or revoked."""
    found = get_object_or_404(Honour.objects.public(), number=number)
    drawn = BytesIO()
    segno.make(verification_url(found), error="m").save(drawn, kind="svg", scale=6, border=4)
    return HttpResponse(drawn.getvalue(), content_type="image/svg+xml")


@login_not_required
@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    number = request.GET.get("number", "").strip()[:40]
    found = Honour.objects.public().filter(number__iexact=number).first() if number else None
    return render(request, "portal/verify.html", {"number": number, "honour": found})
