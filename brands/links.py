"""Ways on: what higher apps add to a batch (design.md 3), and a project's later pages."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from brands.models import Batch, Honour, Programme, Project, ProjectStatus
from brands.permissions_after import may_name, may_see_decision
from brands.services.closing import ESTABLISHED

NAMEABLE = frozenset({ProjectStatus.PUBLICITY, ProjectStatus.ON_HOLD})
DECIDED = NAMEABLE | {
    ProjectStatus.SCORED,
    ProjectStatus.PROPOSED,
    ProjectStatus.APPROVED,
    ProjectStatus.DECLINED,
}

# callable(batch, user) → (label, url), or None where this user has nothing there.
BATCH_LINKS: list[Callable[[Batch, Any], tuple[str, str] | None]] = []


def links_of(batch: Batch, user: Any) -> list[tuple[str, str]]:
    return [link for fill in BATCH_LINKS if (link := fill(batch, user)) is not None]


def project_links(project: Project, user: Any) -> list[tuple[str, str]]:
    """From a project to the pages of its later stages, as far as this user may open them."""
    links = []
    if project.batch.programme == Programme.SECRETARY_PROJECT and project.status in ESTABLISHED:
        links.append(("节点任务", reverse("brands:milestones", args=[project.pk])))
        links.append(("结项", reverse("brands:project-closing", args=[project.pk])))
    if project.status in DECIDED and may_see_decision(user):
        links.append(("本批次审定", reverse("brands:decision", args=[project.batch_id])))
    if project.status in NAMEABLE and may_name(user):
        links.append(("本批次命名", reverse("brands:naming", args=[project.batch_id])))
    if project.status == ProjectStatus.NAMED:
        number = Honour.objects.filter(project=project).values_list("number", flat=True).first()
        if number:
            links.append(("荣誉页面", reverse("portal:honour", args=[number])))
    return links
