"""The transition table and the one `perform` (design.md 5)."""

from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction

from foundation.audit.services import record, record_all
from foundation.verdict import ALLOWED, Conflict, Forged, Verdict, denied, not_now
from foundation.workflow.models import Event

Decide = Callable[[Any, Any], Verdict]
Change = Callable[..., dict[str, Any]]
Announce = Callable[[Any, Any], None]
Facts = Callable[[Any], dict[str, Any]]


def _nothing(obj: Any, **extra: Any) -> dict[str, Any]:
    return {}


def _no_facts(obj: Any) -> dict[str, Any]:
    return {}


def _silent(obj: Any, event: Event) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Route:
    """A target that depends on the row: `choose(obj)` names one of `targets`."""

    choose: Callable[[Any], str]
    targets: Set[str]


@dataclass(frozen=True, slots=True)
class Transition:
    """One line of a table.

    `may(user, obj)` decides about the person, `when(user, obj)` about what else must hold (its no
    is a 409). `change(obj, by=…, note=…, **extra)` runs inside the lock and returns the columns to
    write. `announce(obj, event)` puts what others must hear into the outbox.
    `facts(obj)` says what the audit chain keeps of the moved row besides. `by` is None only for
    a transition marked `automatic`, which the scheduler performs and no person may. The note of one
    marked `internal_note` is for the file: whoever shows events asks `is_internal` first.
    """

    name: str
    label: str
    sources: Set[str]
    target: str | Route
    may: Decide
    when: Decide = lambda user, obj: ALLOWED
    change: Change = _nothing
    announce: Announce = _silent
    facts: Facts = _no_facts
    needs_note: bool = False
    automatic: bool = False
    internal_note: bool = False

    @property
    def targets(self) -> Set[str]:
        return self.target.targets if isinstance(self.target, Route) else {self.target}

    def destination(self, obj: Any) -> str:
        return self.target.choose(obj) if isinstance(self.target, Route) else self.target

    def decide(self, obj: Any, user: Any) -> Verdict:
        """May `user` do this to `obj` now? Person first, so a stranger learns no state."""
        if self.automatic:
            person = ALLOWED if user is None else denied("这一步由系统自动完成。")
        else:
            person = self.may(user, obj)
        if not person:
            return person
        if obj.status not in self.sources:
            return not_now(
                f"当前状态为“{obj.status_told(user)}”，不能{self.label}。请刷新页面查看最新情况。"
            )
        rest = self.when(user, obj)
        return person if rest else rest


class Workflow:
    """The table of one model, or of one kind of it: registered, so that `perform` finds it.

    A model with several tables says by its `workflow_name` which one its row follows.
    """

    def __init__(
        self, model: type[models.Model], transitions: Iterable[Transition], name: str = ""
    ) -> None:
        self.transitions: dict[str, Transition] = {}
        for transition in transitions:
            if transition.name in self.transitions:
                raise ValueError(f"Two transitions are called {transition.name!r}.")
            self.transitions[transition.name] = transition
        self.model = model
        WORKFLOWS[model, name] = self

    def __getitem__(self, name: str) -> Transition:
        return self.transitions[name]

    def __contains__(self, name: str) -> bool:
        return name in self.transitions

    @property
    def statuses(self) -> Set[str]:
        """Every status that a row on this table can be in."""
        found: set[str] = set()
        return found.union(*(t.sources | t.targets for t in self.transitions.values()))

    def open_to(self, obj: Any, user: Any) -> list[Transition]:
        """The buttons to show: what this user may do to this object now."""
        return [t for t in self.transitions.values() if not t.automatic and t.decide(obj, user)]


WORKFLOWS: dict[tuple[type[models.Model], str], Workflow] = {}


def workflow_of(obj: Any) -> Workflow:
    return WORKFLOWS[type(obj), getattr(obj, "workflow_name", "")]


def is_internal(obj: Any, event: Event) -> bool:
    """Is the note of this event of `obj` for the file only? What is no line of the table is not."""
    workflow = workflow_of(obj)
    return event.name in workflow and workflow[event.name].internal_note


def require_version(
    current: Any,
    version: int,
    stale: str = "您打开页面之后，这里已被他人修改。请刷新页面，核对后再操作。",
) -> None:
    """Raises Forged for a version that the locked row never had, Conflict for one that it had."""
    if not 0 <= version <= current.version:
        raise Forged("页面不完整，没有办理。请刷新页面，核对后再操作。")
    if version < current.version:
        raise Conflict(stale)


def perform(
    obj: Any, name: str, *, by: Any, note: str = "", version: int | None = None, **extra: Any
) -> Event:
    """Move `obj` along the transition `name`.

    Raises PermissionDenied (not this person), Conflict (wrong state, lost race, `version` is not
    the row's any more) or Forged (it never was). What a page posts always has its version, see
    `requests.version_seen`; None is for what the program does itself as part of another step. The
    row is locked first, so of two people pressing at once one wins and the other is told why not.
    `extra` goes to the transition's `change`.
    """
    with transaction.atomic():
        current = type(obj)._default_manager.select_for_update(of=("self",)).get(pk=obj.pk)
        event = perform_locked(current, name, by=by, note=note, version=version, **extra)
    for field in obj._meta.concrete_fields:
        setattr(obj, field.attname, getattr(current, field.attname))
    return event


def perform_locked(
    current: Any, name: str, *, by: Any, note: str = "", version: int | None = None, **extra: Any
) -> Event:
    """As `perform`, where the caller has just read and locked the row and whatever else it must."""
    transition = workflow_of(current)[name]
    note = note.strip()
    verdict = transition.decide(current, by)
    verdict.require()
    if version is not None:
        require_version(current, version)
    columns, event = _moved(current, transition, verdict, by=by, note=note, **extra)
    event.save(force_insert=True)
    current.save(update_fields=columns)
    transition.announce(current, event)
    record(**_on_record(current, transition, verdict, event))
    return event


def perform_all(
    rows: models.QuerySet[Any],
    name: str,
    *,
    by: Any,
    extra: Callable[[Any], dict[str, Any]],
    written: dict[str, Any],
) -> None:
    """Move all `rows`, of one table, in few statements however many they are: all of them or none.

    `extra(row)` goes to the transition's `change`, as with `perform`; `written` says in the
    database's terms the columns that it returns, since each row has values of its own.
    """
    locked = list(rows.select_for_update(of=("self",)).order_by("pk"))
    moves = []
    for current in locked:
        transition = workflow_of(current)[name]
        verdict = transition.decide(current, by)
        verdict.require()
        columns, event = _moved(current, transition, verdict, by=by, note="", **extra(current))
        if set(columns) != {*written, "status", "version"}:
            raise ValueError(f"{name} writes {columns}, not {sorted(written)}.")
        moves.append((current, transition, verdict, event))
    if not moves:
        return
    events = [event for *_, event in moves]
    type(events[0])._default_manager.bulk_create(events, batch_size=2000)
    for target in {current.status for current in locked}:
        among = [current.pk for current in locked if current.status == target]
        rows.model._default_manager.filter(pk__in=among).update(
            status=target, version=models.F("version") + 1, **written
        )
    for current, transition, _, event in moves:
        transition.announce(current, event)
    record_all(_on_record(*move) for move in moves)


def _moved(
    current: Any, transition: Transition, verdict: Verdict, *, by: Any, note: str, **extra: Any
) -> tuple[list[str], Event]:
    """The row as it will be, which of its columns that changed, and the event: not yet written."""
    if transition.needs_note and not note:
        raise Conflict(f"请写明{transition.label}的理由。")
    target = transition.destination(current)
    columns = transition.change(current, by=by, note=note, **extra)
    columns |= {"status": target, "version": current.version + 1}
    event: Event = current.events.model(
        **{current.events.field.name: current},
        name=transition.name,
        label=transition.label,
        source=current.status,
        target=target,
        by=by,
        appointment=str(verdict.via or ("系统" if by is None else "")),
        note=note,
    )
    for column, value in columns.items():
        setattr(current, column, value)
    return list(columns), event


def _on_record(
    current: Any, transition: Transition, verdict: Verdict, event: Event
) -> dict[str, Any]:
    return {
        "action": f"{current._meta.model_name}.{transition.name}",
        "by": event.by,
        "via": verdict.via,
        "obj": current,
        "source": event.source,
        "target": event.target,
        "note": event.note,
        **transition.facts(current),
    }
