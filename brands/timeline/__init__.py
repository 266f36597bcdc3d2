"""Everything that ever happened to a project, as far as the reader may see it.

A source knows one kind of event: whether it can have any (`exists`, which asks no query) and its
lines, in one query or a few however many lines there are. An app above adds its own to SOURCES.
A line is what `includes/_timeline.html` shows, and its `kind`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from brands.models import Project

Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """`words` name the kind in the filter."""

    kind: str
    words: str
    lines: Callable[[Project, Any], Iterable[Line]]
    exists: Callable[[Project, Any], bool] = lambda project, user: True


SOURCES: list[Source] = []


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
    return [(one.kind, one.words) for one in SOURCES if one.exists(project, user)]


def timeline(project: Project, user: Any, kind: str = "") -> list[Line]:
    """Newest first; of one kind only, if it is named."""
    found = [
        each | {"kind": source.kind}
        for source in SOURCES
        if (not kind or kind == source.kind) and source.exists(project, user)
        for each in source.lines(project, user)
    ]
    # The latest written of one moment comes first, as it did in each source.
    return sorted(found, key=lambda each: each["at"], reverse=True)
