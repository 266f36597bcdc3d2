"""A notice down before its time: asked with a reason by one, confirmed by another."""

from typing import Any

from django.urls import reverse

from brands.models import Project, ProjectEvent, ProjectStatus, Publicity, PublicityEvent
from brands.services.letters import tell_bureau, tell_school
from brands.services.publishing import is_over
from foundation.verdict import ALLOWED, Verdict, not_now
from foundation.workflow.engine import perform


def is_not_asked(user: Any, publicity: Publicity) -> Verdict:
    if publicity.take_down_asked_by_id:
        return not_now("已有人提出撤下，请另一人确认。")
    if is_over(publicity):
        return not_now("公示期已满，页面已自动撤下。")
    return ALLOWED


def is_asked(user: Any, publicity: Publicity) -> Verdict:
    if not publicity.take_down_asked_by_id:
        return not_now("还没有人提出撤下。")
    return ALLOWED


def asked(publicity: Publicity, *, by: Any, note: str) -> dict[str, Any]:
    return {"take_down_asked_by": by, "take_down_reason": note}


def kept_up(publicity: Publicity, *, by: Any, note: str) -> dict[str, Any]:
    return {"take_down_asked_by": None, "take_down_reason": ""}


def tell_second(publicity: Publicity, event: PublicityEvent) -> None:
    tell_bureau(
        f"publicity-event:{event.pk}",
        "有公示待确认撤下",
        f"《{publicity}》有人提出提前撤下，须另一人确认。理由：{event.note}",
        reverse("brands:publicity", args=[publicity.pk]),
    )


def recall_projects(publicity: Publicity, event: PublicityEvent) -> None:
    """With the notice, in its transaction, its projects go back: they need a notice anew."""
    out = (ProjectStatus.PUBLICITY, ProjectStatus.ON_HOLD)
    projects = Project.objects.filter(publicity_entries__publicity=publicity, status__in=out)
    for project in projects.order_by("pk"):
        perform(project, "recall", by=event.by, note=publicity.take_down_reason)


def tell_recalled(project: Project, event: ProjectEvent) -> None:
    noun = project.batch.noun
    text = f"贵单位的{noun}《{project}》所在的公示已提前撤下，将重新公示，项目不受影响。"
    tell_school(project, f"project-event:{event.pk}", "公示提前撤下", text)
