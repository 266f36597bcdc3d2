"""Who presses, and where a story may begin; built once, each story takes back what it did."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from brands.models import Batch, Project, ProjectStatus, Stage
from foundation import clock
from schools.models import Role
from tests.factories.brands import open_batch, ready_project
from tests.factories.people import person
from tests.factories.reviews import reviewer
from tests.factories.schools import RootFactory, UnitFactory

S = ProjectStatus
PLACES = 2
EXPERTS = 5
CLOSES_AFTER = 240  # days


@dataclass
class World:
    """Three schools of one area, one of another, and everybody who has a say."""

    home: Any
    units: list[Any]
    secretaries: list[Any]
    staff: Any
    district: Any
    bureau: Any
    second: Any
    leader: Any
    supervision: Any
    experts: list[Any]
    strangers: list[Any]
    heads: dict[str, Batch] = field(default_factory=dict)

    @property
    def persons(self) -> list[Any]:
        return [
            *self.secretaries, self.staff, self.district, self.bureau, self.second, self.leader,
            self.supervision, self.experts[0], *self.strangers,
        ]  # fmt: skip


def build(programme: str, heads: tuple[str, ...]) -> World:
    """`heads` are statuses: the batch in which a story begins has three projects in that status."""
    root = RootFactory()
    home = UnitFactory(parent__parent=root).parent
    units = [UnitFactory(parent=home) for _ in range(3)]
    away = UnitFactory(parent__parent=root)
    world = World(
        home=home,
        units=units,
        secretaries=[person(Role.SECRETARY, unit) for unit in units],
        staff=person(Role.STAFF, units[0]),
        district=person(Role.DISTRICT, home),
        bureau=person(Role.BUREAU, root),
        second=person(Role.BUREAU, root),
        leader=person(Role.LEADER, root),
        supervision=person(Role.SUPERVISION, root),
        experts=[reviewer() for _ in range(EXPERTS)],
        strangers=[person(Role.SECRETARY, away), person(Role.DISTRICT, away.parent)],
    )
    for head in heads:
        world.heads[head] = _batch(world, programme, head)
    return world


def _batch(world: World, programme: str, head: str) -> Batch:
    batch = open_batch(programme, quotas=[(world.home.area, PLACES)])
    closes_at = clock.now() + timedelta(days=CLOSES_AFTER)
    batch.stages.filter(stage=Stage.CLOSING).update(closes_at=closes_at)
    for rank, unit in enumerate(world.units, start=1):
        project = ready_project(batch, unit)
        if head != S.DRAFT:
            _bring(project, head, rank, by=world.secretaries[rank - 1])
    return Batch.objects.select_related("programme", "form").get(pk=batch.pk)


def _bring(project: Project, head: str, rank: int, *, by: Any) -> None:
    """Handed in, and in one step where the story begins."""
    project.events.create(name="head", label="起点", source=S.DRAFT, target=head, by=by)
    project.versions.create(number=1, title=project.title, content=project.content, by=by)
    columns: dict[str, Any] = {"status": head, "version": 1, "submitted_at": clock.now()}
    if head != S.ELIGIBLE:
        columns |= {"score": 90 - rank, "rank": rank}
    if head == S.IN_PROGRESS:
        columns["released_at"] = clock.now()
        for number in (1, 2):
            due = clock.today() + timedelta(days=60 * number)
            project.milestones.create(title=f"任务{number}", owner="责任人", due_on=due)
    Project.objects.filter(pk=project.pk).update(**columns)
