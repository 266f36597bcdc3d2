"""People: find, create, edit, open and close their accounts."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from foundation.accounts import lockout
from foundation.accounts.models import User
from foundation.htmx import render_partial
from foundation.phones import masked
from schools import appointing
from schools.forms.people import NewPersonForm, PeopleFilterForm, PersonForm
from schools.models import Appointment
from schools.services import people as services


def visible_person(request: HttpRequest, pk: int) -> User:
    return get_object_or_404(appointing.visible_people(request.user), pk=pk)


@require_GET
def person_list(request: HttpRequest) -> HttpResponse:
    appointing.manages_people(request.user).require()
    filters = PeopleFilterForm(request.GET)
    found = filters.apply(appointing.visible_people(request.user)).order_by("username")
    people = appointing.with_live_appointments(found)
    context = {
        "filters": filters,
        "page": Paginator(people, 20).get_page(request.GET.get("page")),
        "may_issue": bool(appointing.roles_open_to(request.user)),
    }
    return render_partial(request, "schools/people_list.html", "results", context)


@require_GET
def person(request: HttpRequest, pk: int) -> HttpResponse:
    found = visible_person(request, pk)
    held = Appointment.objects.filter(user=found).select_related("organisation__school")
    appointments = [
        (one, bool(appointing.can_end(request.user, one))) for one in held.order_by("-since", "-pk")
    ]
    context = {
        "person": found,
        "phone": masked(found.phone),
        "appointments": appointments,
        "may_manage": appointing.can_manage(request.user, found),
        "may_appoint": appointing.can_appoint_now(request.user, found),
        "has_failures": lockout.has_failures(found.username),
    }
    return render(request, "schools/people_person.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def person_new(request: HttpRequest) -> HttpResponse:
    appointing.manages_people(request.user).require()
    form = NewPersonForm(request.POST or None)
    if form.is_valid():
        created, password = services.create_person(by=request.user, **form.cleaned_data)
        return _show_once(request, created, password)
    context = {"form": form, "title": "新建人员", "person": None}
    return render(request, "schools/people_form.html", context)


def _show_once(request: HttpRequest, shown: User, password: str) -> HttpResponse:
    """The answer to the POST itself: a one-time password is stored nowhere, not even for a redirect."""
    context = {"person": shown, "password": password}
    return render(request, "schools/people_password.html", context)


@require_http_methods(["GET", "POST"])
def person_edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = visible_person(request, pk)
    appointing.can_manage(request.user, found).require()
    form = PersonForm(request.POST or None, instance=found)
    if form.is_valid():
        services.change_person(found, form.cleaned_data, by=request.user)
        messages.success(request, "已保存。")
        return redirect("schools:person", pk)
    title = f"修改 {form.initial['name']} 的信息"
    return render(
        request, "schools/people_form.html", {"form": form, "title": title, "person": found}
    )


@require_POST
def person_disable(request: HttpRequest, pk: int) -> HttpResponse:
    services.set_active(visible_person(request, pk), False, by=request.user)
    return _back(request, pk, "账号已停用，本人已退出登录。")


@require_POST
def person_enable(request: HttpRequest, pk: int) -> HttpResponse:
    services.set_active(visible_person(request, pk), True, by=request.user)
    return _back(request, pk, "账号已启用。")


@require_POST
def person_unlock(request: HttpRequest, pk: int) -> HttpResponse:
    services.unlock(visible_person(request, pk), by=request.user)
    return _back(request, pk, "已解锁，现在可以登录。")


@never_cache
@require_POST
def person_reset(request: HttpRequest, pk: int) -> HttpResponse:
    found = visible_person(request, pk)
    password = services.reset_password(found, by=request.user)
    return _show_once(request, found, password)


def _back(request: HttpRequest, pk: int, text: str) -> Any:
    messages.success(request, text)
    return redirect("schools:person", pk)
