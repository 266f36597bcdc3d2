"""Everything that ever happened to a project, as far as the reader may see it.

A source knows one kind of event: whether it can have any (`exists`, which asks no query) and its
lines, in one query or a few however many lines there are. Of most projects most kinds have none:
where a source names its `rows`, `marks` learns that along with the project, and the source is not
asked. An app above adds its own to SOURCES. A line is what `includes/_timeline.html` shows, and
its `kind`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, QuerySet, prefetch_related_objects

from brands.models import Project
from brands.models.attachment import FILES
from brands.models.project import EVENTS

Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """`words` name the kind in the filter. `rows`: what stands there when there may be lines, of the
    project as `OuterRef`.
    """

    kind: str
    words: str
    lines: Callable[[Project, Any], Iterable[Line]]
    exists: Callable[[Project, Any], bool] = lambda project, user: True
    rows: Callable[[], QuerySet[Any]] | None = None

    @property
    def mark(self) -> str:
        return f"has_{self.lines.__name__}"

    def is_empty(self, project: Project) -> bool:
        """Known already, without a query."""
        return not getattr(project, self.mark, True)


SOURCES: list[Source] = []


def marks() -> dict[str, Exists]:
    """Annotations of a project by which its time line knows what need not be asked."""
    return {one.mark: Exists(one.rows()) for one in SOURCES if one.rows}


def mark(project: Project, values: Iterable[bool]) -> None:
    """As `marks` names them, in their order."""
    for name, value in zip((one.mark for one in SOURCES if one.rows), values, strict=True):
        setattr(project, name, value)


def line(at: Any, label: str, note: str = "", *, by: Any = None, appointment: str = "") -> Line:
    who = by.name if by else ""
    return {
        "at": at,
        "who": f"{appointment}（{who}）" if appointment and who else appointment or who,
        "label": label,
        "note": note,
        "system": by is None,
    }


def of_event(event: Any, label: str = "", note: str | None = None) -> Line:
    """A line of a `workflow` event; its own words unless others are given."""
    found = line(
        event.at,
        label or event.label,
        event.note if note is None else note,
        by=event.by,
        appointment=event.appointment,
    )
    return found | {"who": found["who"] or ("系统" if event.by is None else "")}


def kinds_of(project: Project, user: Any) -> list[tuple[str, str]]:
    """What the filter offers."""
    prefetch_related_objects([project], EVENTS)
    return list({one.kind: one.words for one in SOURCES if one.exists(project, user)}.items())


def timeline(project: Project, user: Any, kind: str = "") -> list[Line]:
    """Newest first; of one kind only, if it is named."""
    prefetch_related_objects([project], EVENTS, FILES)
    found = [
        each | {"kind": source.kind}
        for source in SOURCES
        if (not kind or kind == source.kind)
        if source.exists(project, user) and not source.is_empty(project)
        for each in source.lines(project, user)
    ]
    # The latest written of one moment comes first, as it did in each source.
    return sorted(found, key=lambda each: each["at"], reverse=True)
