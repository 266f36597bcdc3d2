"""T4: whatever persons press in whatever order, the rules of the table hold after every step."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from brands.models import Extension, Objection, Project, ProjectStatus, QuotaPlace, Stage
from brands.services import bulk, extending, naming, publishing, recommending
from brands.tasks import close_due_publicity
from foundation import clock
from foundation.audit.models import AuditEvent
from foundation.audit.services import faults
from foundation.verdict import Conflict, Forged
from foundation.workflow.engine import perform, workflow_of
from foundation.workflow.requests import NO_VERSION
from schools.models import Role
from tests.brands.after import draft
from tests.depth import sized
from tests.factories.brands import open_batch, ready_project
from tests.factories.people import person
from tests.factories.schools import RootFactory, UnitFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="the races have tests of their own"),
]
S = ProjectStatus
PLACES = 2
REFUSALS = (Conflict, Forged, PermissionDenied)
# What a move needs besides, as its page sends it.
EXTRA = {
    "accept": lambda project: {"items": project.batch.asked_at_check},
    "finish_review": lambda project: {"score": Decimal("88.5"), "rank": project.pk},
    "approve": lambda project: {"minutes_number": "3号"},
    "name": lambda project: {"document_number": "18号"},
}
UNSCORED = {S.DRAFT, S.DISTRICT_REVIEW, S.RECOMMENDED, S.FORMAL_CHECK, S.RETURNED, S.ELIGIBLE,
            S.WITHDRAWN, S.REJECTED, S.NOT_RECOMMENDED, S.IN_REVIEW}  # fmt: skip
# Of a returned project nobody may do any of these.
NEVER_WHEN_RETURNED = {"recommend", "accept", "start_review", "finish_review", "propose",
                       "approve", "decline", "publish", "name"}  # fmt: skip
# One that the bureau refused keeps its place: the district names no other in its stead.
WITHOUT_A_PLACE = {S.DRAFT, S.DISTRICT_REVIEW, S.WITHDRAWN, S.NOT_RECOMMENDED}


@dataclass(frozen=True)
class Was:
    """What a project was like before a step."""

    status: str
    version: int
    events: int
    audits: int

    @classmethod
    def of(cls, project):
        row = Project.objects.get(pk=project.pk)
        audits = AuditEvent.objects.filter(
            object_type="brands.project", object_id=str(project.pk), action__startswith="project."
        )
        moves = row.events.exclude(name="extension").count()
        return cls(row.status, row.version, moves, audits.exclude(action="project.start").count())


class Selection(RuleBasedStateMachine):
    """Three schools of one area, two places; everybody presses everything."""

    def __init__(self):
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        clock.reset()
        root = RootFactory()
        unit = UnitFactory(parent__parent=root)
        units = [unit, UnitFactory(parent=unit.parent), UnitFactory(parent=unit.parent)]
        self.area = unit.area
        self.batch = open_batch(quotas=[(self.area, PLACES)])
        self.projects = [ready_project(self.batch, each) for each in units]
        self.secretaries = [person(Role.SECRETARY, each) for each in units]
        self.district = person(Role.DISTRICT, unit.parent)
        self.bureau, self.second = person(Role.BUREAU, root), person(Role.BUREAU, root)
        self.leader = person(Role.LEADER, root)
        self.persons = [
            *self.secretaries, self.district, self.bureau, self.second, self.leader,
            person(Role.STAFF, unit), person(Role.SECRETARY, UnitFactory(parent__parent=root)),
            person(Role.DISTRICT, UnitFactory(parent__parent=root).parent),
            person(Role.SUPERVISION, root), person(Role.REVIEWER, root),
        ]  # fmt: skip
        self.table = workflow_of(self.projects[0])

    def teardown(self):
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)
        clock.reset()

    def _fresh(self, project):
        return Project.objects.select_related("batch", "organisation").get(pk=project.pk)

    def _press(self, project, name, by, version):
        """One press; what it did is held against the table."""
        before = Was.of(project)
        others = [Was.of(other) for other in self.projects if other != project]
        extra = EXTRA.get(name, lambda project: {})(self._fresh(project))
        note = "" if name in EXTRA and name != "approve" else "理由"
        try:
            event = perform(self._fresh(project), name, by=by, note=note, version=version, **extra)
        except REFUSALS:
            assert Was.of(project) == before, f"{name} was refused and yet changed something"
            return False
        after, line = Was.of(project), self.table[name]
        assert (event.source, event.target) == (before.status, after.status)
        assert before.status in line.sources
        assert after.status in line.targets
        assert (after.version, after.events) == (before.version + 1, before.events + 1)
        assert after.audits == before.audits + 1
        assert version == before.version, (
            "a move went through with a version that was not the row's"
        )
        assert not (before.status == S.RETURNED and name in NEVER_WHEN_RETURNED)
        if name == "name":
            assert not Objection.objects.filter(project=project, status="investigating").exists()
        assert others == [Was.of(other) for other in self.projects if other != project]
        return True

    @rule(data=st.data())
    def somebody_presses_anything(self, data):
        """Any button, by anybody, with the right, an old, a future or no version."""
        project = data.draw(st.sampled_from(self.projects))
        name = data.draw(st.sampled_from(sorted(self.table.transitions)))
        by = data.draw(st.sampled_from(self.persons))
        right = Was.of(project).version
        version = data.draw(st.sampled_from([right, right, right - 1, right + 1, NO_VERSION]))
        self._press(project, name, by, version)

    @rule(data=st.data())
    def somebody_goes_on(self, data):
        """A button that is there for this person: it works, and not with an old version."""
        self._goes_on(data)

    @rule(data=st.data())
    def somebody_goes_on_too(self, data):
        self._goes_on(data)

    def _goes_on(self, data):
        project = self._fresh(data.draw(st.sampled_from(self.projects)))
        open_ = [
            (user, line.name)
            for user in (self.secretaries[self.projects.index(project)], self.district,
                         self.bureau, self.leader)
            for line in self.table.open_to(project, user)
        ]  # fmt: skip
        if not open_:
            return
        by, name = data.draw(st.sampled_from(open_))
        assert not self._press(project, name, by, project.version - 1)
        assert not self._press(project, name, by, NO_VERSION)
        self._press(project, name, by, project.version)

    @precondition(lambda self: self._in(S.APPROVED))
    @rule()
    def a_notice_goes_out(self):
        listed = self._in(S.APPROVED)
        notice = draft(self.batch, listed, self.bureau)
        with pytest.raises(PermissionDenied):
            perform(notice, "confirm", by=self.bureau, version=notice.version)
        perform(notice, "confirm", by=self.second, version=notice.version)
        assert set(self._in(S.PUBLICITY)) >= set(listed)
        assert notice.sha256 == publishing.digest(notice.snapshot)

    @precondition(lambda self: self._in(S.PUBLICITY))
    @rule(data=st.data())
    def somebody_objects_and_it_is_taken_up(self, data):
        project = data.draw(st.sampled_from(self._in(S.PUBLICITY)))
        notice = project.publicity_entries.latest("pk").publicity
        objection = Objection.objects.create(publicity=notice, project=project, text="不实")
        try:
            perform(objection, "accept", by=data.draw(st.sampled_from([self.bureau, self.second])))
        except REFUSALS:
            return
        assert self._fresh(project).status == S.ON_HOLD

    @precondition(lambda self: Objection.objects.filter(status="investigating").exists())
    @rule(name=st.sampled_from(["dismiss", "uphold"]))
    def the_objection_is_concluded(self, name):
        objection = Objection.objects.filter(status="investigating").first()
        for by in (self.bureau, self.second):
            try:
                perform(objection, name, by=by, note="查清了", version=objection.version)
            except REFUSALS:
                continue
            return

    @precondition(lambda self: self._in(S.PUBLICITY, S.ON_HOLD))
    @rule()
    def the_leader_tries_to_name_all(self):
        listed = self._in(S.PUBLICITY, S.ON_HOLD)
        keys = [project.pk for project in listed]
        held = [p for p in listed if p.objections.filter(status="investigating").exists()]
        try:
            naming.name_many(self.batch, keys, by=self.leader, document_number="18号")
        except REFUSALS:
            assert self._in(S.PUBLICITY, S.ON_HOLD) == listed
            return
        assert not held
        assert clock.now() > max(
            p.publicity_entries.latest("pk").publicity.closes_at for p in listed
        )

    @rule(data=st.data())
    def the_bureau_gives_one_more_time(self, data):
        """An extension stands in the history and moves nothing: a page drawn before it still works."""
        project = data.draw(st.sampled_from(self.projects))
        before, there = Was.of(project), Extension.objects.count()
        try:
            extending.grant(
                self.batch, Stage.DISTRICT, self._fresh(project), why="停电", by=self.bureau,
                until=clock.today() + timedelta(days=31 + there), via=None,
            )  # fmt: skip
        except Conflict:
            return
        assert Was.of(project) == before
        assert project.events.filter(name="extension").exists()

    @rule(data=st.data())
    def the_district_reorders(self, data):
        now = recommending.order_of(self.batch, self.area)
        wanted = data.draw(st.permutations(now)) if now else [self.projects[0].pk]
        try:
            recommending.reorder(
                self.batch, self.area, list(wanted), seen=now, by=self.district, via=None
            )
        except Conflict:
            return
        assert recommending.order_of(self.batch, self.area) == list(wanted)

    @rule(data=st.data())
    def a_desk_presses_for_several(self, data):
        """All of them or none."""
        name = data.draw(st.sampled_from(sorted(bulk.MOVES)))
        by = self.district if bulk.MOVES[name].role == Role.DISTRICT else self.bureau
        chosen = data.draw(st.lists(st.sampled_from(self.projects), min_size=1, unique=True))
        before = {project: Was.of(project) for project in chosen}
        seen = {project.pk: was.version for project, was in before.items()}
        try:
            bulk.carry_out(name, seen, note="理由", by=by, via=bulk.may_do(by, name).via)
        except REFUSALS:
            assert {project: Was.of(project) for project in chosen} == before
            return
        for project, was in before.items():
            assert Was.of(project).version == was.version + 1

    @rule(days=st.sampled_from([1, 4, 9]))
    def days_pass(self, days):
        if clock.shift() < timedelta(days=60):
            clock.move_to(clock.now() + timedelta(days=days))
            close_due_publicity()

    def _in(self, *statuses):
        rows = self.batch.projects.filter(status__in=statuses)
        return list(rows.select_related("batch").order_by("pk"))

    @invariant()
    def every_status_is_one_of_the_table(self):
        assert {project.status for project in self.batch.projects.all()} <= self.table.statuses

    @invariant()
    def places_are_held_by_who_was_recommended_and_once_each(self):
        held = QuotaPlace.objects.filter(quota__batch=self.batch, project__isnull=False)
        assert held.count() <= PLACES
        for project in self.batch.projects.all():
            if project.status == S.RECOMMENDED:
                assert project.place_id
            if project.status in WITHOUT_A_PLACE:
                assert project.place_id is None, f"{project.status} holds a place"

    @invariant()
    def what_is_not_judged_has_no_score(self):
        for project in self.batch.projects.filter(status__in=UNSCORED):
            assert (project.score, project.rank) == (None, None)

    @invariant()
    def what_is_named_has_one_honour_and_no_open_objection_when_it_was_named(self):
        for project in self._in(S.NAMED):
            assert project.honour.number
            assert project.events.filter(name="name").count() == 1


class Checked(Selection):
    """The chain is walked at the end of every example: it is the dearest of the checks."""

    def teardown(self):
        try:
            assert list(faults()) == []
        finally:
            super().teardown()


@dataclass(frozen=True)
class Depth:
    examples: int
    steps: int


@pytest.mark.timeout(3600)
@sized("depth", tenth=Depth(examples=8, steps=25), full=Depth(examples=500, steps=40))
def test_no_sequence_of_presses_breaks_a_rule(depth, record_property):
    run_state_machine_as_test(
        Checked,
        settings=settings(
            max_examples=depth.examples,
            stateful_step_count=depth.steps,
            deadline=None,
            database=None,
            derandomize=depth.examples < 100,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.generate, Phase.shrink],
        ),
    )
    record_property("sequences", f"{depth.examples} × {depth.steps}")
