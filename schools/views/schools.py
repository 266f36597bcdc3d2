"""The list of schools, one school, and the sheet of both."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from foundation import clock
from foundation.audit.services import record
from foundation.htmx import render_partial
from foundation.phones import masked
from schools.forms.school import SchoolFilterForm
from schools.models import PartyOrganisation, School
from schools.permissions import SCHOOL_ROLES, can_export, can_import, can_show_phone
from schools.rights import rights_of
from schools.services.exporting import schools_workbook
from schools.views.downloads import workbook_response


@require_GET
def school_list(request: HttpRequest) -> HttpResponse:
    filters = SchoolFilterForm(request.GET, user=request.user)
    schools = filters.apply(School.objects.visible_to(request.user)).select_related("area")
    page = Paginator(schools.order_by("area__order", "code"), 30).get_page(request.GET.get("page"))
    units = PartyOrganisation.objects.visible_to(request.user).live().units()
    by_school = {unit.school_id: unit for unit in units.filter(school__in=page.object_list)}
    context = {
        "filters": filters,
        "chips": _chips(request, filters),
        "page": page,
        "lines": [(school, by_school.get(school.pk)) for school in page.object_list],
        "may_import": bool(can_import(request.user)),
        "may_export": bool(can_export(request.user)),
        "query": request.GET.urlencode(),
    }
    return render_partial(request, "schools/school_list.html", "results", context)


@require_GET
def school_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _school_page(request, pk)


@require_POST
def school_phone(request: HttpRequest, pk: int) -> HttpResponse:
    """The same page with the whole number, this once; every further look is a new event."""
    return _school_page(request, pk, wants_phone=True)


def _school_page(request: HttpRequest, pk: int, *, wants_phone: bool = False) -> HttpResponse:
    schools = School.objects.visible_to(request.user).select_related("area")
    school = get_object_or_404(schools, pk=pk)
    organisations = PartyOrganisation.objects.visible_to(request.user).live()
    unit = organisations.units().filter(school=school).select_related("area", "parent").first()
    branches = organisations.filter(parent=unit) if unit else organisations.none()
    show = can_show_phone(request.user, unit)
    if wants_phone:
        show.require()
        record("phone.show", by=request.user, via=show.via, obj=school)
    is_own = bool(unit and rights_of(request.user).via(unit, *SCHOOL_ROLES))
    is_whole = wants_phone or is_own
    context = {
        "school": school,
        "phone": school.phone if is_whole else masked(school.phone),
        "may_show_phone": bool(show and school.phone and not is_whole),
        "unit": unit,
        "branches": branches.order_by("pk"),
        "joint": organisations.filter(joint_schools=school).select_related("parent__school"),
        "facts": [
            ("学校标识码", school.code),
            ("板块", school.area.name),
            ("学校类别", school.get_kind_display()),
            ("办学性质", school.get_ownership_display()),
        ],
    }
    return render(request, "schools/school.html", context)


@require_GET
def schools_export(request: HttpRequest) -> HttpResponse:
    """What the filters show, as the bureau's sheet with a sub-total for each area."""
    verdict = can_export(request.user)
    verdict.require()
    filters = SchoolFilterForm(request.GET, user=request.user)
    schools = filters.apply(School.objects.visible_to(request.user))
    units = PartyOrganisation.objects.visible_to(request.user).live().units()
    content, count = schools_workbook(schools, units)
    chosen = {label: words for _, label, words in filters.chips()}
    record(
        "export",
        by=request.user,
        via=verdict.via,
        name="学校党组织情况表",
        rows=count,
        filters=chosen,
    )
    return workbook_response(content, f"学校党组织情况表-{clock.today():%Y%m%d}.xlsx")


def _chips(request: HttpRequest, filters: SchoolFilterForm) -> list[dict[str, str]]:
    found = []
    for name, label, words in filters.chips():
        query = request.GET.copy()
        for gone in (name, "page"):
            query.pop(gone, None)
        found.append({"label": label, "value": words, "remove_url": f"?{query.urlencode()}"})
    return found
