"""How many a batch may propose: set before the scores are in."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from brands.forms.allotment import AllotmentForm
from brands.models import Batch
from brands.permissions_after import may_allot
from brands.services import proposing
from foundation.verdict import Conflict


@require_http_methods(["GET", "POST"])
def allotments(request: HttpRequest, pk: int) -> HttpResponse:
    batch = get_object_or_404(Batch.objects.visible_to(request.user), pk=pk)
    verdict = may_allot(request.user, batch)
    verdict.require()
    form = AllotmentForm(request.POST or None, batch=batch)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            proposing.allot(batch, form.places, by=request.user, via=verdict.via)
        except Conflict as conflict:
            form.add_error(None, str(conflict))
            status = 409
        else:
            messages.success(request, "拟定名额已保存。")
            return redirect("brands:decision", batch.pk)
    context = {"batch": batch, "form": form}
    return render(request, "brands/allotments.html", context, status=status)
