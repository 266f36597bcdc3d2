"""A district recommends within its quota and ranks what it recommends."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from brands.models import Batch, Project, ProjectStatus, Quota, Stage
from brands.models.project import PRIVATE
from brands.services import windows
from brands.services.tally import tally_of
from foundation.audit.services import record
from foundation.verdict import ALLOWED, Conflict, Verdict, not_now
from schools.models import Area, PartyOrganisation


def is_in_window(user: Any, project: Project) -> Verdict:
    return windows.within(project.batch, Stage.DISTRICT, project)


def may_be_recommended(user: Any, project: Project) -> Verdict:
    timely = is_in_window(user, project)
    if not timely:
        return timely
    refusal = tally_of(project).refusal(project.organisation.school)
    return not_now(refusal) if refusal else ALLOWED


def may_be_taken_back(user: Any, project: Project) -> Verdict:
    timely = is_in_window(user, project)
    if not timely:
        return timely
    if project.bureau_returns:
        return not_now("局里已对该项目作出审查处理，不能取消推荐。")
    return ALLOWED


def recommended(project: Project, *, by: Any, note: str) -> dict[str, Any]:
    """Take the lowest free place. The place is held one to one, so no race can give one too many."""
    quota = Quota.objects.select_for_update().filter(batch=project.batch, area=project.area).first()
    refusal = tally_of(project).refusal(project.organisation.school)
    place = quota and quota.place_rows.filter(project=None).order_by("number").first()
    if refusal or place is None:
        raise Conflict(refusal or "该名额刚刚被占用，请刷新页面后重试。")
    try:
        with transaction.atomic():
            Project.objects.filter(pk=project.pk).update(place=place)
    except IntegrityError as error:
        raise Conflict("该名额刚刚被占用，请刷新页面后重试。") from error
    return {"place": place}


def unrecommended(project: Project, *, by: Any, note: str) -> dict[str, Any]:
    """Its unit may have moved while it held a place of its old area."""
    return {"place": None, "area": project.organisation.area}


def moved(organisation: PartyOrganisation) -> None:
    """What is not recommended yet goes along to the new area: nobody uses another's quota."""
    waiting = Project.objects.filter(
        organisation__path__startswith=organisation.path,
        place=None,
        status__in=(*PRIVATE, ProjectStatus.RETURNED, ProjectStatus.DISTRICT_REVIEW),
    )
    waiting.update(area=organisation.area_id)


def order_of(batch: Batch, area: Area) -> list[int]:
    """The area's recommended projects that may still be moved, as they rank now."""
    ranked = Project.objects.filter(batch=batch, area=area, status=ProjectStatus.RECOMMENDED)
    return list(ranked.order_by("place__number", "pk").values_list("pk", flat=True))


def reorder(
    batch: Batch, area: Area, ids: list[int], *, seen: list[int], by: Any, via: Any
) -> None:
    """Rank the area's recommended projects as `ids` says, from the lowest place they may hold.

    Both lists come from a browser. `seen` is the order that the person had before them: when a
    colleague has changed it meanwhile, or `ids` is anything but exactly the area's recommended
    projects, it is a Conflict and nothing changes.
    """
    with transaction.atomic():
        rows = Project.objects.select_for_update(of=("self",))
        list(rows.filter(batch=batch, area=area, status=ProjectStatus.RECOMMENDED).order_by("pk"))
        quota = Quota.objects.select_for_update().filter(batch=batch, area=area).first()
        now = order_of(batch, area)  # Read under both locks: nobody recommends or ranks meanwhile.
        if quota is None or sorted(ids) != sorted(now):
            raise Conflict("推荐名单已有变化，请刷新页面后重新排序。")
        if seen != now:
            raise Conflict("推荐顺序刚被本区（市）的另一位同志调整，请看过最新顺序后再排。")
        others = Project.objects.filter(place__quota=quota).exclude(pk__in=ids)
        free = quota.place_rows.exclude(pk__in=others.values("place")).order_by("number")
        places = list(free[: len(ids)])
        Project.objects.filter(pk__in=ids).update(place=None, version=F("version") + 1)
        for pk, place in zip(ids, places, strict=True):
            Project.objects.filter(pk=pk).update(place=place)
        record("project.reorder", by=by, via=via, obj=batch, area=area.name, order=ids)
