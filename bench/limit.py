"""The least that a signed-in page can cost here: the product's middleware and one statement."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import get_template
from django.views.decorators.http import require_GET, require_POST

from brands.models import Project
from foundation import clock

ROWS = 50


@require_GET
def bare_read(request: HttpRequest) -> HttpResponse:
    """Session, user, then one query of fifty rows through a minimal template: no page frame."""
    assert request.user.is_authenticated  # Loads the user, as every page does.
    return HttpResponse(get_template("bench/bare.html").render({"rows": _rows()}))


@require_GET
def framed_read(request: HttpRequest) -> HttpResponse:
    """The same rows inside the page frame: its menu, its bell, and the rights that they need."""
    return render(request, "bench/framed.html", {"rows": _rows()})


def _rows() -> Any:
    return Project.objects.order_by("pk").values("pk", "title", "number", "score", "rank")[:ROWS]


@require_POST
def bare_write(request: HttpRequest) -> HttpResponse:
    """Session, user, one UPDATE, commit."""
    assert request.user.is_authenticated
    Project.objects.filter(pk=request.POST["pk"]).update(updated_at=clock.now())
    return redirect("bench-read")
