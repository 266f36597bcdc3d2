"""公布审定结果: read what goes out, then all of it at once."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from brands import permissions_after as may
from brands.forms.after import ReleaseForm, SeenProjectsField
from brands.models import Batch, Project, ProjectStatus
from brands.permissions import status_as_seen
from brands.services import releasing
from brands.views.choosing import Choice
from foundation.verdict import Conflict


@require_http_methods(["GET", "POST"])
def decision_release(request: HttpRequest, pk: int) -> HttpResponse:
    batch = get_object_or_404(Batch.objects.visible_to(request.user), pk=pk)
    may.may_release(request.user, batch).require()
    releasing.is_due(batch).require()
    back = reverse("brands:decision", args=[batch.pk])
    form = ReleaseForm(request.POST or None, projects=Project.objects.filter(batch=batch))
    status = 200
    if form.is_valid():
        seen = form.cleaned_data["project"]
        number = form.cleaned_data["minutes_number"]
        try:
            count = releasing.release(
                batch, list(seen), by=request.user, minutes_number=number, seen=seen
            )
        except Conflict as conflict:
            messages.error(request, str(conflict))
            status = 409
        else:
            messages.success(request, f"已公布 {count} 项审定结果，各申报单位会收到通知。")
            return redirect(back)
    pending = list(releasing.pending(batch).select_related("organisation__school"))
    if not form.is_bound or status == 409:  # What is shown now is what the next press confirms.
        form = _fresh(batch, pending)
    context = {
        "batch": batch,
        "choice": _choice(batch),
        "form": form,
        "back": back,
        "chosen": pending,
    }
    return render(request, "brands/decision_confirm.html", context, status=status)


def _fresh(batch: Batch, pending: list[Project]) -> ReleaseForm:
    minutes = [project.minutes_number for project in pending if project.minutes_number]
    return ReleaseForm(
        projects=Project.objects.filter(batch=batch),
        initial={
            "project": SeenProjectsField.shown(pending),
            "minutes_number": minutes[-1] if minutes else "",
        },
    )


def _choice(batch: Batch) -> Choice:
    consequences = [
        "以下结果一起公布：学校和区（市）从此看到，各申报单位和区（市）教育工委收到一次通知，写明会议纪要号。",
        "审定和不予入选的理由不公布。",
        "公布之后不能收回。",
    ]
    if batch.has_milestones and not batch.is_brand:
        consequences.insert(1, "立项的单位随即安排节点任务。")
    waiting = batch.projects.filter(status__in=(ProjectStatus.SCORED, ProjectStatus.PROPOSED))
    if count := waiting.count():
        seen = status_as_seen(
            ProjectStatus.SCORED, sees=False, outcome_is_out=False, has_review=batch.has_review
        )
        consequences.append(f"还有 {count} 项没有审定，不在其中，学校仍看到“{seen.label}”。")
    return Choice(
        "公布审定结果", "确认公布", "已公布", consequences, ReleaseForm, releasing.release
    )
