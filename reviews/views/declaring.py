"""Ties declared and the pledge signed, before the first sight of an entry."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from foundation.htmx import is_our_path
from reviews import declaring
from reviews.forms import typed
from reviews.forms_pool import DeclarationForm
from reviews.models import Assignment, Pledge, Round


@require_http_methods(["GET", "POST"])
def pledge(request: HttpRequest, pk: int) -> HttpResponse:
    mine = Assignment.objects.visible_to(request.user).order_by().values("entry__round")
    round = get_object_or_404(Round.objects.filter(pk__in=mine).select_related("batch"), pk=pk)
    made = Pledge.objects.filter(reviewer=request.user.pk, round=round).first()
    assignments = list(declaring.to_declare(round, request.user))
    form = DeclarationForm(typed(request), assignments=assignments, is_blind=round.is_blind)
    after = request.GET.get("next", "")
    if not is_our_path(after):
        after = reverse("reviews:desk")
    if form.is_valid():
        if round.is_blind:
            declaring.declare_units(round, form.tied_units, by=request.user)
        else:
            declaring.declare(round, form.shown, form.ties, by=request.user)
        return redirect("reviews:desk" if form.ties or form.tied_units else after)
    context = {"round": round, "form": form, "made": made, "reason": "", "action": ""}
    return render(request, "reviews/pledge.html", context)
