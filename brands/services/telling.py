"""Who hears of a move before the scores: letters keyed by the event, so each goes out once."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from brands.models import Project, ProjectEvent, ProjectStatus, Stage
from brands.services import windows
from foundation.notifications.services import tell_each, withdraw
from schools.models import Role
from schools.recipients import people_at


def _send(project: Project, event: Any, users: Iterable[int], subject: str, text: str) -> None:
    link = reverse("brands:project", args=[project.pk])
    tell_each(users, f"project-event:{event.pk}", subject, text, link)


def _name(project: Project) -> str:
    return f"{project.organisation.short}《{project}》"


def submitted(project: Project, event: ProjectEvent) -> None:
    at_district = project.status == ProjectStatus.DISTRICT_REVIEW
    users = people_at(project.organisation, Role.DISTRICT if at_district else Role.BUREAU)
    text = f"{_name(project)}已提交，受理编号 {project.number}，请在规定时间内办理。"
    _send(project, event, users, f"待办理：{_name(project)}", text)


def withdrawn(project: Project, event: ProjectEvent) -> None:
    at_district = event.source == ProjectStatus.DISTRICT_REVIEW
    users = people_at(project.organisation, Role.DISTRICT if at_district else Role.BUREAU)
    _send(
        project,
        event,
        users,
        f"已撤回：{_name(project)}",
        f"{_name(project)}已由学校撤回，无需办理。",
    )


def recommended(project: Project, event: ProjectEvent) -> None:
    users = people_at(project.organisation, Role.BUREAU)
    _send(
        project,
        event,
        users,
        f"待{project.batch.stage_label(Stage.CHECK)}：{_name(project)}",
        f"{_name(project)}已由区（市）推荐。",
    )


def returned(project: Project, event: ProjectEvent) -> None:
    due = windows.words(project.return_due_at)
    text = f"{_name(project)}被退回修改，请于 {due} 前改好并重新提交。\n理由：{event.note}"
    _send(project, event, _own_people(project), f"退回修改：{_name(project)}", text)


def extended(project: Project, event: ProjectEvent) -> None:
    due = windows.words(project.return_due_at)
    text = f"{_name(project)}的修改期限延长至 {due}，请按时改好并重新提交。\n理由：{event.note}"
    _send(project, event, _own_people(project), f"修改期限已延长：{_name(project)}", text)


def resumed(project: Project, event: ProjectEvent) -> None:
    text = f"{_name(project)}没有在修改期限内重新提交，现按原提交内容继续办理，退回后的修改不计入。"
    _send(project, event, _own_people(project), f"按原提交内容办理：{_name(project)}", text)


def checked(project: Project, event: ProjectEvent) -> None:
    text = f"{_name(project)}：{event.label}。"
    if event.note and event.name != "accept":
        text += f"\n理由：{event.note}"
    _send(project, event, _own_people(project), f"{event.label}：{_name(project)}", text)


def taken_back(project: Project, event: ProjectEvent) -> None:
    """The step just before is undone: see `_correct`."""
    earlier = project.events.filter(pk__lt=event.pk).exclude(name="extension")
    _correct(project, event, earlier.order_by("-pk").first())


def unrecommended(project: Project, event: ProjectEvent) -> None:
    _correct(project, event, project.events.filter(name="recommend").order_by("-pk").first())


def _correct(project: Project, event: ProjectEvent, undone: ProjectEvent | None) -> None:
    """Letters of the undone step that have not gone out stay here; those that have are corrected."""
    told = withdraw(f"project-event:{undone.pk}:") if undone else []
    if undone is None or not told:
        return
    text = (
        f"{_name(project)}此前的“{undone.label}”已经撤回，前一通知作废。"
        f"项目现在的状态是“{project.get_status_display()}”。"
    )
    if event.note:
        text += f"\n理由：{event.note}"
    _send(project, event, told, f"更正：{_name(project)}的“{undone.label}”已撤回", text)


def _own_people(project: Project) -> list[int]:
    return people_at(project.organisation, Role.SECRETARY, Role.STAFF)
