"""Applications sent back that did not come again in time: each awaits a decision."""

from django.urls import reverse

from brands.models.project import ProjectQuerySet
from dashboard.home.task import Deadlines, Task


def unmended(projects: ProjectQuerySet, days: Deadlines) -> list[Task]:
    late = projects.return_overdue().select_related("organisation__school").defer("content")
    return [
        days.task(
            f"逾期未修改《{project}》",
            f"{project.organisation.short}没有按期重新提交：延长期限、按原提交内容办理或不予通过。",
            reverse("brands:project", args=[project.pk]),
            project.return_due_at,
        )
        for project in late.order_by("return_due_at", "pk")[:10]
    ]
