"""Bulk actions (批量操作): read what will happen to each, do it to all or none, take it back."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from brands import presenting
from brands.forms.bulk import BulkForm, UndoForm
from brands.forms.filters import projects_for
from brands.models import Bulk, Project
from brands.services import bulk as bulks_
from brands.services.bulk import MOST, MOVES, Line, Refused
from foundation.verdict import ALLOWED, Conflict, denied
from foundation.workflow.requests import version_of
from schools.models import Role
from schools.rights import rights_of


@require_http_methods(["GET", "POST"])
def bulk_new(request: HttpRequest, name: str) -> HttpResponse:
    """GET ?project=…: what would happen to each; POST: the deed. A refusal keeps what was typed."""
    if name not in MOVES:
        raise Http404
    person = bulks_.may_do(request.user, name)
    person.require()
    seen = _seen((request.POST if request.method == "POST" else request.GET).getlist("project"))
    projects = _chosen(request.user, seen)
    back = _back(name)
    if not seen or len(seen) > MOST:
        text = f"一次最多办理 {MOST} 项，请分批办理。" if seen else "请先勾选项目。"
        messages.warning(request, text)
        return redirect(back)
    if not projects:
        raise Http404  # None of them is there for this person.
    if len(projects) != len(seen):
        raise Conflict("所选项目有变动，请返回重新选择。")
    form = BulkForm(request.POST or None, name=name, projects=projects)
    lines, status = None, 200
    if form.is_valid():
        try:
            done = _carry_out(request, name, projects, seen, form, person.via)
        except Refused as refused:
            lines, status = refused.lines, 409
        except Conflict as conflict:
            form.add_error(None, str(conflict))
            status = 409
        else:
            messages.success(request, f"已办理：{MOVES[name].label} {len(projects)} 项。")
            return redirect("brands:bulk", done.pk)
    shown = _told(projects, lines) if lines else bulks_.preview(projects, name, by=request.user)
    return render(
        request, "brands/bulk_new.html", _page(request, name, shown, form, back), status=status
    )


def _carry_out(
    request: HttpRequest,
    name: str,
    projects: list[Project],
    seen: dict[int, int],
    form: BulkForm,
    via: Any,
) -> Bulk:
    note = form.cleaned_data.get("note", "")
    if items := form.cleaned_data.get("items"):
        note = f"已核对：{'、'.join(items)}"
    return bulks_.carry_out(name, seen, note=note, by=request.user, via=via)


def _page(
    request: HttpRequest, name: str, lines: list[Line], form: BulkForm, back: str
) -> dict[str, Any]:
    ready = [line.project.pk for line in lines if line.verdict]
    here = reverse("brands:bulk-new", args=[name])
    return {
        "move": MOVES[name],
        "rows": [(line, presenting.chip(line.project, request.user)) for line in lines],
        "count": len(lines),
        "refused": len(lines) - len(ready),
        "rest_url": f"{here}?{urlencode({'project': ready}, doseq=True)}" if ready else "",
        "rest": len(ready),
        "form": form,
        "back": back,
        "back_label": _back_label(name),
    }


def _seen(typed: list[str]) -> dict[int, int]:
    """ "12" from a list, "12.3" from the preview: project 12, read at its version 3."""
    found: dict[int, int] = {}
    for text in typed:
        key, _, version = text.partition(".")
        if key.isdecimal() and len(key) < 19:
            found[int(key)] = version_of(version)
    return found


def _chosen(user: Any, keys: Any) -> list[Project]:
    found = projects_for(user).filter(pk__in=list(keys)[:MOST]).for_list()
    found = found.select_related("batch__programme", "organisation__school", "area", "place")
    return bulks_.in_turn(found.prefetch_related("batch__stages", "batch__extensions"))


def _told(projects: list[Project], refused: list[Line]) -> list[Line]:
    """All that were chosen; those that stood in the way with their reason."""
    why = {line.project.pk: line for line in refused}
    return [why.get(project.pk) or Line(project, ALLOWED, "没有改动") for project in projects]


def _back(name: str) -> str:
    return reverse("brands:desk" if MOVES[name].role == Role.DISTRICT else "brands:projects")


def _back_label(name: str) -> str:
    return "推荐工作台" if MOVES[name].role == Role.DISTRICT else "项目名单"


def _require_desk(user: Any) -> None:
    if not rights_of(user).has(Role.DISTRICT) and not rights_of(user).is_city:
        denied("只有区（市）教育工委和局里的人员可以查看批量操作。").require()


@require_GET
def bulks(request: HttpRequest) -> HttpResponse:
    _require_desk(request.user)
    rows = Bulk.objects.visible_to(request.user).select_related("by", "undone_by")
    page = Paginator(rows.annotate(count=Count("items")).order_by("-pk"), 20).get_page(
        request.GET.get("page")
    )
    return render(request, "brands/bulk_list.html", {"page": page})


@require_GET
def bulk_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _detail(request, _visible(request, pk), UndoForm())


@require_http_methods(["POST"])
def bulk_undo(request: HttpRequest, pk: int) -> HttpResponse:
    bulk = _visible(request, pk)
    bulks_.may_undo(request.user, bulk).require()
    form = UndoForm(request.POST)
    if not form.is_valid():
        return _detail(request, bulk, form)
    try:
        bulks_.undo(bulk, note=form.cleaned_data["note"], by=request.user)
    except Refused as refused:
        form.add_error(None, str(refused))
        return _detail(request, bulk, form, status=409)
    messages.success(request, f"已撤回：{bulk.label} {bulk.items.count()} 项。")
    return redirect("brands:bulk", bulk.pk)


def _visible(request: HttpRequest, pk: int) -> Bulk:
    _require_desk(request.user)
    found = Bulk.objects.visible_to(request.user).select_related("by", "undone_by", "organisation")
    return get_object_or_404(found, pk=pk)


def _detail(request: HttpRequest, bulk: Bulk, form: UndoForm, status: int = 200) -> HttpResponse:
    person = bulks_.may_undo(request.user, bulk)
    back = bulks_.undo_preview(bulk, by=request.user) if person else []
    lines = back or [Line(item.project, ALLOWED) for item in bulks_.items_of(bulk)]
    stuck = [line for line in lines if not line.verdict]
    context = {
        "bulk": bulk,
        "person": person,
        "rows": [(line, presenting.chip(line.project, request.user)) for line in lines],
        "stuck": len(stuck),
        "form": form if person and not stuck else None,
        "back": _back(bulk.name),
        "back_label": _back_label(bulk.name),
    }
    return render(request, "brands/bulk.html", context, status=status)
