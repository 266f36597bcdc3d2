"""What a rule looks at: everything, or what changed since it looked last."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from brands.models import Honour, Project, Quota
from foundation.audit.services import head
from reviews.models import Entry

# What a rule reads of a row. A save of answers raises the version.
PROJECT = ("version", "status", "title", "score", "rank", "place", "closing_score", "is_late",
           "submitted_at", "number")  # fmt: skip
ENTRY = ("count", "trimmed", "total_mean", "spread", "rank")
HONOUR = ("version", "status", "project")


@dataclass(frozen=True)
class Scope:
    """Rows to look at, the head of the record up to which it is known to be whole, and how many
    places each quota began with."""

    projects: QuerySet[Project] = field(default_factory=Project.objects.all)
    entries: QuerySet[Entry] = field(default_factory=Entry.objects.all)
    honours: QuerySet[Honour] = field(default_factory=Honour.objects.all)
    since: str = ""
    begun: dict[int, int] = field(default_factory=dict)


class Watch:
    """Remembers what rows were like when they were looked at."""

    def __init__(self) -> None:
        self.known: dict[type, dict[int, tuple[Any, ...]]] = {}
        self.head = ""
        self.begun = dict(Quota.objects.values_list("pk", "places"))

    def everything(self) -> Scope:
        self.changed()
        return Scope(begun=self.begun)

    def changed(self) -> Scope:
        """A rule about a project speaks of its honour, too: who is asked about one is asked about
        both."""
        since, self.head = self.head, head()
        projects = self._moved(Project.objects.all(), PROJECT)
        entries = self._moved(Entry.objects.all(), ENTRY)
        honours = self._moved(Honour.objects.all(), HONOUR)
        with_honour = Honour.objects.filter(pk__in=honours).exclude(project=None)
        projects |= {*with_honour.values_list("project", flat=True)}
        return Scope(
            Project.objects.filter(pk__in=projects),
            Entry.objects.filter(pk__in=entries),
            Honour.objects.filter(pk__in=honours),
            since,
            self.begun,
        )

    def _moved(self, rows: QuerySet[Any], columns: Iterable[str]) -> set[int]:
        now = {pk: tuple(row) for pk, *row in rows.order_by().values_list("pk", *columns)}
        before = self.known.get(rows.model, {})
        self.known[rows.model] = now
        return {pk for pk, row in now.items() if before.get(pk) != row}
