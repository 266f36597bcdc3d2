"""What every batch goes through: notice, application, check, experts; a day at a time."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from brands.forms import spec
from brands.forms.fields import TITLE, Field
from brands.forms.spec import Value
from brands.models import Batch, BatchStage, Programme, Project, ProjectStatus, Quota, Stage
from brands.services import bulk
from brands.services.attachments import attach
from brands.services.projects import start_project
from brands.services.saving import save_section
from dashboard.rehearsal.world import World
from dashboard.sample_papers import picture, word_file
from foundation import clock
from foundation.uploads import Kind
from foundation.verdict import Conflict
from foundation.workflow.engine import perform
from reviews.declaring import declare_no_ties
from reviews.drawing import draw
from reviews.models import Assignment, Round, Rubric
from reviews.opening import usual_scoring
from reviews.services import freeze_round, open_round, save_scores, submit_review
from schools.models import Ownership, PartyOrganisation, Role, School
from schools.rights import rights_of

S = ProjectStatus
# Days after the notice: (opens, closes).
WINDOWS = {
    Stage.APPLY: (0, 14),
    Stage.DISTRICT: (5, 24),
    Stage.CHECK: (15, 32),
    Stage.REVIEW: (33, 45),
    Stage.DECISION: (46, 60),
}
PLACES = 3
WITH_FILES = 3  # Every third school attaches something.


class Year:
    """One batch from its notice on. `act` is called once for each day, in order."""

    programme: str

    def __init__(self, world: World, start: date, seed: int) -> None:
        self.world, self.start = world, start
        self.random = random.Random(seed)  # noqa: S311  the same year every time
        self.days: dict[int, list[Callable[[], None]]] = {}
        self.refusals = 0
        self.batch = self._open()
        self._plan()

    def _plan(self) -> None:
        raise NotImplementedError

    def on(self, day: int, act: Callable[[], None]) -> None:
        self.days.setdefault(day, []).append(act)

    def act(self) -> None:
        """What this day brings; a refusal by the rules is counted, not an accident."""
        for act in self.days.get((clock.today() - self.start).days, []):
            try:
                act()
            except Conflict:
                self.refusals += 1

    def _open(self) -> Batch:
        programme = Programme.objects.get(pk=self.programme)
        batch = Batch.objects.create(
            programme=programme,
            year=self.start.year,
            number=1,
            title=f"{self.start.year}年“{programme}”排演",
            source_document=f"苏教工委〔{self.start.year}〕1号",
            reviewers_per_entry=5,
            needs_stamp=False,  # No file is carried through a rehearsed year.
        )
        for stage in batch.stages_used:
            if stage in WINDOWS:
                opens, closes = WINDOWS[stage]
                BatchStage.objects.create(
                    batch=batch,
                    stage=stage,
                    opens_at=clock.start_of(self.start + timedelta(days=opens)),
                    closes_at=clock.end_of(self.start + timedelta(days=closes)),
                )
        if batch.has_district:
            for home in self.world.homes:
                assert home.area is not None
                owes = School.objects.filter(area=home.area, ownership=Ownership.PRIVATE).exists()
                Quota.objects.create(batch=batch, area=home.area, places=PLACES, private=int(owes))
        perform(batch, "open", by=self.world.clerk)
        return batch

    # Schools

    def _apply(self, unit: PartyOrganisation) -> None:
        by = self.world.secretaries[unit.pk]
        via = rights_of(by).appointments[0]
        project = start_project(self.batch, organisation=unit, by=by, via=via)
        for section in spec.form_of(self.batch).sections:
            answers = {field.key: self._answer(field, unit) for field in section.written}
            save_section(project, answers, versions={}, by=by, via=via)
            for field in section.files:
                if unit.pk % WITH_FILES == 0:
                    self._attach(project, field, unit, by=by)
        project.refresh_from_db()
        perform(project, "submit", by=by)

    def _attach(self, project: Project, field: Field, unit: PartyOrganisation, *, by: Any) -> None:
        title = f"{field.label}{unit.pk}"
        if Kind.DOCX in field.limits.kinds:
            file, minors = word_file(title, "排演内容，可以核对。"), None
        else:
            file, minors = picture(title, unit.pk), False
        attach(project, file, by=by, contains_minor=minors, field=field.key)

    def _answer(self, field: Field, unit: PartyOrganisation) -> Value:
        if field.key == TITLE:
            return f"排演品牌{unit.pk}"
        if field.kind == "choice":
            return self.random.choice(field.choices)[0]
        if field.kind == "table":
            return [{key: f"{name}{number}" for key, name in field.columns} for number in (1, 2)]
        words = {"date": clock.today().isoformat(), "phone": "13800000000", "number": "1"}
        return words.get(field.kind, "排演内容，可以核对。")[: field.max_length]

    def _correct(self) -> None:
        for project in self._in(S.RETURNED):
            if self.random.random() < 0.8:
                perform(project, "submit", by=self.world.secretaries[project.organisation_id])

    def _in(self, *statuses: str) -> list[Project]:
        return list(self.batch.projects.filter(status__in=statuses).order_by("pk"))

    # Bureau

    def _check_many(self) -> None:
        """The first few together, taken back as a lot, and done again one by one on another day."""
        clerk = self.world.clerk
        first = self._in(S.RECOMMENDED, S.FORMAL_CHECK, S.PRECHECK)[:3]
        if first:
            seen: dict[int, int | None] = {project.pk: project.version for project in first}
            via = rights_of(clerk).having(Role.BUREAU)[0]
            made = bulk.carry_out("accept", seen, note="符合要求。", by=clerk, via=via)
            bulk.undo(made, note="批量办理有误。", by=clerk)

    def _check(self) -> None:
        for project in self._in(S.RECOMMENDED, S.FORMAL_CHECK, S.PRECHECK):
            fate = self.random.random()
            if fate < 0.15 and not project.bureau_returns:
                pinned = {TITLE: "请改得更具体。"}
                perform(project, "return", by=self.world.clerk, note="请修改。", remarks=pinned)
            elif fate > 0.95:
                perform(project, "reject", by=self.world.clerk, note="材料不实。")
            else:
                perform(project, "accept", by=self.world.clerk, note="符合要求。")

    def _settle_returned(self) -> None:
        for project in self._in(S.RETURNED):
            if project.is_return_overdue:
                perform(project, "lapse", by=self.world.clerk, note="逾期未修改。")

    # Experts

    def _review(self, kind: str) -> None:
        programme = self.batch.programme
        found = Round.objects.create(
            batch=self.batch,
            kind=kind,
            rubric=Rubric.objects.filter(code=programme.rubrics[kind]).latest("version"),
            per_entry=5,
            scoring=usual_scoring(programme),
            avoid_area=programme.avoids_area,
            opens_at=clock.now(),
            closes_at=clock.end_of(clock.today() + timedelta(days=9)),
            created_by=self.world.clerk,
        )
        open_round(found, by=self.world.clerk)
        draw(found, self.random.randint(1, 10**6), by=self.world.clerk)

    def _score(self) -> None:
        open_ = Assignment.objects.filter(entry__round__batch=self.batch).unfinished()
        for assignment in open_.select_related("reviewer", "entry__round__rubric"):
            round, by = assignment.entry.round, assignment.reviewer
            declare_no_ties(round, by=by)
            level = Decimal(self.random.randint(60, 98)) / 100
            values = {
                c.pk: (Decimal(c.weight) * level * 2).quantize(Decimal(1)) / 2
                for c in round.rubric.criteria.all()
            }
            words = (
                "按计划开展，有据可查，成效可以核对；建议进一步说明推广条件和长效机制，并补充师生反馈。"
                * 3
            )
            save_scores(assignment, values, words, by=by, version=assignment.version)
            assignment.refresh_from_db()
            submit_review(assignment, by=by)

    def _freeze(self) -> None:
        for round in Round.objects.filter(batch=self.batch, status="open"):
            freeze_round(round, by=self.world.clerk)
