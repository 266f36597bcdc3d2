"""Taking a desk's own step back, until the next stage begins or somebody has built on it."""

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from brands.models import BatchStatus, Project, ProjectEvent, Stage
from brands.services import recommending, remarks, windows
from brands.services.projects import claim_lead
from foundation import clock
from foundation.verdict import ALLOWED, Verdict, not_now


def last_move(project: Project) -> ProjectEvent | None:
    """Its latest event but for notes of the history: an extension moves nothing."""
    moves = [event for event in project.events.all() if event.name != "extension"]
    return max(moves, key=attrgetter("pk"), default=None)


def source_of(project: Project) -> str:
    """Where it stood before the step that is taken back."""
    event = last_move(project)
    return event.source if event else ""


def after(*names: str) -> Callable[[Any, Project], Verdict]:
    """Only right after one of these moves, and before the next stage."""

    def decide(user: Any, project: Project) -> Verdict:
        event = last_move(project)
        if event is None or event.name not in names:
            return not_now("此后项目已有新的办理，不能撤回。")
        if event.name in {"not_recommend", "district_return"}:
            timely = recommending.is_in_window(user, project)
        else:
            timely = _before_review(project)
        if not timely:
            return timely
        return _untouched(project, event) if project.is_editable else ALLOWED

    return decide


def _before_review(project: Project) -> Verdict:
    """Windows may overlap: the check is over when the review has begun and its own time is up."""
    batch, now = project.batch, clock.now()
    if batch.status != BatchStatus.OPEN:
        return not_now("该批次未开启或已结束。")
    review = windows.stage_of(batch, Stage.REVIEW)
    has_begun = review is not None and now >= review.opens_at
    ends = windows.ends_at(batch, Stage.CHECK, project)
    if has_begun and (ends is None or now > ends):
        called = batch.stage_label(Stage.REVIEW)
        return not_now(f"“{called}”已经开始，不能撤回审查环节的办理。")
    return ALLOWED


def _untouched(project: Project, event: ProjectEvent) -> Verdict:
    """What a school has corrected since the return must not be taken from its hands."""
    version = project.versions.order_by("-number").first()
    changed = version and (version.title, version.content) != (project.title, project.content)
    if changed or project.attachments.filter(at__gte=event.at).exists():
        return not_now("学校已经开始修改，不能撤回退回。")
    return ALLOWED


def unrejected(project: Project, *, by: Any, note: str) -> dict[str, Any]:
    """Refused, it left its secretary the year free: another may have been led since."""
    claim_lead(project, project.lead)
    return {}


def unreturned(project: Project, *, by: Any, note: str) -> dict[str, Any]:
    """As if it had not been sent back: the one return of the formal check is free again."""
    remarks.clear(project)
    event = last_move(project)
    spent = int(event is not None and event.name == "return")
    return {
        "returned_from": "",
        "return_due_at": None,
        "bureau_returns": max(project.bureau_returns - spent, 0),
    }
