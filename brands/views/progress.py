"""One milestone with its notes; the files that came with them."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from brands.forms.tracking import ProgressNoteForm
from brands.models import Milestone, ProgressFile
from brands.permissions_after import may_note, may_report
from brands.presenting import progress_notes
from brands.services import noting
from foundation import uploads
from foundation.audit.services import record
from foundation.verdict import Conflict
from foundation.workdays.deadlines import days_left_of


@require_http_methods(["GET", "POST"])
def milestone(request: HttpRequest, pk: int) -> HttpResponse:
    """The notes, and for the school the form for one more."""
    rows = Milestone.objects.visible_to(request.user).select_related(
        "project__organisation__school", "project__batch"
    )
    found: Any = get_object_or_404(rows, pk=pk)
    verdict = may_note(request.user, found.project)
    status = 200
    form = ProgressNoteForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        verdict.require()
        if form.is_valid():
            data = form.cleaned_data
            try:
                noting.add_note(
                    found, day=data["day"], text=data["text"], files=data["file"], by=request.user
                )
            except Conflict as conflict:
                form.add_error(None, str(conflict))
                status = 409
            else:
                messages.success(request, "推进记录已保存。")
                return redirect("brands:milestone", found.pk)
    found.days_left = None if found.done_on else days_left_of([found.due_on])[found.due_on]
    context = {
        "milestone": found,
        "project": found.project,
        "notes": progress_notes(found.notes.all()),
        "earlier": list(found.reports.select_related("by"))[:-1],
        "form": form if verdict else None,
        "refusal": verdict.reason if verdict.conflict else "",
        "may_report": bool(may_report(request.user, found.project)),
    }
    return render(request, "brands/milestone.html", context, status=status)


@require_GET
def progress_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    file = get_object_or_404(ProgressFile.objects.visible_to(request.user), pk=pk)
    response = uploads.serve(file.stored, filename=file.name, content_type=file.content_type)
    record("download", by=request.user, obj=file, project=file.project_id)
    return response
