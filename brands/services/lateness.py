"""A move after its stage's time carries a mark (domain.md B1).

A school and a district are refused when their time is up, so theirs can be late only by an
extension. The bureau's check and decision are never refused: a school must not lose its
application because the bureau was slow. ADR 0016.
"""

from brands.models import Project, ProjectEvent, Stage
from brands.services import windows
from foundation.workflow.engine import Announce

SOFT = (Stage.CHECK, Stage.DECISION)


def marked(stage: Stage, announce: Announce = lambda project, event: None) -> Announce:
    """`announce` of a line whose move belongs to this stage."""

    def mark(project: Project, event: ProjectEvent) -> None:
        if _is_late(project, event, stage):
            event.is_late = True
            event.save(update_fields=["is_late"])
        announce(project, event)

    return mark


def _is_late(project: Project, event: ProjectEvent, stage: Stage) -> bool:
    """Past everybody's time; where nothing is refused, past the project's own."""
    whom = project if stage in SOFT else None
    ends = windows.ends_at(project.batch, stage, whom)
    return ends is not None and event.at > ends


def words(event: ProjectEvent) -> str:
    """How a late move is called; an application says so itself (`Project.is_late`)."""
    return "经批准逾期" if event.name in BY_EXTENSION else "逾期办理"


BY_EXTENSION = frozenset({"recommend", "not_recommend", "district_return", "apply_closing"})
# What a school may read of it: a late decision would tell that there is one.
OPEN = frozenset({*BY_EXTENSION, "accept", "return", "reject"})
