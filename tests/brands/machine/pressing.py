"""What both programmes have: everybody presses every button, schools write, days pass."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from brands.forms.spec import form_of
from brands.models import Extension, Project, ProjectStatus, Stage
from brands.services import bulk, extending, windows
from brands.services.saving import save_fields
from brands.tasks import close_due_publicity, keep_rechecks
from foundation import clock
from foundation.audit.models import AuditEvent
from foundation.audit.services import faults
from foundation.verdict import Conflict, Forged
from foundation.workflow.engine import perform, workflow_of
from foundation.workflow.requests import NO_VERSION
from schools.models import Role
from tests.brands.machine.looking import Row, look, written
from tests.brands.machine.world import World

S = ProjectStatus
START = datetime.fromisoformat("2026-03-02T09:00:00+08:00")
REFUSALS = (Conflict, Forged, PermissionDenied)
# Made by a round of experts alone; no address offers them.
OF_ROUNDS = {"start_review", "finish_review", "start_closing_review", "finish_closing_review"}
# Pressed less often, so that stories get somewhere.
BACK = {"withdraw", "reject", "unreject", "unaccept", "unreturn", "unrecommend", "unpropose",
        "not_recommend", "reconsider", "extend", "decline", "return_closing"}  # fmt: skip
OPEN = {S.DRAFT, S.RETURNED}
# What may follow besides what the table says: of one taken back nothing but its revival.
ONLY = {
    S.WITHDRAWN: {"revive"},
    S.RETURNED: {"submit", "unreturn", "extend", "resume", "lapse"},
    S.REJECTED: {"unreject"},
    S.NOT_RECOMMENDED: {"reconsider"},
    S.DECLINED: {"disclose"},
    S.NAMED: {"revoke"},
    S.CLOSED_FAIL: {"apply_closing"},
}
OVER = {S.REVOKED, S.TERMINATED, S.CLOSED_EXCELLENT, S.CLOSED_GOOD, S.CLOSED_PASS}
UNSCORED = {S.DRAFT, S.DISTRICT_REVIEW, S.RECOMMENDED, S.FORMAL_CHECK, S.PRECHECK, S.RETURNED,
            S.ELIGIBLE, S.WITHDRAWN, S.REJECTED, S.NOT_RECOMMENDED, S.IN_REVIEW}  # fmt: skip


class Presses(RuleBasedStateMachine):
    """Three schools; a story begins in one of the batches of the world."""

    # A move → what its page sends besides.
    extra: dict[str, dict[str, Any]] = {}
    # No time passes beyond this many days.
    days = 60

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.undo = transaction.atomic()
        self.undo.__enter__()
        clock.move_to(START)

    def teardown(self) -> None:
        """The chain is walked at the end of every story: it is the dearest of the checks."""
        try:
            assert list(faults()) == []
        finally:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)
            clock.reset()

    @initialize(data=st.data())
    def a_story_begins(self, data: Any) -> None:
        self.batch = self.world.heads[data.draw(st.sampled_from([*self.world.heads]))]
        self.since = AuditEvent.objects.count()
        self.read_at, self.rows = -1, {}
        self.checked_at, self.before = -1, {}
        self.begun = self.seen
        self.reordered: Counter[int] = Counter()  # No move, but a page drawn before it is old.
        self.keys = [*self.seen]
        self.table = workflow_of(self._fresh(self.keys[0]))

    # Looking

    @property
    def seen(self) -> dict[int, Row]:
        if self.read_at != written():
            self.rows, self.read_at = look(self.batch, self.since), written()
        return self.rows

    def _in(self, *statuses: str) -> list[int]:
        return [key for key, row in self.seen.items() if row.status in statuses]

    def _fresh(self, key: int) -> Project:
        project = Project.objects.select_related("organisation").get(pk=key)
        project.batch = self.batch
        return project

    def _secretary(self, key: int) -> Any:
        return self.world.secretaries[self.keys.index(key)]

    # Pressing

    def _press(self, key: int, name: str, by: Any, version: int) -> bool:
        """One press; what it did is held against the table."""
        before = self.seen
        extra = self.extra.get(name, {})
        try:
            perform(self._fresh(key), name, by=by, note="理由", version=version, **extra)
        except REFUSALS:
            assert self.seen == before, f"{name} was refused and yet changed something"
            return False
        after = self.seen
        assert after[key].moves[:-1] == before[key].moves
        assert after[key].moves[-1].name == name
        assert version == before[key].version, f"{name} went through with another version"
        assert {k: row for k, row in after.items() if k != key} == {
            k: row for k, row in before.items() if k != key
        }
        return True

    @rule(data=st.data())
    def somebody_presses_anything(self, data: Any) -> None:
        """Any button, by anybody, with the right, an old, a future or no version."""
        key = data.draw(st.sampled_from(self.keys))
        name = data.draw(st.sampled_from(sorted({*self.table.transitions} - OF_ROUNDS)))
        by = data.draw(st.sampled_from(self.world.persons))
        right = self.seen[key].version
        version = data.draw(st.sampled_from([right, right, right - 1, right + 1, NO_VERSION]))
        self._press(key, name, by, version)

    @rule(data=st.data())
    def somebody_goes_on(self, data: Any) -> None:
        """A button that is there for this person: it works, and not with an old version."""
        for _ in range(data.draw(st.integers(1, 2))):
            self._goes_on(data)

    @rule(data=st.data())
    def somebody_goes_on_too(self, data: Any) -> None:
        for _ in range(data.draw(st.integers(1, 2))):
            self._goes_on(data)

    def _goes_on(self, data: Any) -> None:
        key = data.draw(st.sampled_from(self.keys))
        world, project = self.world, self._fresh(key)
        chain = [self._secretary(key), world.district, world.bureau, world.leader]
        for by in data.draw(st.permutations(chain)):
            names = {line.name for line in self.table.open_to(project, by)} - OF_ROUNDS
            if names:
                break
        else:
            return
        onward = [*sorted(names), *sorted(names - BACK) * 4]
        name, right = data.draw(st.sampled_from(onward)), self.seen[key].version
        wrong = data.draw(st.sampled_from([right, right - 1, NO_VERSION]))
        if wrong != right:
            assert not self._press(key, name, by, wrong)
        self._press(key, name, by, right)

    @rule(data=st.data())
    def a_desk_presses_for_several(self, data: Any) -> None:
        """All of them or none."""
        name = data.draw(st.sampled_from(sorted(bulk.MOVES)))
        by = self.world.district if bulk.MOVES[name].role == Role.DISTRICT else self.world.bureau
        chosen = data.draw(st.lists(st.sampled_from(self.keys), min_size=1, unique=True))
        before = self.seen
        versions = {key: before[key].version for key in chosen}
        try:
            bulk.carry_out(name, versions, note="理由", by=by, via=bulk.may_do(by, name).via)
        except REFUSALS:
            assert self.seen == before
            return
        assert all(self.seen[key].version == version + 1 for key, version in versions.items())

    @rule(data=st.data())
    def a_school_writes(self, data: Any) -> None:
        """While the project is with it, and only what a remark unlocked."""
        key = data.draw(st.sampled_from(self.keys))
        by = data.draw(st.sampled_from([self._secretary(key), self.world.staff, self.world.bureau]))
        fields = [field.key for field in form_of(self.batch).fields if field.kind == "long"]
        field = data.draw(st.sampled_from(fields))
        before, project = self.seen, self._fresh(key)
        pinned = {*project.remarks.filter(cleared_at=None).values_list("field", flat=True)}
        version = project.edits.get(field, (0, None))[0]
        words = {field: f"第{version + 1}稿"}
        try:
            save_fields(project, words, versions={field: version}, by=by)
        except REFUSALS:
            assert self.seen == before
            return
        assert before[key].status in OPEN
        assert not (before[key].status == S.RETURNED and pinned and field not in pinned)

    @rule(data=st.data())
    def the_bureau_gives_one_more_time(self, data: Any) -> None:
        """An extension stands in the history and moves nothing: a page drawn before it still works."""
        key = data.draw(st.sampled_from(self.keys))
        stage = data.draw(st.sampled_from([Stage.APPLY, Stage.DISTRICT, Stage.CLOSING]))
        until = clock.today() + timedelta(days=data.draw(st.integers(-3, 60)))
        before, project = self.seen, self._fresh(key)
        ends = windows.ends_at(self.batch, stage, project)
        try:
            extending.grant(
                self.batch, stage, project, why="停电", by=self.world.bureau, until=until, via=None
            )
        except Conflict:
            return
        assert self.seen == before
        assert ends is not None
        assert ends < windows.ends_at(self.batch, stage, project) == clock.end_of(until)

    @rule(days=st.sampled_from([1, 4, 9]))
    def days_pass(self, days: int) -> None:
        self._wait(days)

    def _wait(self, days: int) -> None:
        """The machine's own tasks run once, as after a standstill."""
        if clock.now() + timedelta(days=days) < START + timedelta(days=self.days):
            clock.move_to(clock.now() + timedelta(days=days))
            close_due_publicity()
            keep_rechecks()

    # What holds after every step

    @invariant()
    def every_project_keeps_the_rules(self) -> None:
        """Where nothing was written since the last look, nothing has changed."""
        if self.checked_at == written():
            return
        for key, row in self.seen.items():
            self._check_moves(row, self.begun[key], self.reordered[key])
            was = self.before.get(key, row)
            assert row.answers == was.answers or was.status in OPEN, (
                "changed after it was handed in"
            )
            if row.status in UNSCORED:
                assert (row.score, row.rank) == (None, None)
        self.check()
        self.before, self.checked_at = self.seen, written()

    def check(self) -> None:
        """What holds of the batch besides."""
        ends: dict[tuple[int, str], datetime] = {}
        rows = Extension.objects.filter(batch=self.batch).order_by("pk")
        for project, stage, until in rows.values_list("project", "stage", "until"):
            assert until > ends.get((project, stage), START), "an extension took time away"
            ends[project, stage] = until

    def _check_moves(self, row: Row, begun: Row, reordered: int) -> None:
        """The moves lead from the draft to the status, by lines of the table; each counts once."""
        made = row.moves[len(begun.moves) :]
        at = begun.status
        for name, source, target in made:
            line = self.table[name]
            assert source == at
            assert source in line.sources
            assert target in line.targets
            assert name in ONLY.get(S(source), {name}), f"{name} from {source}"
            assert source not in OVER
            at = target
        assert row.status == at
        assert row.version == len(row.moves) + row.saves + reordered
        assert row.audits == len(made)
        assert row.times("approve", "decline") <= 1, "decided twice"
        assert row.times("disclose") <= 1, "told twice"


def can(*statuses: str) -> Any:
    """A rule for projects in one of these statuses."""
    return precondition(lambda machine: bool(machine._in(*statuses)))
