"""The district's first page: my quota, what waits for me, who has not filed."""

from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from brands.models import Batch, BatchStatus, Project, ProjectStatus, Quota, Stage
from checkups.models import Checkup
from dashboard.home import checking, returned
from dashboard.home.task import Deadlines, Task
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
    for batch in batches.filter(waiting__gt=0).prefetch_related("stages"):
        window = next((s for s in batch.stages.all() if s.stage == Stage.DISTRICT), None)
        found.append(
            days.task(
                f"推荐{batch.title}：{batch.waiting} 项待处理",
                "按名额排序推荐，或写明理由退回。",
                reverse("brands:desk"),
                window.closes_at if window else None,
            )
        )
    mine = Project.objects.visible_to(user).filter(returned_from=ProjectStatus.DISTRICT_REVIEW)
    found += returned.unmended(mine, days)
    return found + checking.to_review(user, days)


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
