"""Draft a notice, look at what it would publish, let another person confirm it."""

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brands import permissions_after as may
from brands.forms.after import PublicityForm
from brands.models import Batch, Publicity, PublicityStatus
from brands.services import publishing
from brands.services.notice_days import last_day
from brands.timeline import of_event
from brands.tones import tone_of
from foundation import clock
from foundation.verdict import Conflict
from foundation.workflow.engine import perform, workflow_of
from foundation.workflow.requests import perform_posted, version_seen


@require_http_methods(["GET", "POST"])
def publicity_new(request: HttpRequest, pk: int) -> HttpResponse:
    batch = get_object_or_404(Batch.objects.visible_to(request.user), pk=pk)
    may.may_draft_publicity(request.user).require()
    projects = publishing.approved_of(batch)
    form = PublicityForm(
        request.POST or None,
        instance=Publicity(batch=batch),
        projects=projects,
        initial=_prefilled(batch) | {"project": projects.values_list("pk", flat=True)},
    )
    if form.is_valid():
        publicity = form.save(commit=False)
        publishing.save_draft(publicity, _keys(form), by=request.user)
        messages.success(request, "公示草稿已保存，请另一位同志复核后发布。")
        return redirect("brands:publicity", publicity.pk)
    context = {"form": form, "batch": batch, "version": None}
    return render(request, "brands/publicity_form.html", context)


@require_http_methods(["GET", "POST"])
def publicity_edit(request: HttpRequest, pk: int) -> HttpResponse:
    publicity = get_object_or_404(Publicity.objects.visible_to(request.user), pk=pk)
    may.may_draft_publicity(request.user).require()
    _must_be_draft(publicity.status)
    listed = list(publicity.entries.values_list("project_id", flat=True))
    form = PublicityForm(
        request.POST or None,
        instance=publicity,
        projects=publishing.approved_of(publicity.batch),
        initial={"project": listed},
    )
    if form.is_valid():
        try:
            publishing.save_draft(
                form.save(commit=False),
                _keys(form),
                by=request.user,
                version=version_seen(request),
            )
        except Conflict as stale:
            form.add_error(None, str(stale))
        else:
            messages.success(request, "已保存。修改者即为起草人，须由另一人复核。")
            return redirect("brands:publicity", publicity.pk)
    now = Publicity.objects.get(pk=pk)
    _must_be_draft(now.status)  # Published a moment ago: its projects are no choice any more.
    context = {"form": form, "batch": now.batch, "publicity": now, "version": now.version}
    status = 409 if form.non_field_errors() else 200
    return render(request, "brands/publicity_form.html", context, status=status)


def _must_be_draft(status: str) -> None:
    if status != PublicityStatus.DRAFT:
        raise Conflict("公示已发布，内容已固定，不能修改。")


@require_GET
def publicity_detail(request: HttpRequest, pk: int) -> HttpResponse:
    publicities = Publicity.objects.visible_to(request.user)
    publicity = get_object_or_404(
        publicities.select_related("batch", "drafted_by", "confirmed_by", "take_down_asked_by"),
        pk=pk,
    )
    return render(request, "brands/publicity.html", _context(request, publicity))


@require_POST
def publicity_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    publicity = get_object_or_404(Publicity.objects.visible_to(request.user), pk=pk)
    perform(
        publicity,
        "confirm",
        by=request.user,
        version=version_seen(request),
        checked=request.POST.getlist("checked"),
    )
    messages.success(request, "公示已发布，名单和正文已固定。")
    return redirect("brands:publicity", publicity.pk)


@require_POST
def publicity_take_down(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    publicity = get_object_or_404(Publicity.objects.visible_to(request.user), pk=pk)
    perform_posted(request, publicity, name, among=TAKING_DOWN)
    messages.success(request, TAKING_DOWN[name])
    return redirect("brands:publicity", publicity.pk)


# Each step of taking a notice down, and what its person reads after it.
TAKING_DOWN = {
    "ask_take_down": "已提出撤下，请另一位同志确认。确认之前公示照常进行。",
    "keep_up": "公示继续进行。",
    "take_down": "公示已撤下，名单上的项目可以重新列入公示。",
}


def _context(request: HttpRequest, publicity: Publicity) -> dict[str, object]:
    is_draft = publicity.status == PublicityStatus.DRAFT
    table = workflow_of(publicity)
    entries: Any = publicity.entries.select_related(
        "project__batch", "project__organisation__school", "project__area"
    )
    for entry in entries:
        entry.tone = tone_of(entry.project.status)
    return {
        "publicity": publicity,
        "tone": tone_of(publicity.status),
        "is_draft": is_draft,
        "is_out": publicity.status == PublicityStatus.PUBLISHED
        and not publishing.is_over(publicity),
        "entries": entries,
        "hits": publishing.hits_of(publicity) if is_draft else [],
        "verdict": table["confirm"].decide(publicity, request.user),
        "may_edit": is_draft and may.may_draft_publicity(request.user),
        "ends_on": _would_end_on(publicity) if is_draft else None,
        "events": [of_event(event) for event in publicity.events.select_related("by")],
        "moves": [
            table[name] for name in TAKING_DOWN if table[name].decide(publicity, request.user)
        ],
    }


def _would_end_on(publicity: Publicity) -> date:
    return last_day(publicity.batch, clock.today()).date


def _prefilled(batch: Batch) -> dict[str, str]:
    """The wording offices use, and their own contact block."""
    site = settings.SITE
    return {
        "title": f"关于{batch.title}拟定名单的公示",
        "text": (
            f"根据{batch.source_document}，经{'、'.join(batch.steps)}和审定，现将{batch.title}"
            f"拟定名单予以公示，公示期{batch.publicity_length}。公示期内如有异议，请以书面形式"
            "反映：个人提出的须署真实姓名并提供联系方式，单位提出的须加盖公章。匿名反映的作为线索处理。"
        ),
        "contact_office": site["office"],
        "contact_phone": site["phone"],
        "contact_email": site["email"],
        "contact_address": site.get("address", ""),
    }


def _keys(form: PublicityForm) -> list[int]:
    return [project.pk for project in form.cleaned_data["project"]]
