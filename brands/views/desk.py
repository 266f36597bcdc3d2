"""The district's desk: quota, ranked list, candidates."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from brands import presenting
from brands.forms.filters import projects_for
from brands.models import Batch, Project, ProjectStatus, Quota, Stage
from brands.models.stamped import is_stamped
from brands.permissions import may_rank
from brands.services import recommending, stamping, windows
from brands.services.bulk import moves_of
from brands.services.tally import Tally
from foundation.htmx import render_partial
from foundation.verdict import denied
from schools.models import Area, PartyOrganisation, Role
from schools.rights import rights_of

WAITING = (ProjectStatus.DISTRICT_REVIEW,)


def _areas(user: Any) -> list[Area]:
    appointments = rights_of(user).having(Role.DISTRICT)
    areas = {a.organisation.area_id: a.organisation.area for a in appointments}
    return [area for area in areas.values() if area is not None]


def _chosen(rows: list[Any], key: str) -> Any:
    """The row whose key the browser named, else the first; an unknown key is a 404."""
    if not key:
        return rows[0] if rows else None
    found = next((row for row in rows if str(row.pk) == key), None)
    if found is None:
        raise Http404
    return found


@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    areas = _areas(request.user)
    if not areas:
        denied("只有区（市）教育工委有推荐工作台。").require()
    area = _chosen(areas, request.GET.get("area", ""))
    batches = list(
        Batch.objects.visible_to(request.user)
        .filter(has_district=True)
        .order_by("-status", "-year", "-number")  # open before closed
        .prefetch_related("stages", "extensions")
    )
    batch = _chosen(batches, request.GET.get("batch", ""))
    context: dict[str, Any] = {"areas": areas, "area": area, "batches": batches, "batch": batch}
    if batch is not None:
        context |= _desk_of(request, batch, area)
        context["named"] = batch if len(batches) == 1 else None  # Else the filter names it.
    return render_partial(request, "brands/desk.html", "desk", context)


def _desk_of(request: HttpRequest, batch: Batch, area: Area) -> dict[str, Any]:
    found = projects_for(request.user).filter(batch=batch, area=area).for_list()
    found = found.annotate(stamped=is_stamped())
    projects: list[Any] = list(found.order_by("place__number", "submitted_at", "pk"))
    held = [project for project in projects if project.place_id]
    quota = Quota.objects.filter(batch=batch, area=area).first()
    open_now = {p.pk for p in projects if windows.within(batch, Stage.DISTRICT, p)}
    waiting = [(p, p.pk in open_now, _stamp(p)) for p in projects if p.status in WAITING]
    verdict = may_rank(request.user, batch)
    schools = [project.organisation.school for project in held]
    return {
        "tally": Tally(quota, schools, quota.places if quota else 0),
        "order": [p.pk for p in held if p.status == ProjectStatus.RECOMMENDED],
        "ranked": _ranked(held, open_now, request.user),
        "candidates": waiting,
        "may_take_up": any(is_open for _, is_open, _ in waiting),
        "prolonged": 0 if verdict else sum(is_open for _, is_open, _ in waiting),
        "others": [
            (p, presenting.chip(p, request.user))
            for p in projects
            if not p.place_id and p.status not in WAITING
        ],
        "moves": moves_of(Role.DISTRICT),
        "verdict": verdict,
        "closes_at": windows.ends_at(batch, Stage.DISTRICT, _home(request.user, area)),
        "reorder_url": reverse("brands:desk-reorder", args=[batch.pk, area.pk]),
    }


def _stamp(project: Any) -> tuple[str, str]:
    return stamping.chip_of(project, stamped=project.stamped)


def _home(user: Any, area: Area) -> PartyOrganisation:
    """The committee for which this person acts in the area."""
    posts = rights_of(user).having(Role.DISTRICT)
    return next(a.organisation for a in posts if a.organisation.area_id == area.pk)


def _ranked(held: list[Project], open_now: set[int], user: Any) -> list[dict[str, Any]]:
    """Each row with the whole order as its two buttons would make it."""
    movable = [project.pk for project in held if project.status == ProjectStatus.RECOMMENDED]
    rows = []
    for project in held:
        at = movable.index(project.pk) if project.pk in movable else None
        rows.append(
            {
                "project": project,
                "chip": presenting.chip(project, user),
                "stamp": _stamp(project),
                "is_movable": at is not None,
                "up": _swapped(movable, at, -1),
                "down": _swapped(movable, at, 1),
                "may_take_back": project.pk in open_now
                and project.status == ProjectStatus.RECOMMENDED
                and not project.bureau_returns,
            }
        )
    return rows


def _swapped(ids: list[int], at: int | None, step: int) -> list[int]:
    if at is None or not 0 <= at + step < len(ids):
        return []
    order = list(ids)
    order[at], order[at + step] = order[at + step], order[at]
    return order


@require_POST
def desk_reorder(request: HttpRequest, pk: int, area_pk: int) -> HttpResponse:
    batches = Batch.objects.visible_to(request.user).prefetch_related("stages", "extensions")
    batch = get_object_or_404(batches, pk=pk)
    if not rights_of(request.user).has(Role.DISTRICT):
        may_rank(request.user, batch).require()
    area = next((area for area in _areas(request.user) if area.pk == area_pk), None)
    if area is None:
        raise Http404
    verdict = may_rank(request.user, batch)
    verdict.require()
    recommending.reorder(
        batch,
        area,
        _keys(request.POST.getlist("order")),
        seen=_keys(request.POST.getlist("seen")),
        by=request.user,
        via=verdict.via,
    )
    return redirect(f"{reverse('brands:desk')}?batch={batch.pk}&area={area.pk}")


def _keys(typed: list[str]) -> list[int]:
    """From "3,1,2" or from several fields; what is no key is left out and so refused as a change."""
    words = ",".join(typed).split(",")
    return [int(word) for word in words if word.isdecimal() and len(word) < 19]
