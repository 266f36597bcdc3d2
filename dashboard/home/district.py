"""The district's first page: my quota, what waits for me, who has not filed."""

from collections.abc import Callable
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as date_format

from brands.models import Batch, BatchStatus, Project, ProjectStatus, Quota, Stage
from brands.services import windows
from checkups.models import Checkup
from dashboard.home import checking, keeping, returned
from dashboard.home.task import Deadlines, Line, Section, Task
from schools.models import Role
from schools.rights import rights_of


def areas_of(user: Any) -> list[int]:
    having = rights_of(user).having(Role.DISTRICT)
    return [a.organisation.area_id for a in having if a.organisation.area_id]


def tasks(user: Any, days: Deadlines) -> list[Task]:
    waiting = Count(
        "projects", filter=Q(projects__area__in=areas_of(user), projects__status="district_review")
    )
    batches = Batch.objects.filter(status=BatchStatus.OPEN).annotate(waiting=waiting)
    found = []
    homes = [post.organisation for post in rights_of(user).having(Role.DISTRICT)]
    for batch in batches.filter(waiting__gt=0).prefetch_related("stages", "extensions"):
        found.append(
            days.task(
                f"推荐{batch.title}：{batch.waiting} 项待处理",
                "按名额排序推荐，或写明理由退回。",
                reverse("brands:desk"),
                windows.ends_at(batch, Stage.DISTRICT, homes[0]),
            )
        )
    mine = Project.objects.visible_to(user).filter(returned_from=ProjectStatus.DISTRICT_REVIEW)
    found += returned.unmended(mine, days)
    found += keeping.overdue_milestones(user, days)
    return found + checking.to_review(user, days)


SHOWN = 8


def sections(user: Any) -> list[Section]:
    """What I have ranked in each open batch, what is being corrected, who has not filed."""
    mine = Project.objects.visible_to(user).select_related("organisation__school", "batch", "place")
    mine = mine.defer("content", "edits")
    ranked = mine.filter(batch__status=BatchStatus.OPEN, place__isnull=False)
    ranked = ranked.order_by("batch", "area__order", "place__number")
    returned = mine.filter(status=ProjectStatus.RETURNED).order_by("return_due_at", "pk")
    unfiled = Checkup.objects.visible_to(user).unfiled().for_list()
    unfiled = unfiled.order_by("cycle__due_on", "organisation__path")
    projects, checks = reverse("brands:projects"), reverse("checkups:checkups")
    return [
        _section("推荐名单", reverse("brands:desk"), ranked, _as_ranked, "还没有推荐项目。"),
        _section("退回修改中", f"{projects}?status=returned", returned, _as_returned),
        _section("季度体检未报", f"{checks}?status=open", unfiled, _as_unfiled),
    ]


def _section(
    title: str, url: str, rows: Any, line: Callable[[Any], Line], empty: str = "没有。"
) -> Section:
    found = list(rows[: SHOWN + 1])
    total = rows.count() if len(found) > SHOWN else len(found)
    return Section(title, url, [line(row) for row in found[:SHOWN]], total, empty)


def _as_ranked(project: Project) -> Line:
    assert project.place is not None
    note = f"{project.organisation.short} · {project.batch}"
    return Line(f"{project.place.number}. {project}", _url(project), note)


def _as_returned(project: Project) -> Line:
    due = project.return_due_at
    until = f"，{date_format(timezone.localtime(due), 'n月j日')}前重新提交" if due else ""
    late = project.is_return_overdue
    words = ("逾期未修改", "bad") if late else ("退回修改", "warn")
    return Line(str(project), _url(project), f"{project.organisation.short}{until}", *words)


def _as_unfiled(checkup: Checkup) -> Line:
    url = reverse("checkups:checkup", args=[checkup.pk])
    words = ("已逾期", "bad") if checkup.is_overdue else ("未报", "wait")
    return Line(checkup.organisation.short, url, str(checkup.cycle), *words)


def _url(project: Project) -> str:
    return reverse("brands:project", args=[project.pk])


def facts(user: Any) -> list[tuple[str, str]]:
    """Places taken of the quota for each open batch, and checks not filed."""
    areas = areas_of(user)
    lines = []
    quotas = Quota.objects.filter(area__in=areas, batch__status=BatchStatus.OPEN).select_related(
        "batch"
    )
    for quota in quotas.annotate(taken=Count("place_rows__project")):
        lines.append((f"名额：{quota.batch.title}", f"{quota.taken} / {quota.places}"))
    outstanding = Checkup.objects.visible_to(user).unfiled().count()
    returned = Project.objects.visible_to(user).filter(status=ProjectStatus.RETURNED).count()
    return [*lines, ("退回修改中", f"{returned} 项"), ("季度体检未报", f"{outstanding} 家")]
