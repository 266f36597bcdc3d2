"""Batches: list, detail, set-up, opening and closing."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brands import opening, presenting
from brands.copying import copy_batch, left_out
from brands.forms.batch import BatchForm, save_windows, stage_forms
from brands.forms.quota import Places, QuotaForm, save_quotas
from brands.links import links_of
from brands.models import Batch, BatchStatus, Extension, Project, QuotaTransfer
from brands.permissions import (
    applicant_of,
    may_ask_transfer,
    may_edit_batch,
    may_manage_batches,
    may_start,
)
from brands.permissions_after import may_see_decision
from brands.services import sources
from brands.services.batches import facts
from brands.services.eligibility import already_named
from foundation import clock
from foundation.audit.differences import Facts, difference
from foundation.audit.services import record
from foundation.workflow.engine import perform, workflow_of
from foundation.workflow.requests import version_seen
from schools.models import PartyOrganisation

TONES = {BatchStatus.DRAFT: "plain", BatchStatus.OPEN: "good", BatchStatus.CLOSED: "wait"}


@require_GET
def batch_list(request: HttpRequest) -> HttpResponse:
    batches = (
        Batch.objects.visible_to(request.user)
        .select_related("programme")
        .annotate(filed=Count("projects", filter=Q(projects__submitted_at__isnull=False)))
    )
    page = Paginator(batches.order_by("-year", "-number", "pk"), 20).get_page(
        request.GET.get("page")
    )
    context = {
        "page": page,
        "rows": [(batch, TONES[BatchStatus(batch.status)]) for batch in page],
        "may_manage": may_manage_batches(request.user),
    }
    return render(request, "brands/batch_list.html", context)


def _reminders(batch: Batch) -> str:
    days = batch.reminder_days
    before = "、".join(str(one) for one in days if one)
    words = [f"{before}个工作日"] if before else []
    return "和".join([*words, *(["当天"] if 0 in days else [])]) or "不提醒"


def _visible_batch(request: HttpRequest, pk: int) -> Batch:
    batches = Batch.objects.visible_to(request.user).select_related("programme", "under")
    return get_object_or_404(batches.prefetch_related("stages", "quotas__area"), pk=pk)


@require_GET
def batch_detail(request: HttpRequest, pk: int) -> HttpResponse:
    batch = _visible_batch(request, pk)
    manages = bool(may_manage_batches(request.user))
    is_draft = batch.status == BatchStatus.DRAFT
    unit = applicant_of(request.user, batch)
    mine = _own(batch, unit, request.user) if unit else []
    start = may_start(request.user, batch) if unit and (batch.is_of_persons or not mine) else None
    context = {
        "links": links_of(batch, request.user),
        "batch": batch,
        "tone": TONES[BatchStatus(batch.status)],
        "facts": [
            ("文号", batch.source_document),
            ("结果称谓", batch.result_label),
            *([("申报范围", str(batch.under))] if batch.under else []),
            *([("公示", batch.publicity_length)] if batch.is_brand else []),
            ("每项专家", f"{batch.reviewers_per_entry}名"),
            ("盖章件", "须上传" if batch.needs_stamp else "不要求"),
            *([("截止前提醒", _reminders(batch))] if manages else []),
        ],
        "source_files": batch.source_files.all(),
        "may_add_source": bool(sources.may_add(request.user, batch)),
        "who_asks": presenting.who_asks(batch),
        "windows": [row for row in batch.stages.all() if row.stage in batch.stages_used],
        "quotas": batch.quotas.all(),
        "transfers": _transfers(batch, request.user),
        "may_transfer": bool(may_ask_transfer(request.user, batch)),
        "quota_total": sum(quota.places for quota in batch.quotas.all()),
        "reasons": opening.reasons(batch) if manages and is_draft else [],
        "extensions": _extensions(batch) if manages else [],
        "warnings": opening.warnings(batch) if manages and is_draft else [],
        "may_manage": manages,
        "is_draft": is_draft,
        "is_open": batch.status == BatchStatus.OPEN,
        "may_see_decision": not is_draft and bool(may_see_decision(request.user, batch)),
        "unit": unit,
        "mine": mine,
        "start": start,
        "named": already_named(unit, batch) if unit and start else [],
    }
    return render(request, "brands/batch.html", context)


def _own(batch: Batch, unit: PartyOrganisation, user: Any) -> list[tuple[Project, Any]]:
    """What the unit has in the batch, each with its chip: one, or one for each person."""
    projects = Project.objects.visible_to(user).filter(batch=batch, organisation=unit)
    return [(project, presenting.chip(project, user)) for project in projects.order_by("pk")]


def _transfers(batch: Batch, user: Any) -> QuerySet[QuotaTransfer]:
    rows = QuotaTransfer.objects.visible_to(user).filter(batch=batch)
    return rows.select_related("source", "target", "by")


def _extensions(batch: Batch) -> QuerySet[Extension]:
    rows = batch.extensions.select_related("area", "organisation__school", "project", "by")
    return rows.order_by("-pk")


@require_http_methods(["GET", "POST"])
def batch_new(request: HttpRequest) -> HttpResponse:
    may_manage_batches(request.user).require()
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
def batch_edit(request: HttpRequest, pk: int) -> HttpResponse:
    batch = _visible_batch(request, pk)
    may_edit_batch(request.user, batch).require()
    return _edit(request, batch)


def _edit(request: HttpRequest, batch: Batch | None) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    initial = {} if batch else {"year": clock.today().year, "number": 1}
    form = BatchForm(data, instance=batch, initial=initial)
    stages = stage_forms(data, batch)
    quotas = QuotaForm(data, batch=batch)
    has_quotas = batch is None or batch.has_district
    # All are asked, so that every mistake shows at once.
    parts = (form, *stages, *([quotas] if has_quotas else []))
    valid = [part.is_valid() for part in parts]
    if data is not None and all(valid):
        saved = _save(request, form, stages, quotas.places() if has_quotas else None)
        if form.normalised:
            messages.warning(request, f"文号已改用六角括号：{'、'.join(form.normalised)}。")
        messages.success(request, "批次设置已保存。")
        return redirect("brands:batch", saved.pk)
    context = {
        "form": form,
        "stages": stages,
        "quotas": quotas if has_quotas else None,
        "batch": batch,
        "wrong": [part for part in parts if part.errors],
    }
    return render(request, "brands/batch_form.html", context)


def _save(
    request: HttpRequest, form: BatchForm, stages: list[Any], places: dict[int, Places] | None
) -> Batch:
    """Locked again before the write: nobody may open the batch while its settings change."""
    columns = BatchForm.Meta.fields
    before: Facts = {}
    with transaction.atomic():
        if form.instance.pk:
            current = Batch.objects.select_for_update().get(pk=form.instance.pk)
            may_edit_batch(request.user, current).require()
            before = facts(current, columns)
            form.instance.version = current.version + 1
        batch = form.save(commit=False)
        batch.save(update_fields=None if batch._state.adding else [*columns, "version"])
        save_windows(batch, stages)
        save_quotas(batch, places)
        via = may_manage_batches(request.user).via
        after = facts(Batch.objects.get(pk=batch.pk), columns)
        changed = difference(before, after)
        record("batch.save", by=request.user, via=via, obj=batch, changed=changed)
    return batch


@require_POST
def batch_copy(request: HttpRequest, pk: int) -> HttpResponse:
    batch = _visible_batch(request, pk)
    verdict = may_manage_batches(request.user)
    verdict.require()
    new = copy_batch(batch, by=request.user, via=verdict.via)
    messages.success(
        request,
        "已复制为下一年度的批次，时间顺延52周，遇休息日移到下一个工作日。"
        f"没有复制、需要重新填写的：{'、'.join(left_out(batch))}。请核对时间和名额。",
    )
    return redirect("brands:batch", new.pk)


@require_POST
def batch_open(request: HttpRequest, pk: int) -> HttpResponse:
    return _move(request, pk, "open")


@require_http_methods(["GET", "POST"])
def batch_close(request: HttpRequest, pk: int) -> HttpResponse:
    if request.method == "POST":
        return _move(request, pk, "close")
    batch = _visible_batch(request, pk)
    workflow_of(batch)["close"].decide(batch, request.user).require()
    return render(request, "brands/batch_close.html", {"batch": batch})


def _move(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    batch = _visible_batch(request, pk)
    perform(batch, name, by=request.user, version=version_seen(request))
    messages.success(request, f"“{batch}”{batch.get_status_display()}。")
    return redirect("brands:batch", batch.pk)
