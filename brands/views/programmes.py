"""Programmes and their application forms: set up in the browser, by the bureau alone."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brands import presenting
from brands.forms import building
from brands.forms.builder import FieldForm, FormNameForm, SectionWordsForm
from brands.forms.fields import KINDS, TITLE
from brands.forms.programme import ProgrammeForm
from brands.forms.section import SectionForm
from brands.links import programme_links
from brands.models import ApplicationForm, Batch, Programme
from brands.permissions import may_manage_batches
from brands.services import programmes

STEPS = {"up": -1, "down": 1}


@require_GET
def programme_list(request: HttpRequest) -> HttpResponse:
    found = Programme.objects.visible_to(request.user).prefetch_related("forms")
    if not found:  # These pages do not exist for anybody below the city.
        raise Http404
    context = {
        "rows": [(each, _stages(each), each.forms.all()) for each in found],
        "may_manage": may_manage_batches(request.user),
        "links": programme_links(),
    }
    return render(request, "brands/programme_list.html", context)


def _stages(programme: Programme) -> str:
    """What its next batch goes through, by its own words."""
    batch = Batch(programme=programme)
    batch.follow()
    return "、".join(label for _, label, _ in presenting.steps_of(batch))


@require_http_methods(["GET", "POST"])
def programme_new(request: HttpRequest) -> HttpResponse:
    may_manage_batches(request.user).require()
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
def programme_edit(request: HttpRequest, key: str) -> HttpResponse:
    programme = get_object_or_404(Programme.objects.visible_to(request.user), pk=key)
    may_manage_batches(request.user).require()
    return _edit(request, programme)


def _edit(request: HttpRequest, programme: Programme | None) -> HttpResponse:
    form = ProgrammeForm(request.POST or None, instance=programme)
    if request.method == "POST" and form.is_valid():
        via = may_manage_batches(request.user).via
        saved = form.save(commit=False)
        if programme is None:
            programmes.found_programme(saved, by=request.user, via=via)
            messages.success(request, f"已建立“{saved}”。接下来设计它的申报表。")
            return redirect("brands:form", saved.newest_form.pk)
        programmes.change_programme(saved, ProgrammeForm.Meta.fields, by=request.user, via=via)
        messages.success(request, "设置已保存。已开启的批次不受影响。")
        return redirect("brands:programmes")
    return render(request, "brands/programme_form.html", {"form": form, "programme": programme})


@require_GET
def form_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The form as a plan: sections and fields, each with what can be done to it."""
    form = _form(request, pk)
    context = {
        "form": form,
        "spec": form.spec,
        "kinds": KINDS,
        "title_key": TITLE,
        "faults": form.spec.faults(),
        "sections": [
            (section, [(field, KINDS[field.kind]) for field in section.fields])
            for section in form.spec.sections
        ],
        "may_manage": bool(may_manage_batches(request.user)),
        "is_newest": form == form.programme.newest_form,
    }
    return render(request, "brands/form.html", context)


@require_GET
def form_preview(request: HttpRequest, pk: int) -> HttpResponse:
    form = _form(request, pk)
    sections = [(section, SectionForm(section=section)) for section in form.spec.sections]
    return render(request, "brands/form_preview.html", {"form": form, "sections": sections})


@require_POST
def form_version(request: HttpRequest, key: str) -> HttpResponse:
    programme = get_object_or_404(Programme.objects.visible_to(request.user), pk=key)
    verdict = may_manage_batches(request.user)
    verdict.require()
    form = programmes.new_version(programme, by=request.user, via=verdict.via)
    messages.success(request, f"现在修改的是第{form.version}版，从下一个开启的批次起使用。")
    return redirect("brands:form", form.pk)


@require_http_methods(["GET", "POST"])
def form_name(request: HttpRequest, pk: int) -> HttpResponse:
    """What the form is called on its pages and on paper."""
    form = _changeable(request, pk)
    words = FormNameForm(request.POST or None, initial={"name": form.spec.name})
    if request.method == "POST" and words.is_valid():
        _change(request, form, lambda spec: building.renamed(spec, words.cleaned_data["name"]))
        return redirect("brands:form", form.pk)
    context = {"form": form, "words": words, "what": "申报表名称"}
    return render(request, "brands/form_part.html", context)


@require_http_methods(["GET", "POST"])
def form_section(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """The words of a section; the key `new` makes one."""
    form = _changeable(request, pk)
    section = form.spec.section(key)
    if section is None and key != "new":
        raise Http404
    initial = {"title": section.title, "why": section.why} if section else {}
    words = SectionWordsForm(request.POST or None, initial=initial)
    if request.method == "POST" and words.is_valid():
        data = words.cleaned_data
        _change(
            request,
            form,
            lambda spec: building.with_section(spec, key, data["title"], data["why"]),
        )
        return redirect("brands:form", form.pk)
    context = {"form": form, "words": words, "what": section.title if section else "新栏目"}
    return render(request, "brands/form_part.html", context)


@require_http_methods(["GET", "POST"])
def form_field(request: HttpRequest, pk: int, section: str, key: str) -> HttpResponse:
    """One field; the key `new` makes one at the end of the section."""
    form = _changeable(request, pk)
    home = form.spec.section(section)
    field = next((each for each in home.fields if each.key == key), None) if home else None
    if home is None or (field is None and key != "new"):
        raise Http404
    words = FieldForm(request.POST or None, form=form.spec, section=section, field=field)
    if request.method == "POST" and words.is_valid():
        result = words.result()
        _change(request, form, lambda spec: building.with_field(spec, section, result))
        messages.success(request, f"“{result.label}”已保存。")
        return redirect(f"{reverse('brands:form', args=[form.pk])}#{section}")
    context = {"form": form, "words": words, "what": field.label if field else "新字段"}
    return render(request, "brands/form_part.html", context)


@require_POST
def form_arrange(request: HttpRequest, pk: int) -> HttpResponse:
    """Move up, move down or delete the section or field named by `part`."""
    form = _changeable(request, pk)
    part, do = request.POST.get("part", ""), request.POST.get("do", "")
    known = {section.key for section in form.spec.sections} | {f.key for f in form.spec.fields}
    if part not in known or do not in {*STEPS, "delete"}:
        raise Http404
    if do == "delete":
        _change(request, form, lambda spec: building.without(spec, part))
        messages.success(request, "已删除。")
    else:
        _change(request, form, lambda spec: building.moved(spec, part, STEPS[do]))
    home = form.spec.section_of(part)
    return redirect(f"{reverse('brands:form', args=[form.pk])}#{home.key if home else part}")


def _form(request: HttpRequest, pk: int) -> ApplicationForm:
    visible = Programme.objects.visible_to(request.user)
    forms = ApplicationForm.objects.filter(programme__in=visible.order_by().values("pk"))
    return get_object_or_404(forms.select_related("programme"), pk=pk)


def _changeable(request: HttpRequest, pk: int) -> ApplicationForm:
    form = _form(request, pk)
    may_manage_batches(request.user).require()
    return form


def _change(request: HttpRequest, form: ApplicationForm, change: Any) -> None:
    via = may_manage_batches(request.user).via
    programmes.change_form(form, change, by=request.user, via=via)
