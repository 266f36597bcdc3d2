"""A district recommends within its quota and ranks what it recommends."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from brands.models import Batch, Project, ProjectStatus, Quota, QuotaPlace, Stage
from brands.services import windows
from foundation.audit.services import record
from foundation.verdict import ALLOWED, Conflict, Verdict, not_now
from schools.models import Area, Ownership, School, SchoolKind


def is_in_window(user: Any, project: Project) -> Verdict:
    return windows.within(project.batch, Stage.DISTRICT, project.organisation)


def may_be_recommended(user: Any, project: Project) -> Verdict:
    timely = is_in_window(user, project)
    if not timely:
        return timely
    places = QuotaPlace.objects.filter(quota__batch=project.batch, quota__area=project.area)
    if not places.filter(project=None).exists():
        return not_now(_full(places.count()))
    quota = Quota.objects.filter(batch=project.batch, area=project.area).first()
    kept = _kept_for_others(quota, project) if quota else ""
    return not_now(kept) if kept else ALLOWED


# Of a quota's least numbers: the column, what the school must be, and how it is called.
LEAST = (
    ("private", "ownership", Ownership.PRIVATE, "民办学校"),
    ("kindergartens", "kind", SchoolKind.KINDERGARTEN, "幼儿园"),
)


def _kept_for_others(quota: Quota, project: Project) -> str:
    """Why the free places are not for this project: a least number would become out of reach."""
    held = School.objects.filter(organisations__projects__place__quota=quota)
    free = quota.place_rows.filter(project=None).count() - 1
    school = project.organisation.school
    for column, field, value, words in LEAST:
        least = getattr(quota, column)
        if not least:
            continue
        own = school is not None and getattr(school, field) == value
        missing = least - held.filter(**{field: value}).distinct().count() - int(own)
        if missing > free:
            return f"本区（市）名额中至少 {least} 个用于{words}，剩余名额须留给{words}。"
    return ""


def _full(places: int) -> str:
    return f"本区（市）推荐名额共 {places} 个，已全部用完。如需推荐此项目，请先取消另一项的推荐。"


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
    if quota is None:
        raise Conflict("该批次没有给本区（市）设置推荐名额。")
    if kept := _kept_for_others(quota, project):
        raise Conflict(kept)
    place = quota.place_rows.filter(project=None).order_by("number").first()
    if place is None:
        raise Conflict(_full(quota.places))
    try:
        with transaction.atomic():
            Project.objects.filter(pk=project.pk).update(place=place)
    except IntegrityError as error:
        raise Conflict("该名额刚刚被占用，请刷新页面后重试。") from error
    return {"place": place}


def unrecommended(project: Project, *, by: Any, note: str) -> dict[str, Any]:
    return {"place": None}


def reorder(batch: Batch, area: Area, ids: list[int], *, by: Any, via: Any) -> None:
    """Rank the area's recommended projects as `ids` says, from the lowest place they may hold.

    `ids` comes from a browser: anything but exactly the area's recommended projects is a Conflict.
    """
    with transaction.atomic():
        rows = (
            Project.objects.select_for_update(of=("self",))
            .filter(batch=batch, area=area, status=ProjectStatus.RECOMMENDED)
            .order_by("pk")
        )
        projects = {project.pk: project for project in rows}
        if len(ids) != len(projects) or set(ids) != set(projects):
            raise Conflict("推荐名单已有变化，请刷新页面后重新排序。")
        quota = Quota.objects.select_for_update().get(batch=batch, area=area)
        others = Project.objects.filter(place__quota=quota).exclude(pk__in=ids)
        free = quota.place_rows.exclude(pk__in=others.values("place")).order_by("number")
        places = list(free[: len(ids)])
        Project.objects.filter(pk__in=ids).update(place=None, version=F("version") + 1)
        for pk, place in zip(ids, places, strict=True):
            Project.objects.filter(pk=pk).update(place=place)
        record("project.reorder", by=by, via=via, obj=batch, area=area.name, order=ids)
