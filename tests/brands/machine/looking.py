"""What is written about the projects of a batch, read only when something was written."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection

from brands.models import Batch, Project, ProjectEvent
from foundation.audit.models import AuditEvent


class Move(NamedTuple):
    name: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Row:
    status: str
    version: int
    title: str
    content: dict[str, Any]
    saves: int
    score: Any
    rank: int | None
    closing_score: Any
    place: int | None
    released: bool
    moves: tuple[Move, ...]
    audits: int

    @property
    def answers(self) -> tuple[Any, ...]:
        """The application, without the report that is handed in later by a move of its own."""
        words = {key: value for key, value in self.content.items() if key != "closing_report"}
        return self.title, words

    def times(self, *names: str) -> int:
        return sum(move.name in names for move in self.moves)


def written() -> int:
    """Grows with every row that this connection writes, also with those that it takes back."""
    return int(connection.connection.total_changes)


def look(batch: Batch, since: int) -> dict[int, Row]:
    """Project → its row, its moves, and what the record holds of them after row `since`."""
    moves: dict[int, list[Move]] = {}
    events = ProjectEvent.objects.filter(project__batch=batch).exclude(name="extension")
    for key, *words in events.order_by("pk").values_list("project", "name", "source", "target"):
        moves.setdefault(key, []).append(Move(*words))
    audits: dict[str, int] = {}
    record = AuditEvent.objects.filter(
        number__gt=since, object_type="brands.project", action__startswith="project."
    )
    for key, action in record.values_list("object_id", "action"):
        audits[key] = audits.get(key, 0) + (action != "project.save")
    columns = ("status", "version", "title", "content", "edits", "score", "rank", "closing_score",
               "place", "released_at")  # fmt: skip
    found = {}
    for pk, *row in Project.objects.filter(batch=batch).order_by("pk").values_list("pk", *columns):
        status, version, title, content, edits, score, rank, closing, place, released = row
        found[pk] = Row(
            status, version, title, content, sum(count for count, _ in edits.values()), score,
            rank, closing, place, released is not None, tuple(moves.get(pk, ())),
            audits.get(str(pk), 0),
        )  # fmt: skip
    return found
