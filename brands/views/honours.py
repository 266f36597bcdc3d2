"""Naming a batch's projects, and the register of honours."""

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from brands import permissions_after as may
from brands.forms.after import NameForm
from brands.models import Batch, Honour, Project, ProjectStatus
from brands.services import naming as service
from brands.services.register import search, years
from brands.tones import tone_of
from brands.views.choosing import Choice, confirm_chosen
from brands.views.downloads import file_response
from foundation import media
from foundation.audit.services import record
from foundation.documents import chinese_date
from foundation.spreadsheets import Column, Sheet, write_workbook
from schools.models import Area

NAMEABLE = (ProjectStatus.PUBLICITY, ProjectStatus.ON_HOLD)


def _published(request: HttpRequest, batch: Batch) -> "QuerySet[Project]":
    projects = Project.objects.visible_to(request.user).filter(batch=batch, status__in=NAMEABLE)
    return projects.for_list().order_by("rank", "pk")


@require_GET
def naming(request: HttpRequest, pk: int) -> HttpResponse:
    """Who may be named by now, and who not and why."""
    batch = get_object_or_404(Batch.objects.visible_to(request.user), pk=pk)
    may.may_name(request.user, batch).require()
    page: Any = Paginator(_published(request, batch), 50).get_page(request.GET.get("page"))
    reasons = service.obstacles([project.pk for project in page])
    for project in page:
        project.tone = tone_of(project.status)
        project.obstacle = reasons.get(project.pk, "")
    some = any(not project.obstacle for project in page)
    context = {"batch": batch, "page": page, "some_ready": some}
    return render(request, "brands/honour_naming.html", context)


@require_http_methods(["GET", "POST"])
def naming_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    batch = get_object_or_404(Batch.objects.visible_to(request.user), pk=pk)
    may.may_name(request.user, batch).require()
    choice = Choice(
        title=f"命名为{batch.result_label}",
        submit="确认命名",
        done="已命名",
        consequences=[
            "为所选项目编号并记入荣誉名录，立即对社会公开。",
            "通知各申报单位。",
        ],
        form=NameForm,
        act=service.name_many,
    )
    back = reverse("brands:naming", args=[batch.pk])
    return confirm_chosen(request, batch, _published(request, batch), choice, back)


@require_GET
def honours(request: HttpRequest) -> HttpResponse:
    may.may_see_decision(request.user).require()
    rows = search(Honour.objects.public().with_promotions(), request.GET)
    context = {
        "may_certify": may.may_certify(request.user),
        "page": Paginator(rows, 50).get_page(request.GET.get("page")),
        "areas": Area.objects.all(),
        "levels": Honour.Level.choices,
        "years": years(),
        "may_import": may.may_import_honours(request.user),
        "chosen": {key: request.GET.get(key, "") for key in ("q", "area", "level", "year")},
    }
    return render(request, "brands/honours.html", context)


@require_GET
def honours_export(request: HttpRequest) -> HttpResponse:
    may.may_see_decision(request.user).require()
    rows: list[Any] = list(search(Honour.objects.public().with_promotions(), request.GET))
    columns = [
        Column("编号", 18),
        Column("单位", 28),
        Column("板块", 12),
        Column("品牌名称", 28),
        Column("级别", 8),
        Column("称谓", 14),
        Column("年度", 8),
        Column("公布文号", 24),
        Column("命名日期", 16),
        Column("牌匾号", 16),
        Column("有效期至", 16),
        Column("推广次数", 10),
        Column("备注", 16),
    ]
    values = [
        (
            honour.number,
            honour.holder,
            honour.school.area.name if honour.school else "",
            honour.brand_name,
            honour.get_level_display(),
            honour.label,
            str(honour.year),
            honour.document_number,
            _day(honour.named_on),
            honour.plaque_number,
            _day(honour.valid_until),
            str(honour.promotion_count),
            "、".join(["示例"] * honour.is_example + [honour.state[0]]),
        )
        for honour in rows
    ]
    book = write_workbook([Sheet("荣誉名录", columns, values, title="党建品牌荣誉名录")])
    record("export", by=request.user, name="荣誉名录", rows=len(rows))
    return file_response(book, "荣誉名录.xlsx", media.EXCEL)


def _day(day: date | None) -> str:
    return chinese_date(day) if day else ""
